//! A link by which a picture can be put straight into the store.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Body;
use crate::models::id::UploadId;
use crate::models::timestamp::Timestamp;
use crate::services::uploads::label;
use crate::services::uploads::presigned::{self, Announced};

/// What will come.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewUpload {
    /// The name of the file.
    pub name: String,
    /// Its media type: that of its bytes, whatever its name ends in.
    pub mime: String,
    /// Its length in bytes, exactly.
    pub size_bytes: u64,
}

/// Where and how to put it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresignedUpload {
    /// Names the upload when it is completed.
    pub id: UploadId,
    /// `PUT`.
    pub method: &'static str,
    /// Where to: an address of the bucket, or a path on this server. Needs no login.
    pub url: String,
    /// Headers that must be sent exactly so.
    pub headers: BTreeMap<&'static str, String>,
    /// Until when the link opens.
    pub expires_at: Timestamp,
}

/// A link that takes one picture of this type and length.
#[utoipa::path(post, operation_id = "presignUpload", path = "/api/uploads/presign", tag = "uploads", request_body = NewUpload, responses((status = 201, body = PresignedUpload), (status = 400, body = Problem), (status = 401, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem), (status = 429, body = Problem)))]
pub async fn presign(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<NewUpload>,
) -> Result<(StatusCode, Json<PresignedUpload>), Failure> {
    let announced = Announced { name: label(Some(&body.name)), mime: body.mime, size_bytes: body.size_bytes };
    let presigned = presigned::presign(&app, &caller.user, caller.locale, announced).await?;
    let headers = BTreeMap::from([("Content-Type", presigned.mime)]);
    let upload = PresignedUpload { id: presigned.id, method: "PUT", url: presigned.url, headers, expires_at: presigned.expires_at };
    Ok((StatusCode::CREATED, Json(upload)))
}
