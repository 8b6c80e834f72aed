//! ComfyUI, `http://127.0.0.1:8188`: it runs graphs, which come with the model from the catalogue and in which named
//! slots are filled. Nothing that a user writes becomes a node, a link or a path. Source: ComfyUI a125cd8 (0.3.64); the
//! hosted dialect is another one. Progress and previews come by WebSocket only, so that there are none.
//!
//! [`crate::Model::wire_id`] fills the slot `model`. [`crate::Model::options`] that it knows: `workflows`, an object from
//! a task type to what runs for it:
//!
//! ```json
//! { "text_to_image": {
//!     "graph": { "3": { "class_type": "KSampler", "inputs": { "seed": 0, "model": ["4", 0] } } },
//!     "slots": { "seed": [{ "node": "3", "input": "seed" }] } } }
//! ```
//!
//! The graph is in API format. The slots bear the vocabulary's names: `prompt`, `negative_prompt`, `seed`, `count`,
//! `width`, `height`, `steps`, `guidance` and what else stands in `slots.rs`, and `request_id`. `image`, `image_2`, …,
//! `reference`, `reference_2`, …, `style_image` and `mask` take the name of an uploaded picture. What is asked for without
//! a slot for it is refused. A slot that nothing is asked for keeps what stands in the graph, except that `seed` then gets
//! a random number.

mod answer;
mod id;
mod pictures;
mod queue;
mod refusal;
mod slots;
mod submit;
mod template;

use std::time::Duration;

use http::Method;
use serde_json::json;
use url::form_urlencoded;

use self::queue::Spot;
use crate::account::Account;
use crate::delivery::{self, Output, Sink, Source};
use crate::error::{Began, Class, Error};
use crate::http as wire;
use crate::provider::{Abilities, Cancelled, Handle, ImageProvider, Progress, Submitted, Watch};
use crate::request::ImageRequest;

/// ComfyUI's own server.
#[derive(Debug)]
pub struct ComfyUi;

#[async_trait::async_trait]
impl ImageProvider for ComfyUi {
    fn abilities(&self) -> Abilities {
        // It has no limits of its own; questions only must not slow it down.
        Abilities {
            asynchronous: true,
            cancel: true,
            look_up: true,
            poll_floor: Duration::from_secs(1),
            poll_ceiling: Duration::from_secs(10),
            ..Abilities::AT_ONCE
        }
    }

    async fn submit(&self, account: &Account, request: &ImageRequest, _watch: &Watch) -> Result<Submitted, Error> {
        submit::submit(account, request).await.map(Submitted::Accepted)
    }

    async fn poll(&self, account: &Account, handle: &Handle, _watch: &Watch) -> Result<Progress, Error> {
        stands(account, handle).await
    }

    async fn fetch(&self, account: &Account, output: &Output, into: &mut Sink) -> Result<(), Error> {
        let Source::Kept(place) = &output.source else { return delivery::fetch(account, output, into).await };
        view(account, place, into).await.map_err(|error| error.began(Began::Lost))
    }

    async fn cancel(&self, account: &Account, handle: &Handle) -> Result<Cancelled, Error> {
        stop(account, &handle.id).await
    }

    async fn look_up(&self, account: &Account, request_id: &str) -> Result<Option<Handle>, Error> {
        find(account, Handle::id(id::prompt_id(request_id))).await
    }

    async fn check(&self, account: &Account) -> Result<String, Error> {
        stats(account).await
    }
}

/// How a prompt stands.
async fn stands(account: &Account, handle: &Handle) -> Result<Progress, Error> {
    if let Some(entry) = queue::history(account, handle).await? {
        return answer::read(account, &entry);
    }
    match queue::spot(account, &handle.id).await? {
        Spot::Pending { before } => Ok(Progress::Queued { position: Some(before) }),
        Spot::Running => Ok(Progress::Running { fraction: None }),
        // It may have ended between the two questions.
        Spot::Nowhere => match queue::history(account, handle).await? {
            Some(entry) => answer::read(account, &entry),
            None => Err(Error::new(Class::Expired, "neither in queue nor history: was the server restarted?").began(Began::Ended)),
        },
    }
}

/// Takes it out of the queue, or interrupts it while it surely runs: without that a server before September 2025 would
/// stop whatever else does.
async fn stop(account: &Account, id: &str) -> Result<Cancelled, Error> {
    let mut spot = queue::spot(account, id).await?;
    let waited = matches!(spot, Spot::Pending { .. });
    if waited {
        queue::tell(account, "api/queue", &json!({ "delete": [id] })).await?;
        // It may have begun meanwhile.
        spot = queue::spot(account, id).await?;
    }
    match spot {
        Spot::Running => {
            queue::tell(account, "api/interrupt", &json!({ "prompt_id": id })).await?;
            Ok(Cancelled::Asked)
        }
        Spot::Pending { .. } => Ok(Cancelled::Unsupported),
        Spot::Nowhere if waited => Ok(Cancelled::Stopped),
        Spot::Nowhere => Ok(Cancelled::TooLate),
    }
}

/// The queue is asked first: what leaves it is in the history at once, while what is in neither never came.
async fn find(account: &Account, handle: Handle) -> Result<Option<Handle>, Error> {
    let known = queue::spot(account, &handle.id).await? != Spot::Nowhere || queue::history(account, &handle).await?.is_some();
    Ok(known.then_some(handle))
}

/// The file behind `filename=…&subfolder=…&type=…`.
async fn view(account: &Account, place: &str, into: &mut Sink) -> Result<(), Error> {
    let mut call = account.call(Method::GET, "api/view");
    let known = form_urlencoded::parse(place.as_bytes()).filter(|(name, _)| answer::PLACE.contains(&name.as_ref()));
    call.url.query_pairs_mut().extend_pairs(known);
    delivery::fetch_kept(account, account.with_bearer(call)?, into).await
}

/// What the server says of itself: free, and refused without a good key where a proxy wants one.
async fn stats(account: &Account) -> Result<String, Error> {
    let answer = queue::ask(account, "api/system_stats").await;
    let answer = answer.map_err(|error| wire::of_check(error, "no ComfyUI there: is this its address?").began(Began::No))?;
    let Some(version) = answer["system"]["comfyui_version"].as_str() else {
        return Err(Error::new(Class::InvalidRequest, "what answered does not say that it is ComfyUI"));
    };
    Ok(format!("ComfyUI {version} on {}", answer["devices"][0]["name"].as_str().unwrap_or("an unknown device")))
}
