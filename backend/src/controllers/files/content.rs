//! The bytes of a picture, for whoever holds a signed link.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_range_header::{EndPosition, StartPosition};
use serde::Deserialize;
use storage::{Link, LinkError, ObjectKey, Range, Variant};

use crate::app::App;
use crate::database::files::{self, FileRow};
use crate::error::{Code, Failure, Problem};
use crate::middleware::json::Query;
use crate::middleware::path::PathId;
use crate::models::id::FileId;

/// The signed part of a link.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LinkQuery {
    /// Which form: `o` the picture, `t` its preview, `d` the picture for saving, `p` what a running task shows.
    v: String,
    /// Unix seconds until which the link opens.
    e: i64,
    /// The signature.
    s: String,
}

/// A file that is opened by itself may run nothing and load nothing.
const FILE_POLICY: &str = "default-src 'none'; sandbox";

/// The bytes of a picture. Knows ranges, `If-Range` and `If-None-Match`.
#[utoipa::path(get, operation_id = "getFileContent", path = "/files/{id}", tag = "files", params(("id" = String, Path), LinkQuery), responses((status = 200, body = [u8], content_type = "image/*"), (status = 204), (status = 206, body = [u8], content_type = "image/*"), (status = 304), (status = 403, body = Problem), (status = 404, body = Problem), (status = 416, body = Problem)))]
pub async fn content(
    State(app): State<App>,
    PathId(id): PathId,
    Query(query): Query<LinkQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let now_seconds = app.clock.now().0 / 1000;
    let link = app.links.check(&id, &query.v, query.e, &query.s, now_seconds).map_err(|error| match error {
        LinkError::Expired => Failure::new(Code::LinkExpired),
        LinkError::Invalid => Failure::new(Code::NotFound),
    })?;
    if link.variant == Variant::Preview {
        return preview(&app, &id, &method).await;
    }
    let file_id: FileId = id.parse().map_err(|_| Code::NotFound)?;
    let row = app.database.query::<_, Failure, _>(move |conn| Ok(files::by_id(conn, &file_id)?)).await?.ok_or(Code::NotFound)?;
    let tag = tag(&row, link.variant);
    if matches_tag(&headers, &tag) {
        return Ok(with_headers(StatusCode::NOT_MODIFIED.into_response(), &row, link, &tag, now_seconds));
    }
    let range = if method == Method::GET { wanted_range(&headers, &tag) } else { None };
    let [original, thumbnail] = row.objects();
    let key = if link.variant == Variant::Thumbnail { thumbnail } else { original };
    let body = open(&app, &key, range, &method).await?;
    Ok(with_headers(body, &row, link, &tag, now_seconds))
}

/// What a running task shows so far. It is gone soon, so nobody keeps it; who comes a moment too late finds nothing, which is
/// no mistake of his.
async fn preview(app: &App, name: &str, method: &Method) -> Result<Response, Failure> {
    let mut response = match open(app, &ObjectKey::preview(name).ok_or(Code::NotFound)?, None, method).await {
        Err(gone) if gone.code == Code::NotFound => return Ok(StatusCode::NO_CONTENT.into_response()),
        found => found?,
    };
    let pairs = [
        (header::CONTENT_TYPE, "image/webp"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    response.headers_mut().extend(pairs.map(|(name, value)| (name, HeaderValue::from_static(value))));
    Ok(response)
}

async fn open(app: &App, key: &ObjectKey, range: Option<Range>, method: &Method) -> Result<Response, Failure> {
    let object = app.store.get(key, range).await.map_err(|error| match error {
        storage::Error::NotFound(_) => Failure::new(Code::NotFound),
        storage::Error::RangeNotSatisfiable(size) => Failure::new(Code::RangeNotSatisfiable).with("size", size),
        other => {
            tracing::error!(%key, cause = %other, "an object could not be opened");
            Failure::new(Code::Overloaded).retry_after(5)
        }
    })?;
    let length = object.range.end - object.range.start;
    let body = if method == Method::HEAD { Body::empty() } else { Body::from_stream(object.stream) };
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if range.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let text = format!("bytes {}-{}/{}", object.range.start, object.range.end - 1, object.size);
        response.headers_mut().insert(header::CONTENT_RANGE, HeaderValue::from_str(&text).map_err(Failure::internal)?);
    }
    Ok(response)
}

/// The hash of the picture names its bytes; its preview never changes either.
fn tag(row: &FileRow, variant: Variant) -> String {
    let suffix = if variant == Variant::Thumbnail { "-t" } else { "" };
    format!("\"{}{suffix}\"", row.sha256.get(..32).unwrap_or(&row.sha256))
}

fn matches_tag(headers: &HeaderMap, tag: &str) -> bool {
    let wanted = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    wanted.split(',').any(|one| one.trim().trim_start_matches("W/") == tag || one.trim() == "*")
}

/// The range to answer with, if there is one. `If-Range` asks for the whole when the picture is another by now; a date
/// in it never fits, since pictures are told without one, nor does a weak tag (RFC 9110 §13.1.5).
fn wanted_range(headers: &HeaderMap, tag: &str) -> Option<Range> {
    if headers.get(header::IF_RANGE).is_some_and(|held| held.as_bytes() != tag.as_bytes()) {
        return None;
    }
    headers.get(header::RANGE).and_then(|value| value.to_str().ok()).and_then(single_range)
}

/// The range of a header that names just one; with several the whole is answered, which RFC 9110 §14.2 allows, and
/// one that ends before it begins is no range at all (§14.1.1).
fn single_range(text: &str) -> Option<Range> {
    let parsed = http_range_header::parse_range_header(text).ok()?;
    let [range] = parsed.ranges.as_slice() else { return None };
    Some(match (range.start, range.end) {
        (StartPosition::Index(first), EndPosition::Index(last)) if last < first => return None,
        (StartPosition::Index(first), EndPosition::Index(last)) => Range::Bounded(first, last),
        (StartPosition::Index(first), EndPosition::LastByte) => Range::From(first),
        (StartPosition::FromLast(count), _) => Range::Last(count),
    })
}

fn with_headers(mut response: Response, row: &FileRow, link: Link, tag: &str, now_seconds: i64) -> Response {
    let mime = if link.variant == Variant::Thumbnail { "image/webp" } else { row.mime.as_str() };
    let age = (link.expires - now_seconds).max(0);
    let mut pairs = vec![
        (header::CONTENT_TYPE, mime.to_owned()),
        (header::ETAG, tag.to_owned()),
        (header::CACHE_CONTROL, format!("private, max-age={age}, immutable")),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        // The signature in the link is the right to see it, from whatever page: links may go through CDN_URL.
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin".to_owned()),
    ];
    if link.variant == Variant::Download {
        pairs.push((header::CONTENT_DISPOSITION, attachment(&saved_as(&row.name, &row.mime))));
    }
    for (name, value) in pairs {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The name a picture is saved under: its label with the ending of what it is. The label may end in anything, and the
/// reader's system would open `x.html` as a page, whatever it holds.
fn saved_as(label: &str, mime: &str) -> String {
    let Some(format) = imaging::Format::from_mime(mime) else { return label.to_owned() };
    let (stem, ending) = label.rsplit_once('.').filter(|(_, ending)| is_ending(ending)).unwrap_or((label, ""));
    if format == imaging::Format::Jpeg && ending.eq_ignore_ascii_case("jpeg") {
        return label.to_owned();
    }
    // Names that begin with a dot are hidden on many systems.
    let stem = stem.trim_start_matches('.').trim_end();
    format!("{}.{}", if stem.is_empty() { "picture" } else { stem }, format.extension())
}

/// Whether the text behind the last dot is a file's ending: `v1.2` has none.
fn is_ending(text: &str) -> bool {
    text.len() <= 5 && text.chars().all(|c| c.is_ascii_alphanumeric()) && text.chars().any(|c| c.is_ascii_alphabetic())
}

/// Offers a file for saving under its label, whatever its script (RFC 6266 §4.1 with RFC 8187).
fn attachment(label: &str) -> String {
    let mut encoded = String::new();
    for byte in label.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let plain: String = label.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_label_survives_saving_and_a_hostile_one_adds_no_header() {
        assert_eq!(attachment("猫 1.png"), "attachment; filename=\"__1.png\"; filename*=UTF-8''%E7%8C%AB%201.png");
        assert!(!attachment("a\"\r\nX: y").contains(['\r', '\n']));
    }

    #[test]
    fn a_picture_is_saved_with_the_ending_of_what_it_is() {
        for (label, mime, name) in [
            ("猫.png", "image/png", "猫.png"),
            ("x.html", "image/png", "x.png"),
            ("photo.jpg.exe", "image/jpeg", "photo.jpg.jpg"),
            ("a.JPEG", "image/jpeg", "a.JPEG"),
            ("moving.gif", "image/png", "moving.png"),
            ("v1.2", "image/webp", "v1.2.webp"),
            ("picture", "image/png", "picture.png"),
            (".bashrc", "image/png", "bashrc.png"),
            ("..", "image/png", "picture.png"),
        ] {
            assert_eq!(saved_as(label, mime), name, "{label}");
        }
    }

    #[test]
    fn ranges_are_read_as_the_header_says() {
        assert_eq!(single_range("bytes=0-99"), Some(Range::Bounded(0, 99)));
        assert_eq!(single_range("bytes=100-"), Some(Range::From(100)));
        assert_eq!(single_range("bytes=-5"), Some(Range::Last(5)));
        assert_eq!(single_range("bytes=0-1,5-6"), None);
        assert_eq!(single_range("bytes=9-5"), None);
        assert_eq!(single_range("lines=1-2"), None);
    }
}
