//! Tasks: a question about an unknown one is answered with status 200 and `UNKNOWN`.

use serde_json::{Value, json};

use super::{choices, usage};
use crate::answer::{Answer, Denial, END, Kind, POLL, Served};
use crate::call::Call;
use crate::fault::Phase;
use crate::shop::Shop;
use crate::tasks::{Stage, State};

const STAMP: &str = "2026-11-01 10:00:00.000";

pub(super) fn read(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let unknown = |id: &str| json!({ "request_id": id, "output": { "task_id": id, "task_status": "UNKNOWN" } });
    let Some((task, stage)) = shop.ask(id) else {
        shop.house.recorder.blame(call.number, "no such task");
        return Ok(Served::plain(Answer::ok(unknown(id))));
    };
    shop.gate(call, &task.prompt, &task.faults, Phase::Poll)?;
    let word = match stage {
        Stage::Lost => return Ok(Served::under(Answer::ok(unknown(id)), &task.faults, POLL)),
        Stage::Queued => "PENDING",
        Stage::Running => "RUNNING",
        Stage::Done => "SUCCEEDED",
        Stage::Failed | Stage::Refused => "FAILED",
        Stage::Cancelled => "CANCELED",
        Stage::Strange => "HIBERNATING",
    };
    let mut output = json!({ "task_id": id, "task_status": word, "submit_time": STAMP, "scheduled_time": STAMP });
    let mut body = json!({ "request_id": shop.house.id(32) });
    match stage {
        Stage::Failed => {
            output["code"] = "InternalError.Algo".into();
            output["message"] = "inference error".into();
        }
        Stage::Refused => {
            output["code"] = "DataInspectionFailed".into();
            output["message"] = "Output data may contain inappropriate content.".into();
        }
        Stage::Done => {
            let total = task.links.len();
            output["end_time"] = STAMP.into();
            output["task_metrics"] = json!({ "TOTAL": total, "SUCCEEDED": total, "FAILED": 0 });
            if task.detail["messages"] == true {
                output["choices"] = choices(&task.links);
                output["finished"] = true.into();
            } else {
                let results =
                    task.links.iter().map(|link| json!({ "url": link, "orig_prompt": task.prompt, "actual_prompt": task.prompt }));
                output["results"] = results.collect::<Vec<Value>>().into();
            }
            body["usage"] = usage(&task.orders);
        }
        _ => {}
    }
    body["output"] = output;
    let pointer = if task.detail["messages"] == true { "/output/choices" } else { "/output/results" };
    let phases = if stage == Stage::Done { END } else { POLL };
    Ok(Served::under(Answer::ok(body), &task.faults, phases).items(pointer))
}

/// The account's tasks, of which none are shown.
pub(super) fn list(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    for name in ["page_no", "page_size"] {
        if call.query(name).is_some_and(|number| !number.parse::<u32>().is_ok_and(|number| (1..=100).contains(&number))) {
            return Err(Denial::field(name, "must be a number from 1"));
        }
    }
    let body = json!({ "request_id": shop.house.id(32), "data": [], "page_no": 1, "page_size": 10, "total": 0, "total_page": 0 });
    Ok(Served::plain(Answer::ok(body)))
}

/// Works only while the task waits.
pub(super) fn cancel(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let (task, stage) = shop.look(id).ok_or_else(|| Denial::wrong(Kind::NotFound, "the task does not exist"))?;
    shop.gate(call, &task.prompt, &task.faults, Phase::Cancel)?;
    let waits = task.polls == 0 || stage == Stage::Queued;
    if !waits {
        return Err(Denial::no(Kind::Invalid, "Failed to cancel the task, please confirm if the task is in PENDING status."));
    }
    shop.end(id, State::Cancelled);
    Ok(Served::under(Answer::ok(json!({ "request_id": shop.house.id(32) })), &task.faults, &[Phase::Cancel]))
}
