//! Retrying: a new task, newly charged, that asks for the same again.

use super::create::{self, Request};
use super::view::Snapshot;
use crate::app::App;
use crate::database::tasks;
use crate::error::{Code, Failure};
use crate::models::id::TaskId;
use crate::models::locale::Locale;
use crate::models::task::NewTask;
use crate::models::user::User;

/// The route that keys of retries belong to.
pub const ROUTE: &str = "POST /api/tasks/{id}/retry";

/// Asks again for what an account's final task asked for.
///
/// # Errors
/// `not_found`, `task_not_finished`, and those of [`create::create`]. The key is looked up before the task, which may
/// be deleted by now.
pub async fn retry(app: &App, user: User, locale: Locale, id: &TaskId, key: Option<String>) -> Result<Snapshot, Failure> {
    let key = key.map(|key| create::idempotency_key(ROUTE, key, id)).transpose()?;
    let (owner, task_id, known, now) = (user.id.clone(), id.clone(), key.clone(), app.clock.now());
    let found = app.database.read::<_, Failure, _>(move |conn| {
        let made = known.as_ref().map(|key| create::made_before(conn, &owner, key, now)).transpose()?.flatten();
        Ok((made, tasks::of_user(conn, &owner, &task_id)?))
    });
    let row = match found.await? {
        (Some(made), _) => return Ok(made),
        (None, row) => row.ok_or(Code::NotFound)?,
    };
    if !row.status()?.is_final() {
        return Err(Code::TaskNotFinished.into());
    }
    // Without a model the server chooses: the one of then may be gone.
    let new =
        NewTask { input_files: row.input_ids()?, parameters: row.parameters()?, task_type: row.task_type, style: row.style, model: None };
    create::create(app, Request { user, locale, new, key, retry_of: Some(id.clone()) }).await
}
