//! Takes a picture by a link of ours, as a bucket does by one of its own: the link's signature is the right to put it, and
//! only the announced type and length are taken.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use futures::StreamExt;
use serde::Deserialize;
use storage::{LinkError, ObjectKey};
use tempfile::NamedTempFile;

use super::incoming::Incoming;
use super::{SILENCE, WHOLE};
use crate::app::App;
use crate::database::uploads::{self, UploadRow};
use crate::error::{Code, Failure, Problem};
use crate::middleware::json::{Query, invalid};
use crate::middleware::path::PathId;
use crate::models::id::UploadId;
use crate::services::uploads::presigned::mismatch;

/// The signed part of a link.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadLink {
    /// Unix seconds until which the link opens.
    e: i64,
    /// The signature.
    s: String,
}

/// Puts a picture by its link, one at a time. A later one takes the place of an earlier one until the upload is completed.
#[utoipa::path(put, operation_id = "putUpload", path = "/api/uploads/{id}/content", tag = "uploads", params(("id" = String, Path), UploadLink), request_body(content = Vec<u8>, content_type = "image/*"), responses((status = 200), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 408, body = Problem), (status = 409, body = Problem), (status = 507, body = Problem)))]
pub async fn put(
    State(app): State<App>,
    PathId(id): PathId,
    Query(link): Query<UploadLink>,
    request: Request<Body>,
) -> Result<StatusCode, Failure> {
    app.links.check_upload(&id, link.e, &link.s, app.clock.now().0 / 1000).map_err(|error| match error {
        LinkError::Expired => Failure::new(Code::LinkExpired),
        LinkError::Invalid => Failure::new(Code::NotFound),
    })?;
    let id: UploadId = id.parse().map_err(|_| Code::NotFound)?;
    let wanted = id.clone();
    let row = app.database.query::<_, Failure, _>(move |conn| Ok(uploads::open(conn, &wanted)?)).await?.ok_or(Code::NotFound)?;
    if !is_announced(&row, request.headers()) {
        return Err(mismatch(&row.name));
    }
    // Given back with the request, also when its connection breaks.
    let _turn = app.upload_turns.put(&id).ok_or_else(|| Failure::new(Code::UploadUnderWay).with("name", &row.name))?;
    let receiving = receive(&app, &row, request.into_body());
    let file = app.clock.within(WHOLE, receiving).await.unwrap_or(Err(Code::UploadTimeout.into()))?;
    let key = ObjectKey::stored(row.object_key);
    app.store.put_file(&key, file.path()).await?;
    // Meanwhile the upload may have been completed with what was put before, or refused; then nobody takes this one away.
    if app.database.read::<_, Failure, _>(move |conn| Ok(uploads::open(conn, &id)?)).await?.is_none() {
        app.store.delete(&key).await?;
        return Err(Code::NotFound.into());
    }
    Ok(StatusCode::OK)
}

/// Whether the head says what was announced.
fn is_announced(row: &UploadRow, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    text(header::CONTENT_TYPE) == Some(row.mime.as_str()) && text(header::CONTENT_LENGTH) == Some(row.size_bytes.to_string().as_str())
}

/// Writes the body to a temporary file, piece by piece. The connection sees to it that it is as long as its head says.
async fn receive(app: &App, row: &UploadRow, body: Body) -> Result<NamedTempFile, Failure> {
    let announced_bytes = u64::try_from(row.size_bytes).unwrap_or_default();
    let (mut incoming, mut pieces) = (Incoming::new(app)?, body.into_data_stream());
    while let Some(piece) = app.clock.within(SILENCE, pieces.next()).await.ok_or(Code::UploadTimeout)? {
        let piece = piece.map_err(|error| invalid(&error.to_string()))?;
        incoming.take(&piece, |size_bytes| if size_bytes > announced_bytes { Err(mismatch(&row.name)) } else { Ok(()) }).await?;
    }
    if incoming.size_bytes < announced_bytes { Err(mismatch(&row.name)) } else { incoming.finish().await }
}
