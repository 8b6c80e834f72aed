//! Retrying: a new task, newly charged, that asks for the same again.

use super::create::{self, Request};
use super::view::Snapshot;
use crate::app::App;
use crate::database::tasks::{self, TaskRow};
use crate::error::{Code, Failure};
use crate::models::id::TaskId;
use crate::models::locale::Locale;
use crate::models::task::{NewTask, PricedRoute};
use crate::models::user::User;
use crate::services::catalogue::choices;

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
    let model = named_model(app, &row)?;
    let told = row.prompt_details()?;
    let new = NewTask {
        input_files: row.input_ids()?,
        parameters: row.parameters()?,
        task_type: row.task_type,
        style: row.style,
        model,
        template: told.template.as_ref().map(|template| template.id.clone()),
        slots: told.slots.clone(),
        avoid_in_words: told.avoid_in_words,
        original_prompt: told.original_prompt.clone(),
    };
    create::create(app, Request { user, locale, new, key, retry_of: Some(id.clone()), told_before: Some(told) }).await
}

/// The model that was named; where none was, or it is gone, the server chooses.
fn named_model(app: &App, row: &TaskRow) -> Result<Option<String>, Failure> {
    if !row.model_named {
        return Ok(None);
    }
    let routes = row.routes()?;
    let [PricedRoute { route, .. }] = routes.as_slice() else { return Ok(None) };
    let still_there = choices(app, &row.task_type).any(|model| model.id == route.model && model.provider == route.provider);
    Ok(still_there.then(|| route.model.clone()))
}
