//! Progress. Work takes time only under `[slow:MS]`; then it can be watched and interrupted.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Served};
use crate::call::Call;
use crate::check::Fields;
use crate::fault::Faults;
use crate::picture::{Format, Order};
use crate::shop::Shop;
use crate::tasks::{State, Task};

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Remembers a generation, so that its progress can be asked.
pub(super) fn begin(shop: &Shop, id: &str, takes_ms: u64) {
    let mut task = Task::new(shop, id.to_owned(), "", &Faults::default(), Vec::new());
    task.detail = json!({ "began": milliseconds(), "takes": takes_ms });
    shop.open(task);
}

/// 0..1; 1 is done.
fn share(task: &Task) -> f64 {
    let (began, takes) = (task.detail["began"].as_u64().unwrap_or(0), task.detail["takes"].as_u64().unwrap_or(0));
    let gone = milliseconds().saturating_sub(began);
    if task.state == State::Cancelled || takes == 0 || gone >= takes { 1.0 } else { thousandths(gone * 1000 / takes) }
}

fn thousandths(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(0)) / 1000.0
}

fn tasks(shop: &Shop) -> Vec<Task> {
    shop.house.tasks.lock().values().filter(|task| task.vendor == shop.vendor).cloned().collect()
}

pub(super) fn overall(shop: &Shop) -> Value {
    let all = tasks(shop);
    let running = all.iter().find(|task| share(task) < 1.0);
    // Forgotten as soon as the next one begins.
    let last = all.iter().max_by_key(|task| task.detail["began"].as_u64());
    let interrupted = last.is_some_and(|task| task.state == State::Cancelled);
    let progress = running.map_or(0.0, share);
    json!({
        "progress": progress,
        "eta_relative": if running.is_some() { 1.0 - progress } else { 0.0 },
        "state": {
            "skipped": false, "interrupted": interrupted, "stopping_generation": false,
            "job": if running.is_some() { "scripts_txt2img" } else { "" }, "job_count": i32::from(running.is_some()),
            "job_timestamp": "20261101100000", "job_no": 0, "sampling_step": 5, "sampling_steps": 20,
        },
        "current_image": running.map(|_| shop.base64(&preview(), &Faults::default())),
        "textinfo": null,
        "current_task": running.map(|task| task.id.clone()),
    })
}

fn preview() -> Order {
    Order::new("preview", 1, (64, 64), Format::Png)
}

pub(super) fn of_task(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&["id_task", "id_live_preview", "live_preview"])?;
    let id = fields.required("id_task", 200)?;
    let Some((task, _)) = shop.look(id) else {
        let unknown = json!({
            "active": false, "queued": false, "completed": false, "progress": null, "eta": null, "live_preview": null,
            "id_live_preview": -1, "textinfo": "Waiting...",
        });
        return Ok(Served::plain(Answer::ok(unknown)));
    };
    let share = share(&task);
    let active = share < 1.0;
    let picture = format!("data:image/png;base64,{}", shop.base64(&preview(), &Faults::default()));
    let body = json!({
        "active": active, "queued": false, "completed": !active, "progress": share, "eta": 1.0 - share,
        "live_preview": active.then_some(picture), "id_live_preview": 1, "textinfo": null,
    });
    Ok(Served::plain(Answer::ok(body)))
}

/// Stops whatever runs; the blocked call then answers with what it has.
pub(super) fn interrupt(shop: &Shop) {
    for task in shop.house.tasks.lock().values_mut().filter(|task| task.vendor == shop.vendor && share(task) < 1.0) {
        task.state = State::Cancelled;
    }
    shop.house.interrupt.notify_waiters();
}
