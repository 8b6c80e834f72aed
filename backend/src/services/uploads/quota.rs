//! How many bytes of pictures one person may have. What a task makes is always kept: only uploads and new tasks are
//! refused by whoever has all there is.

use serde::Serialize;

use crate::app::App;
use crate::config::runtime::Runtime;
use crate::database::credits;
use crate::error::{Code, Failure};
use crate::models::user::{Role, User};

/// What a person's pictures take.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Storage {
    /// Bytes of all pictures, uploaded and made, without previews.
    pub used_bytes: i64,
    /// Most bytes there may be; null is no limit.
    pub limit_bytes: Option<i64>,
    /// After how many days finished tasks are deleted with their pictures; null is never.
    pub retention_days: Option<u32>,
}

/// What a person's pictures take now.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(app: &App, user: &User) -> Result<Storage, Failure> {
    let settings = app.settings.current(app).await?;
    let used_bytes = used(app, user).await?;
    let retention_days = Some(settings.retention_days).filter(|days| *days > 0);
    Ok(Storage { used_bytes, limit_bytes: limit(user, &settings), retention_days })
}

/// Most bytes of pictures for a person; `None` is no limit.
#[must_use]
pub fn limit(user: &User, settings: &Runtime) -> Option<i64> {
    let unlimited = settings.storage_quota_mb == 0 || (user.role == Role::Owner && settings.owner_unlimited);
    (!unlimited).then(|| i64::try_from(settings.storage_quota_mb << 20).unwrap_or(i64::MAX))
}

/// The limit of a person who may have so many bytes more now. It is checked again with what is written.
///
/// # Errors
/// `storage_quota_exceeded`.
pub async fn check_now(app: &App, user: &User, added_bytes: i64) -> Result<Option<i64>, Failure> {
    let limit = limit(user, &app.settings.current(app).await?);
    if limit.is_some() {
        check(used(app, user).await?, added_bytes, limit)?;
    }
    Ok(limit)
}

async fn used(app: &App, user: &User) -> Result<i64, Failure> {
    let id = user.id.clone();
    app.database.query::<_, Failure, _>(move |conn| Ok(credits::row(conn, &id)?.storage_bytes)).await
}

/// Refuses what would go beyond a limit.
///
/// # Errors
/// `storage_quota_exceeded`.
pub fn check(used_bytes: i64, added_bytes: i64, limit: Option<i64>) -> Result<(), Failure> {
    match limit {
        Some(limit) if used_bytes.saturating_add(added_bytes) > limit => {
            Err(Failure::new(Code::StorageQuotaExceeded).with("used", used_bytes >> 20).with("limit", limit >> 20))
        }
        _ => Ok(()),
    }
}
