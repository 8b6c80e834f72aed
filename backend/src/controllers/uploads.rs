//! Uploading pictures.

use std::time::Duration;

use axum::Json;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use serde::Serialize;
use tokio::io::AsyncWriteExt;

use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::invalid;
use crate::models::file::File;
use crate::services::uploads::{self, Arrived, check_size, label};

mod pieces;

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

/// Stores pictures; all of them or none.
#[utoipa::path(post, operation_id = "uploadFiles", path = "/api/uploads", tag = "uploads", request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 201, body = Uploaded), (status = 400, body = Problem), (status = 401, body = Problem), (status = 408, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem), (status = 507, body = Problem)))]
pub async fn upload(State(app): State<App>, caller: Caller, request: Request) -> Result<(StatusCode, Json<Uploaded>), Failure> {
    let form = Multipart::from_request(request.map(pieces::one_at_a_time), &app).await;
    let mut form = form.map_err(|rejection| invalid(&rejection.body_text()))?;
    let settings = app.settings.current(&app).await?;
    let limit_bytes = settings.max_file_size_bytes();
    let mut arrived = Vec::new();
    while let Some(field) = patiently(form.next_field()).await? {
        if field.name() != Some("file") {
            let name = field.name().unwrap_or_default().to_owned();
            return Err(Failure::new(Code::UnknownField).with("field", &name).field(name, "unknown"));
        }
        if arrived.len() >= settings.max_files_per_task as usize {
            return Err(Failure::new(Code::TooManyFiles).with("limit", settings.max_files_per_task));
        }
        arrived.push(receive(&app, field, limit_bytes).await?);
    }
    if arrived.is_empty() {
        return Err(invalid("file").field("file", "required"));
    }
    let files = uploads::store(&app, &caller.user.id, caller.locale, arrived).await?;
    Ok((StatusCode::CREATED, Json(Uploaded { files })))
}

/// Writes one part of the form to a temporary file, piece by piece.
async fn receive(app: &App, mut field: Field<'_>, limit_bytes: u64) -> Result<Arrived, Failure> {
    let name = label(field.file_name());
    let file = tempfile::NamedTempFile::new_in(app.temporary_folder()).map_err(|error| disk(&error))?;
    let mut target = tokio::fs::File::from_std(file.reopen().map_err(|error| disk(&error))?);
    let mut size_bytes = 0;
    while let Some(piece) = patiently(field.chunk()).await? {
        size_bytes += piece.len() as u64;
        check_size(&name, size_bytes, limit_bytes)?;
        target.write_all(&piece).await.map_err(|error| disk(&error))?;
    }
    target.flush().await.map_err(|error| disk(&error))?;
    Ok(Arrived { name, file })
}

async fn patiently<T>(step: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Failure> {
    match tokio::time::timeout(SILENCE, step).await {
        Ok(step) => step.map_err(|error| broken(&error)),
        Err(_) => Err(Code::UploadTimeout.into()),
    }
}

fn broken(error: &MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Failure::new(Code::BodyTooLarge).with("limit", "-")
    } else {
        invalid(&error.body_text())
    }
}

fn disk(error: &std::io::Error) -> Failure {
    uploads::disk(error)
}
