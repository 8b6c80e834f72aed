//! ComfyUI: graphs, queue, history, files, discovery, and a WebSocket with progress and previews. Every route also
//! exists below `/api`.

mod discover;
mod files;
mod graph;
mod queue;
mod socket;

use serde_json::json;

use crate::answer::{Answer, Denial, Kind, Served, Trouble};
use crate::call::Call;
use crate::check;
use crate::shop::Shop;

pub(crate) use socket::sockets;

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    if call.header("origin").is_some() {
        return Err(Denial::wrong(Kind::Forbidden, "a request with an Origin is refused"));
    }
    // A proxy in front may ask for a key; without one there is none.
    if call.header("authorization").is_some() {
        check::authorization(call, "Bearer", shop.key())?;
    }
    let (method, path) = call.route();
    let path = path.strip_prefix(&["api"]).unwrap_or(&path);
    match (method, path) {
        ("POST", ["prompt"]) => queue::submit(shop, call),
        ("GET", ["prompt"]) => Ok(Served::plain(Answer::ok(json!({ "exec_info": { "queue_remaining": 0 } })))),
        ("GET", ["queue"]) => Ok(Served::plain(Answer::ok(queue::list(shop)))),
        ("POST", ["queue"]) => queue::delete(shop, call),
        ("POST", ["interrupt"]) => queue::interrupt(shop, call),
        ("GET", ["history", id]) => queue::history(shop, call, id),
        ("GET", ["history"]) => Ok(Served::plain(Answer::ok(json!({})))),
        ("POST", ["history" | "free"]) => Ok(Served::plain(Answer::ok(json!({})))),
        ("GET", ["view"]) => files::view(shop, call),
        ("POST", ["upload", "image"]) => files::upload(shop, call, false),
        ("POST", ["upload", "mask"]) => files::upload(shop, call, true),
        // Newer servers have jobs; this one is older, which a client has to find out.
        ("GET" | "POST", ["jobs", ..]) => Err(Denial::no(Kind::NotFound, "404: Not Found")),
        ("GET", rest) => discover::answer(rest).ok_or_else(|| no_route(method, call)),
        _ => Err(no_route(method, call)),
    }
}

fn no_route(method: &str, call: &Call) -> Denial {
    Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    let kind = if trouble.kind == Kind::Invalid { "invalid_prompt" } else { "server_error" };
    let error = json!({ "type": kind, "message": trouble.message, "details": "", "extra_info": {} });
    Answer::json(trouble.status(), json!({ "error": error, "node_errors": {} }))
}
