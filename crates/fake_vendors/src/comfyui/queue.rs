//! Queue and history.

use serde_json::{Map, Value, json};

use super::{files, graph, socket};
use crate::answer::{Answer, Denial, END, POLL, SUBMIT, Served};
use crate::call::{Call, CallBody};
use crate::check::Fields;
use crate::fault::Phase;
use crate::shop::Shop;
use crate::tasks::{Stage, State, Task};

pub(super) fn submit(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&["prompt", "client_id", "prompt_id", "number", "front", "extra_data", "partial_execution_targets"])?;
    let graph = graph::object(&fields)?;
    if let Some((message, answer)) = graph::check(shop, graph) {
        shop.house.recorder.blame(call.number, message);
        return Ok(Served::plain(answer));
    }
    let id = fields.text("prompt_id", 100)?.map_or_else(|| shop.house.id(32), str::to_owned);
    let client = fields.text("client_id", 100)?.map(str::to_owned);
    let (prompt, orders) = graph::orders(shop, graph);
    let faults = shop.faults(&prompt);
    shop.gate(call, &prompt, &faults, Phase::Submit)?;
    // A graph that was seen before comes from the cache, without new files.
    let cached = shop.house.tries(format!("graph|{}", Value::Object(graph.clone()))) > 1;
    let orders = if cached { Vec::new() } else { orders };
    let mut task = Task::new(shop, id.clone(), &prompt, &faults, orders);
    task.links = files::keep(shop, &task);
    task.detail = json!({ "graph": graph, "outputs": output_node(graph), "client": client, "extra": fields.get("extra_data").cloned().unwrap_or_else(|| json!({})) });
    shop.open(task.clone());
    if let Some(client) = client {
        socket::tell(shop, &task, client);
    }
    Ok(Served::under(Answer::ok(json!({ "prompt_id": id, "number": 1, "node_errors": {} })), &faults, SUBMIT))
}

fn output_node(graph: &Map<String, Value>) -> Value {
    let node = graph.iter().find(|(_, node)| node["class_type"] == "SaveImage" || node["class_type"] == "PreviewImage");
    node.map_or(Value::Null, |(id, _)| json!(id))
}

/// `{}` until it has ended.
pub(super) fn history(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let Some((task, stage)) = shop.ask(id) else { return Ok(Served::plain(Answer::ok(json!({})))) };
    shop.gate(call, &task.prompt, &task.faults, Phase::Poll)?;
    let stamped = |name: &str| json!([name, { "prompt_id": id, "timestamp": 1_790_000_000 }]);
    let (word, completed, message) = match stage {
        Stage::Queued | Stage::Running | Stage::Lost => return Ok(Served::under(Answer::ok(json!({})), &task.faults, POLL)),
        Stage::Done | Stage::Refused => ("success", true, stamped("execution_success")),
        Stage::Failed => ("error", false, failure(id)),
        Stage::Cancelled => {
            ("error", false, json!(["execution_interrupted", { "prompt_id": id, "node_id": "3", "node_type": "KSampler", "executed": [] }]))
        }
        Stage::Strange => ("perplexed", false, stamped("execution_start")),
    };
    let mut outputs = json!({});
    if completed && !task.links.is_empty() {
        outputs[task.detail["outputs"].as_str().unwrap_or("9")] = json!({ "images": images(&task) });
    }
    let status = json!({ "status_str": word, "completed": completed, "messages": [stamped("execution_start"), message] });
    let entry = json!({ "prompt": [1, id, task.detail["graph"], task.detail["extra"], [task.detail["outputs"]]], "outputs": outputs, "status": status, "meta": {} });
    let pointer = format!("/{id}/outputs/{}/images", task.detail["outputs"].as_str().unwrap_or("9"));
    let phases = if completed { END } else { POLL };
    Ok(Served::under(Answer::ok(json!({ id: entry })), &task.faults, phases).items(pointer))
}

pub(super) fn failure(id: &str) -> Value {
    json!(["execution_error", {
        "prompt_id": id, "node_id": "3", "node_type": "KSampler", "executed": [], "exception_message": "Allocation on device",
        "exception_type": "torch.OutOfMemoryError", "traceback": [], "current_inputs": {}, "current_outputs": [],
    }])
}

pub(super) fn images(task: &Task) -> Vec<Value> {
    task.links.iter().map(|name| json!({ "filename": name, "subfolder": "", "type": "output" })).collect()
}

pub(super) fn list(shop: &Shop) -> Value {
    let tasks: Vec<Task> = shop.house.tasks.lock().values().filter(|task| task.vendor == shop.vendor).cloned().collect();
    // Newer servers append a sixth element.
    let item = |task: &Task| json!([1, task.id, task.detail["graph"], task.detail["extra"], [task.detail["outputs"]], {}]);
    let of = |waits: bool| -> Vec<Value> {
        let open = tasks.iter().filter(|task| matches!(task.stage(shop.house.options.polls), Stage::Queued | Stage::Running));
        open.filter(|task| (task.polls == 0) == waits).map(item).collect()
    };
    json!({ "queue_running": of(false), "queue_pending": of(true) })
}

/// Takes back what waits; what runs is left alone.
pub(super) fn delete(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    if fields.has("clear") {
        return Err(Denial::field("clear", "would delete what belongs to others"));
    }
    fields.only(&["delete"])?;
    let ids = fields.get("delete").and_then(Value::as_array).ok_or_else(|| Denial::field("delete", "must be an array"))?;
    for id in ids.iter().filter_map(Value::as_str) {
        if shop.look(id).is_some_and(|(task, _)| task.polls == 0) {
            shop.end(id, State::Cancelled);
        }
    }
    Ok(Served::plain(Answer { content: crate::answer::Content::Empty, ..Answer::ok(Value::Null) }))
}

/// Without an id it would stop whatever runs, whoever owns it.
pub(super) fn interrupt(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    if matches!(call.body, CallBody::Empty) {
        return Err(Denial::field("prompt_id", "is missing: this would stop the work of others"));
    }
    let fields = Fields::of(call.object()?);
    fields.only(&["prompt_id"])?;
    let id = fields.required("prompt_id", 100)?;
    if shop.look(id).is_some_and(|(task, _)| task.polls > 0 || task.detail["client"].is_string()) {
        shop.end(id, State::Cancelled);
    }
    Ok(Served::plain(Answer { content: crate::answer::Content::Empty, ..Answer::ok(Value::Null) }))
}
