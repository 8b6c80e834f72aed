//! The doctor, for the operator who has no shell.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Owner;
use crate::services::doctor::{Line, State as Condition, examine};

/// What the doctor found.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DoctorReport {
    /// Whether nothing fails.
    ok: bool,
    /// One for each part that was looked at.
    lines: Vec<Line>,
}

/// Longest look at one group of parts: somebody waits in front of a page.
const PATIENCE: Duration = Duration::from_secs(40);
/// After so many seconds one who came too early may look again.
const BUSY_SECONDS: u64 = 10;

/// Looks at everything that the studio needs, as `danqing doctor` does, from inside the running server. One look at a time:
/// it may take a minute, and tests every account with a vendor.
#[utoipa::path(get, operation_id = "examine", path = "/api/admin/doctor", tag = "admin", responses((status = 200, body = DoctorReport), (status = 401, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub async fn show(State(app): State<App>, Owner(owner): Owner) -> Result<Json<DoctorReport>, Failure> {
    // In a task of its own: whoever hangs up does not make room for another look while this one goes on.
    let look = tokio::spawn(async move {
        let Ok(_turn) = app.doctor.try_lock() else {
            return Err(Failure::new(Code::Overloaded).retry_after(BUSY_SECONDS));
        };
        Ok(examine(&app.config, owner.locale, Some(PATIENCE)).await)
    });
    let lines = look.await.map_err(Failure::internal)??;
    Ok(Json(DoctorReport { ok: lines.iter().all(|line| line.state != Condition::Failure), lines }))
}
