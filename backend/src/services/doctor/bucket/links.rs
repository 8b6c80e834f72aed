//! Whether browsers can put pictures straight to the bucket: by a link that takes what was announced and nothing else, and
//! from pages of this studio.

use std::time::Duration;

use egress::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, ORIGIN,
};
use egress::http::{Method, StatusCode};
use egress::{Body, Call, Error, Limits, Reach, Url};
use serde_json::json;
use storage::ObjectKey;

use super::super::{Line, State};
use super::Place;

/// Links of a look are soon over.
pub(super) const EXPIRES: Duration = Duration::from_secs(60);

const MIME: &str = "image/png";
const BYTES: &[u8] = b"bytes";

/// Says what a link takes, and from whom.
pub(super) async fn lines(place: &Place<'_>) -> Vec<Line> {
    if place.settings.public_address.is_none() {
        return vec![line(place, "bucket_public", State::Ok, "through", "")];
    }
    if !place.settings.is_reached_from(place.studio) {
        return vec![line(place, "bucket_public", State::Warning, "inside", "")];
    }
    let key = ObjectKey::quarantined();
    let link = place.bucket.upload_link(&key, MIME, BYTES.len() as u64, EXPIRES);
    let mut lines = match put(place, &link, MIME, BYTES).await {
        Ok(status) if status.is_success() => vec![line(place, "bucket_public", State::Ok, "works", "")],
        Ok(status) => vec![line(place, "bucket_public", State::Failure, "refused", &status.to_string())],
        Err(error) => return vec![line(place, "bucket_public", State::Warning, "unreachable", &error.to_string())],
    };
    lines.extend(strict(place, &link).await);
    lines.extend(preflight(place, &link).await);
    // What cannot be deleted was said above, and is swept.
    drop(place.store.delete(&key).await);
    lines
}

/// A line that may name the public address, the studio, and the rule that lets its pages in.
fn line(place: &Place<'_>, check: &'static str, state: State, what: &str, reason: &str) -> Line {
    let studio = place.studio.as_str();
    let values = [
        ("bucket", place.settings.name.as_str()),
        ("place", place.bucket.origin()),
        ("studio", studio),
        ("rule", &rule(studio)),
        ("reason", reason),
    ];
    Line::new(place.locale, check, state, what, &values)
}

/// As Amazon and R2 take it; the forms of other houses have fields of these names.
fn rule(studio: &str) -> String {
    let rule = json!([{
        "AllowedOrigins": [studio],
        "AllowedMethods": ["PUT"],
        "AllowedHeaders": ["content-type"],
        "MaxAgeSeconds": 3600,
    }]);
    rule.to_string()
}

async fn put(place: &Place<'_>, link: &Url, mime: &'static str, bytes: &'static [u8]) -> Result<StatusCode, Error> {
    let call = Call::new(Method::PUT, link.clone()).reach(Reach::Configured).limits(Limits::API).body(Body::Bytes(bytes.into()));
    let answer = place.egress.send(call.header(CONTENT_TYPE, HeaderValue::from_static(mime))).await?;
    Ok(answer.status)
}

/// Another type and another length are refused. Who does not answer has refused as well.
async fn strict(place: &Place<'_>, link: &Url) -> [Line; 2] {
    let refused = |answer: Result<StatusCode, Error>| answer.is_ok_and(|status| !status.is_success());
    let said = |check, refused| {
        let (state, what) = if refused { (State::Ok, "refused") } else { (State::Warning, "taken") };
        line(place, check, state, what, "")
    };
    let other_type = refused(put(place, link, "text/html", BYTES).await);
    let other_length = refused(put(place, link, MIME, b"longer bytes").await);
    [said("bucket_type", other_type), said("bucket_length", other_length)]
}

/// What a browser asks before it puts from a page of the studio.
async fn preflight(place: &Place<'_>, link: &Url) -> Option<Line> {
    let mut call = Call::new(Method::OPTIONS, link.clone()).reach(Reach::Configured).limits(Limits::API);
    let asked = [(ORIGIN, place.studio.as_str()), (ACCESS_CONTROL_REQUEST_METHOD, "PUT"), (ACCESS_CONTROL_REQUEST_HEADERS, "content-type")];
    for (name, value) in asked {
        call = call.header(name, HeaderValue::from_str(value).ok()?);
    }
    let answer = place.egress.send(call).await;
    let lets_in = answer.is_ok_and(|answer| answer.status.is_success() && permits(&answer.headers, place.studio.as_str()));
    let (state, what) = if lets_in { (State::Ok, "lets_in") } else { (State::Warning, "refused") };
    Some(line(place, "bucket_cors", state, what, ""))
}

/// Whether a browser would go on.
fn permits(headers: &HeaderMap, studio: &str) -> bool {
    let listed = |name: HeaderName, wanted: &str| {
        let mut words = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        words.any(|word| word.trim() == "*" || word.trim().eq_ignore_ascii_case(wanted))
    };
    listed(ACCESS_CONTROL_ALLOW_ORIGIN, studio)
        && listed(ACCESS_CONTROL_ALLOW_METHODS, "PUT")
        && listed(ACCESS_CONTROL_ALLOW_HEADERS, "content-type")
}
