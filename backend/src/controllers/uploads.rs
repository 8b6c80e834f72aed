//! Uploading pictures.

use std::time::Duration;

use axum::Json;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::invalid;
use crate::models::file::File;
use crate::services::uploads::{self, Arrived, check_size, label};

pub mod complete;
mod incoming;
mod pieces;
pub mod presign;
pub mod put;

use incoming::Incoming;
use pieces::Held;

/// The stored pictures, in the order they were sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Uploaded {
    /// The pictures.
    pub files: Vec<File>,
}

/// The form that uploads pictures.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form in the API document")]
pub struct UploadForm {
    /// One or more pictures: JPEG, PNG, WebP or GIF.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
}

/// An upload that sends nothing for so long is given up.
const SILENCE: Duration = Duration::from_secs(30);
/// An upload that is not complete after so long is given up, however steadily it drips: soon after, the sweeper
/// takes its first temporary file for forgotten.
const WHOLE: Duration = Duration::from_secs(50 * 60);

/// Stores pictures; all of them or none.
#[utoipa::path(post, operation_id = "uploadFiles", path = "/api/uploads", tag = "uploads", request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 201, body = Uploaded), (status = 400, body = Problem), (status = 401, body = Problem), (status = 408, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem), (status = 507, body = Problem)))]
pub async fn upload(State(app): State<App>, caller: Caller, request: Request) -> Result<(StatusCode, Json<Uploaded>), Failure> {
    let arrived = app.clock.within(WHOLE, receive_all(&app, request)).await.unwrap_or(Err(Code::UploadTimeout.into()))?;
    let files = uploads::store(&app, &caller.user, caller.locale, arrived).await?;
    Ok((StatusCode::CREATED, Json(Uploaded { files })))
}

/// Writes the pictures of a form to temporary files.
async fn receive_all(app: &App, request: Request) -> Result<Vec<Arrived>, Failure> {
    let held = Held::default();
    let form = Multipart::from_request(request.map(|body| held.one_at_a_time(body)), app).await;
    let mut form = form.map_err(|rejection| invalid(&rejection.body_text()))?;
    let settings = app.settings.current(app).await?;
    let limit_bytes = settings.max_file_size_bytes();
    let mut arrived = Vec::new();
    while let Some(field) = patiently(app, form.next_field()).await? {
        held.handed_out(0);
        if field.name() != Some("file") {
            let name = field.name().unwrap_or_default().to_owned();
            return Err(Failure::new(Code::UnknownField).with("field", &name).field(name, "unknown"));
        }
        if arrived.len() >= settings.max_files_per_task as usize {
            return Err(Failure::new(Code::TooManyFiles).with("limit", settings.max_files_per_task));
        }
        arrived.push(receive(app, field, &held, limit_bytes).await?);
    }
    if arrived.is_empty() {
        return Err(invalid("file").field("file", "required"));
    }
    Ok(arrived)
}

/// Writes one part of the form to a temporary file, piece by piece.
async fn receive(app: &App, mut field: Field<'_>, held: &Held, limit_bytes: u64) -> Result<Arrived, Failure> {
    let name = label(field.file_name());
    let mut incoming = Incoming::new(app)?;
    while let Some(piece) = patiently(app, field.chunk()).await? {
        held.handed_out(piece.len());
        incoming.take(&piece, |size_bytes| check_size(&name, size_bytes, limit_bytes)).await?;
    }
    Ok(Arrived { file: incoming.finish().await?, name })
}

async fn patiently<T>(app: &App, step: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Failure> {
    match app.clock.within(SILENCE, step).await {
        Some(step) => step.map_err(|error| broken(&error)),
        None => Err(Code::UploadTimeout.into()),
    }
}

/// A form that cannot be read. The innermost cause says most; the reader has one sentence for many of them.
fn broken(error: &MultipartError) -> Failure {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    invalid(&cause.to_string())
}
