//! How far a generation is, asked beside the call that waits for it.

use std::time::Duration;

use egress::Call;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{refusal, with_key};
use crate::account::Account;
use crate::encoded::Encoded;
use crate::error::{Class, Error};
use crate::http as wire;
use crate::provider::{Update, Watch};
use crate::request::ImageRequest;

/// Between two questions. The server's own page asks twice as often.
const PAUSE: Duration = Duration::from_secs(1);
/// Any preview that there is.
const ANY_PREVIEW: i64 = -1;

/// How a task of ours stands.
#[derive(Debug, Default)]
pub struct State {
    /// It runs.
    pub active: bool,
    /// It waits for what runs.
    pub queued: bool,
    /// 0 to 1 of all its pictures.
    fraction: Option<f32>,
    preview: Option<bytes::Bytes>,
    preview_id: Option<i64>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(default)]
    active: bool,
    #[serde(default)]
    queued: bool,
    #[serde(default)]
    progress: Value,
    #[serde(borrow, default)]
    live_preview: Option<Encoded<'a>>,
    #[serde(default)]
    id_live_preview: Value,
}

/// Reports fraction and previews until the server turns out to know no progress. Never ends otherwise; the caller
/// drops it when the call has ended.
pub async fn follow(account: &Account, request: &ImageRequest, watch: &Watch) {
    let mut shown = Shown { count: request.count, previews: request.previews.min(3).into(), last: 0 };
    let mut preview_id = (request.previews > 0).then_some(ANY_PREVIEW);
    loop {
        tokio::time::sleep(PAUSE).await;
        match state(account, &request.request_id, preview_id).await {
            Ok(state) if state.active => {
                preview_id = preview_id.map(|known| state.preview_id.unwrap_or(known));
                let fraction = state.fraction.unwrap_or_default();
                watch.update(Update::Fraction(fraction));
                if let Some(bytes) = state.preview
                    && let Some(picture) = shown.next(fraction)
                {
                    watch.update(Update::Preview { picture, bytes });
                }
            }
            Ok(_) => {}
            // A server that loads a model answers late; the generation itself says whether anything is wrong.
            Err(error) if error.class == Class::Timeout => {}
            Err(error) => {
                let error = account.conceal(error);
                tracing::debug!(account = account.id, request = request.request_id, %error, "no progress is known");
                return;
            }
        }
    }
}

/// Which previews were shown: the stretch of each picture is cut into one part more than previews are wanted, and one is
/// shown as each further part begins.
struct Shown {
    count: u32,
    previews: u32,
    last: u32,
}

impl Shown {
    /// The picture that a preview at this fraction belongs to, if it is to be shown.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a fraction of a few parts")]
    fn next(&mut self, fraction: f32) -> Option<u32> {
        let parts = self.previews + 1;
        let part = (fraction.clamp(0.0, 1.0) * (self.count * parts) as f32) as u32;
        if part <= self.last || part.is_multiple_of(parts) {
            return None;
        }
        self.last = part;
        Some(part / parts)
    }
}

/// Asks how a task of ours stands; with its preview, unless it is still the one of this id.
///
/// # Errors
/// When the server could not be asked, or knows no such question.
pub async fn state(account: &Account, request_id: &str, preview_id: Option<i64>) -> Result<State, Error> {
    let wish = json!({ "id_task": request_id, "id_live_preview": preview_id.unwrap_or(ANY_PREVIEW), "live_preview": preview_id.is_some() });
    let call = account.call(Method::POST, "internal/progress").json(&wish).map_err(|error| wire::of_question(&error))?;
    let body = ask(account, call).await?;
    let answer: Answer<'_> = wire::read_json(&body)?;
    let fraction = answer.progress.as_f64().filter(|fraction| (0.0..=1.0).contains(fraction));
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    let fraction = fraction.map(|fraction| fraction as f32);
    // A preview that cannot be read is no loss.
    let preview = answer.live_preview.filter(|encoded| !encoded.is_empty()).and_then(|encoded| encoded.decode().ok());
    let preview_id = answer.id_live_preview.as_i64();
    Ok(State { active: answer.active, queued: answer.queued, fraction, preview, preview_id })
}

/// Whether the last generation was interrupted, by us or at the server's own page: what came of it is unfinished then,
/// and nothing in the answer itself says so. The server forgets it when the next one begins.
pub async fn was_interrupted(account: &Account) -> bool {
    let mut call = account.call(Method::GET, "sdapi/v1/progress");
    call.url.query_pairs_mut().append_pair("skip_current_image", "true");
    let state = async { wire::read_json::<Value>(&ask(account, call).await?) }.await;
    match state {
        Ok(answer) => answer["state"]["interrupted"].as_bool().unwrap_or_default(),
        Err(error) => {
            // Servers that only imitate it have neither progress nor interrupt.
            let error = account.conceal(error);
            tracing::debug!(account = account.id, %error, "whether it was interrupted is not known");
            false
        }
    }
}

async fn ask(account: &Account, call: Call) -> Result<bytes::Bytes, Error> {
    let answer = account.egress.send(with_key(account, call)?).await.map_err(|error| wire::of_question(&error))?;
    if !answer.status.is_success() {
        return Err(refusal::refused(&wire::Refusal::read(account, answer).await));
    }
    answer.bytes().await.map_err(|error| wire::of_question(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_previews_are_shown_than_wanted_and_each_belongs_to_a_picture() {
        let mut shown = Shown { count: 2, previews: 1, last: 0 };
        let fractions = [0.0, 0.2, 0.26, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0];
        assert_eq!(fractions.map(|fraction| shown.next(fraction)), [None, None, Some(0), None, None, None, Some(1), None, None]);
        let mut none = Shown { count: 1, previews: 0, last: 0 };
        assert_eq!(none.next(0.9), None);
    }
}
