//! What the page needs to know before anybody is logged in.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::app::App;
use crate::config::accounts::Registration;
use crate::config::credits::Refunds;
use crate::error::{Failure, Problem};
use crate::models::locale::Locale;
use crate::services::accounts::setup;
use crate::services::mail;

/// The studio.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = App)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// The name shown.
    pub name: String,
    /// The version that runs.
    pub version: String,
    /// True until the owner account exists.
    pub setup_required: bool,
    /// Who may register.
    pub registration: Registration,
    /// Whether the studio sends mail. Where it does not, the operator helps with forgotten passwords.
    pub mail: bool,
    /// The language when nobody chose one.
    pub locale: Locale,
    /// The time zone in which days are counted.
    pub timezone: String,
    /// What may be uploaded.
    pub limits: AppLimits,
    /// Which tasks are refunded among those that a vendor's content rules refuse.
    pub refund_refusals: Refunds,
    /// How long a deletion can be taken back.
    pub undo_seconds: u64,
}

/// What may be uploaded.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppLimits {
    /// Bytes of one file.
    pub max_file_size_bytes: u64,
    /// Pictures of one task, and files of one upload.
    pub max_files_per_task: u32,
    /// Pixels of one picture.
    pub max_pixels: u64,
    /// Media types.
    pub accepted_types: Vec<&'static str>,
    /// Whether pictures had better be put straight into the bucket, by `POST /api/uploads/presign`.
    pub direct_uploads: bool,
}

/// The types that are taken in.
pub const ACCEPTED_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/gif"];

/// About the studio.
#[utoipa::path(get, operation_id = "getApp", path = "/api/app", tag = "app", responses((status = 200, body = AppInfo), (status = 503, body = Problem)))]
pub async fn show(State(app): State<App>) -> Result<Json<AppInfo>, Failure> {
    let settings = app.settings.current(&app).await?;
    Ok(Json(AppInfo {
        name: app.config.app.name.clone(),
        version: app.config.app.version.clone(),
        setup_required: setup::required(&app).await?,
        registration: settings.registration,
        mail: mail::is_on(&app),
        locale: app.config.app.default_locale,
        timezone: app.config.app.timezone.iana_name().unwrap_or("UTC").to_owned(),
        limits: AppLimits {
            max_file_size_bytes: settings.max_file_size_bytes(),
            max_files_per_task: settings.max_files_per_task,
            max_pixels: app.config.limits.max_pixels,
            accepted_types: ACCEPTED_TYPES.to_vec(),
            direct_uploads: app.public_bucket().is_some(),
        },
        refund_refusals: settings.refund_refusals,
        undo_seconds: app.config.limits.undo_seconds,
    }))
}
