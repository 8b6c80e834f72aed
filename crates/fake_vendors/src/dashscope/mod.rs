//! Alibaba DashScope: the messages protocol at once or by task, the older text2image and image2image protocols,
//! tasks and their cancelling.

mod read;
mod tasks;

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, SUBMIT, SYNC, Served, Trouble};
use crate::call::Call;
use crate::check;
use crate::fault::{Fault, Phase};
use crate::picture::Order;
use crate::shop::Shop;
use crate::tasks::Task;

/// The protocol of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    MessagesSync,
    MessagesTask,
    Text2Image,
    Image2Image,
}

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    check::authorization(call, "Bearer", shop.key())?;
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("POST", ["api", "v1", "services", "aigc", service, name]) => {
            let protocol = match (*service, *name) {
                ("multimodal-generation", "generation") => Protocol::MessagesSync,
                ("image-generation", "generation") => Protocol::MessagesTask,
                ("text2image", "image-synthesis") => Protocol::Text2Image,
                ("image2image", "image-synthesis") => Protocol::Image2Image,
                _ => return Err(Denial::wrong(Kind::NotFound, format!("no service {service}/{name}"))),
            };
            generate(shop, call, protocol)
        }
        ("GET", ["api", "v1", "tasks"]) => tasks::list(shop, call),
        ("GET", ["api", "v1", "tasks", id]) => tasks::read(shop, call, id),
        ("POST", ["api", "v1", "tasks", id, "cancel"]) => tasks::cancel(shop, call, id),
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let (status, code) = match trouble.kind {
        Kind::Invalid | Kind::TooLarge => (400, "InvalidParameter"),
        Kind::NotFound => (404, "ModelNotFound"),
        Kind::Unauthorized => (401, "InvalidApiKey"),
        Kind::Forbidden => (403, "AccessDenied"),
        Kind::PaymentRequired => (402, "Arrearage"),
        Kind::Billing => (400, "Arrearage"),
        Kind::RateLimited => (429, "Throttling.RateQuota"),
        Kind::Quota => (429, "Throttling.AllocationQuota"),
        Kind::Policy => (400, "DataInspectionFailed"),
        Kind::Server(503) => (503, "ModelServingError"),
        Kind::Server(status) => (status, "InternalError"),
    };
    Answer::json(status, json!({ "code": code, "message": trouble.message, "request_id": "4f7a0000-0000-0000-0000-000000000000" }))
}

fn generate(shop: &Shop, call: &Call, protocol: Protocol) -> Result<Served, Denial> {
    let by_task = protocol != Protocol::MessagesSync;
    match (call.header("x-dashscope-async"), by_task) {
        (Some("enable"), true) | (None, false) => {}
        (Some(_), false) => return Err(Denial::wrong(Kind::Forbidden, "current user api does not support asynchronous calls.")),
        _ => return Err(Denial::wrong(Kind::Forbidden, "current user api does not support synchronous calls.")),
    }
    let wish = read::wish(&check::Fields::of(call.object()?), protocol)?;
    let faults = shop.faults(&wish.prompt);
    shop.gate(call, &wish.prompt, &faults, Phase::Submit)?;
    shop.refuse(&faults)?;
    let request_id = shop.house.id(32);
    if by_task {
        let id = shop.house.id(32);
        let mut task = Task::new(shop, id.clone(), &wish.prompt, &faults, wish.orders).linked(shop);
        task.detail = json!({ "messages": protocol == Protocol::MessagesTask });
        shop.open(task);
        let body = json!({ "request_id": request_id, "output": { "task_id": id, "task_status": "PENDING" } });
        return Ok(Served::under(Answer::ok(body), &faults, SUBMIT));
    }
    if faults.has(Fault::Refusal200) {
        let refused = Trouble::new(Kind::Policy, "Output data may contain inappropriate content.");
        return Ok(Served::under(Answer { status: 200, ..error(&refused) }, &faults, SYNC));
    }
    let links: Vec<String> = wish.orders.iter().cloned().enumerate().map(|(index, order)| shop.publish(order, &faults, index)).collect();
    let body = json!({ "request_id": request_id, "output": { "choices": choices(&links) }, "usage": usage(&wish.orders) });
    Ok(Served::under(Answer::ok(body), &faults, SYNC).items("/output/choices"))
}

fn choices(links: &[String]) -> Value {
    let choice = |link: &String| json!({ "finish_reason": "stop", "message": { "role": "assistant", "content": [{ "image": link }] } });
    links.iter().map(choice).collect()
}

fn usage(orders: &[Order]) -> Value {
    json!({ "image_count": orders.len(), "width": orders[0].width, "height": orders[0].height })
}
