//! A bucket that is set up as it should not be: open to all who read, and to whatever is put by a link.

use std::path::{Path, PathBuf};

use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use s3s::{Body, HttpError};

use crate::cors;

/// The file behind a request that a careful bucket would refuse or look at.
pub(crate) fn file(folder: &Path, request: &Request<Incoming>) -> Option<PathBuf> {
    let by_link = request.uri().query().is_some_and(|query| query.contains("X-Amz-Signature"));
    let unsigned = !by_link && !request.headers().contains_key(header::AUTHORIZATION);
    let of_object = (unsigned && request.method() == Method::GET) || (by_link && request.method() == Method::PUT);
    // Addresses are `/bucket/key`.
    let key = request.uri().path().trim_start_matches('/').split_once('/')?.1;
    (of_object && !key.is_empty() && !key.contains("..")).then(|| folder.join(key))
}

/// Reads it, or writes it.
pub(crate) async fn answer(file: &Path, request: Request<Incoming>) -> Result<Response<Body>, HttpError> {
    if request.method() == Method::GET {
        return Ok(match std::fs::read(file) {
            Ok(bytes) => Response::new(Body::from(bytes)),
            Err(_) => cors::bare(StatusCode::NOT_FOUND),
        });
    }
    let Ok(body) = request.into_body().collect().await else { return Ok(cors::bare(StatusCode::BAD_REQUEST)) };
    let folder = file.parent().map(std::fs::create_dir_all);
    let written = folder.is_some_and(|made| made.is_ok()) && std::fs::write(file, body.to_bytes()).is_ok();
    Ok(cors::bare(if written { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR }))
}
