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
/// `not_found`, `task_not_finished`, and those of [`create::create`].
pub async fn retry(app: &App, user: User, locale: Locale, id: &TaskId, key: Option<String>) -> Result<Snapshot, Failure> {
    let (owner, task_id) = (user.id.clone(), id.clone());
    let row = app.database.read::<_, Failure, _>(move |conn| Ok(tasks::of_user(conn, &owner, &task_id)?)).await?.ok_or(Code::NotFound)?;
    if !row.status()?.is_final() {
        return Err(Code::TaskNotFinished.into());
    }
    // Without a model the server chooses: the one of then may be gone.
    let new =
        NewTask { input_files: row.input_ids()?, parameters: row.parameters()?, task_type: row.task_type, style: row.style, model: None };
    create::create(app, Request { user, locale, new, key: key.map(|key| (ROUTE, key)), retry_of: Some(id.clone()) }).await
}
