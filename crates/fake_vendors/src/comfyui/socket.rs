//! The WebSocket: progress in text frames, previews in binary ones.

use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::mpsc::unbounded_channel;

use super::queue;
use crate::call::Call;
use crate::fault::{Fault, Faults};
use crate::picture::{Format, Order};
use crate::shop::Shop;
use crate::tasks::{Stage, State as TaskState, Task};
use crate::vendor::Vendor;

/// Between two frames.
const PAUSE: Duration = Duration::from_millis(15);
const STEPS: u32 = 4;
/// Binary frames begin with this: a preview, and JPEG.
const PREVIEW_HEAD: [u8; 8] = [0, 0, 0, 1, 0, 0, 0, 1];

/// The routes that speak WebSocket.
pub(crate) fn sockets(shop: Shop) -> Router {
    Router::new().route("/ws", get(upgrade)).route("/api/ws", get(upgrade)).with_state(shop)
}

async fn upgrade(State(shop): State<Shop>, upgrade: WebSocketUpgrade, request: Request) -> Response {
    let mut call = Call::read(request).await;
    shop.house.recorder.record(Vendor::ComfyUi.name(), &mut call);
    let Some(client) = call.query("clientId").map(str::to_owned) else {
        shop.house.recorder.blame(call.number, "a socket without clientId");
        return axum::http::StatusCode::BAD_REQUEST.into_response();
    };
    shop.house.recorder.answered(call.number, 101);
    upgrade.on_upgrade(move |socket| serve(shop, socket, client))
}

async fn serve(shop: Shop, socket: WebSocket, client: String) {
    let (sender, mut frames) = unbounded_channel();
    let status = json!({ "type": "status", "data": { "status": { "exec_info": { "queue_remaining": 0 } }, "sid": client } });
    let _ = sender.send(Message::text(status.to_string()));
    // The same id again replaces the old socket.
    shop.house.sockets.lock().insert(client, sender.clone());
    let (mut out, mut incoming) = socket.split();
    loop {
        tokio::select! {
            frame = frames.recv() => {
                let Some(frame) = frame else { break };
                if out.send(frame).await.is_err() {
                    break;
                }
            }
            message = incoming.next() => match message {
                Some(Ok(Message::Text(text))) if text.contains("feature_flags") => {
                    let flags = json!({ "type": "feature_flags", "data": { "supports_preview_metadata": false } });
                    let _ = sender.send(Message::text(flags.to_string()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
}

/// Tells the client of its task as it goes on, in the background, and ends the task.
pub(super) fn tell(shop: &Shop, task: &Task, client: String) {
    if !shop.house.sockets.lock().contains_key(&client) {
        return;
    }
    let (shop, task) = (shop.clone(), task.clone());
    tokio::spawn(async move {
        for frame in story(&shop, &task) {
            tokio::time::sleep(PAUSE).await;
            if shop.look(&task.id).is_none_or(|(_, stage)| stage == Stage::Cancelled) {
                let told =
                    text("execution_interrupted", json!({ "prompt_id": task.id, "node_id": "3", "node_type": "KSampler", "executed": [] }));
                send(&shop, &client, told);
                return;
            }
            send(&shop, &client, frame);
        }
        if silent(&task.faults) {
            return;
        }
        shop.end(&task.id, TaskState::Ended);
        for frame in end(&task) {
            send(&shop, &client, frame);
        }
    });
}

/// Tasks that never end, or that are lost, say nothing of an end.
fn silent(faults: &Faults) -> bool {
    [Fault::TaskForever, Fault::TaskLost, Fault::TaskStrange].into_iter().any(|fault| faults.has(fault))
}

fn send(shop: &Shop, client: &str, frame: Message) {
    if let Some(sender) = shop.house.sockets.lock().get(client) {
        let _ = sender.send(frame);
    }
}

fn text(kind: &str, data: Value) -> Message {
    Message::text(json!({ "type": kind, "data": data }).to_string())
}

fn story(shop: &Shop, task: &Task) -> Vec<Message> {
    let id = &task.id;
    let mut frames = vec![text("execution_start", json!({ "prompt_id": id, "timestamp": 1_790_000_000 }))];
    let cached: &[&str] = if task.orders.is_empty() { &["3"] } else { &[] };
    frames.push(text("execution_cached", json!({ "nodes": cached, "prompt_id": id, "timestamp": 1_790_000_000 })));
    frames.push(text("executing", json!({ "node": "3", "display_node": "3", "prompt_id": id })));
    for step in 1..=STEPS {
        frames.push(text("progress", json!({ "value": step, "max": STEPS, "prompt_id": id, "node": "3" })));
        let preview = Order::new(&task.prompt, u64::from(step), (64, 64), Format::Jpeg).make(&Faults::default()).0;
        frames.push(Message::Binary(Bytes::from([&PREVIEW_HEAD[..], &preview].concat())));
    }
    // Somebody else's work is broadcast too.
    frames.push(text("status", json!({ "status": { "exec_info": { "queue_remaining": shop.house.sockets.lock().len() } } })));
    frames
}

fn end(task: &Task) -> Vec<Message> {
    let id = &task.id;
    let last = text("executing", json!({ "node": null, "prompt_id": id }));
    if task.faults.has(Fault::TaskFailed) {
        let failure = queue::failure(id);
        return vec![text("execution_error", failure[1].clone()), last];
    }
    let node = &task.detail["outputs"];
    let executed = json!({ "node": node, "display_node": node, "output": { "images": queue::images(task) }, "prompt_id": id });
    vec![text("executed", executed), text("execution_success", json!({ "prompt_id": id, "timestamp": 1_790_000_000 })), last]
}
