//! The page, compiled into the binary. Paths that are no file get the page itself: it knows its own addresses.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::{Code, Failure};

/// What `npm run build` made.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../frontend/dist"]
#[allow_missing = true]
struct Dist;

/// Files with a hash in their name never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Pictures and icons may change with a release.
const DAY: &str = "public, max-age=86400";
/// The page is asked for each time, and mostly answered with 304.
const REVALIDATED: &str = "no-cache";

/// Answers with a file of the page, or with the page.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if is_api(path) {
        return Failure::new(Code::NotFound).into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return Failure::new(Code::MethodNotAllowed).into_response();
    }
    match Dist::get(path).filter(|_| !path.is_empty() && !path.ends_with(COMPRESSED)) {
        Some(file) => answer(path, file, &headers),
        // A file that is missing is missing; anything else is an address of the page.
        None if path.rsplit('/').next().is_some_and(|name| name.contains('.')) => Failure::new(Code::NotFound).into_response(),
        None => Dist::get("index.html").map_or_else(not_built, |page| answer("index.html", page, &headers)),
    }
}

/// Ending of the brotli form that the build puts beside a text file.
const COMPRESSED: &str = ".br";

fn is_api(path: &str) -> bool {
    ["api/", "files/", "v1/"].iter().any(|prefix| path.starts_with(prefix))
}

fn answer(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", &hex::encode(file.metadata.sha256_hash())[..32]);
    let cache = match path {
        "index.html" => REVALIDATED,
        path if path.starts_with("assets/") => IMMUTABLE,
        _ => DAY,
    };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) == Some(tag.as_str());
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    let small = if takes_brotli(headers) { Dist::get(&format!("{path}{COMPRESSED}")) } else { None };
    let is_small = small.is_some();
    let body = || Body::from(small.unwrap_or(file).data).into_response();
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { body() };
    let put = |response: &mut Response, name, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            response.headers_mut().insert(name, value);
        }
    };
    put(&mut response, header::CONTENT_TYPE, &kind);
    put(&mut response, header::CACHE_CONTROL, cache);
    put(&mut response, header::ETAG, &tag);
    put(&mut response, header::VARY, "Accept-Encoding");
    if is_small && !known {
        put(&mut response, header::CONTENT_ENCODING, "br");
    }
    response
}

/// Whether the browser says that it reads brotli.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| coding.split(';').next().is_some_and(|name| name.trim() == "br"))
}

/// A binary that was built before the page.
fn not_built() -> Response {
    let text = "The page was not built. Run scripts/start.sh, or `npm run build` in frontend/ and build again.\n";
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
