//! Calls of vendors that a request has ended. Nothing in them is believed: a call whose signature is right is a reason to
//! ask the vendor now, once. Whoever forges one, repeats it or holds it back changes nothing but the moment.

use std::time::Duration;

use providers::{Delivered, Handle, WebhookCall, WebhookError};

use crate::app::App;
use crate::database::{attempts, external_events, tasks};
use crate::error::{Code, Failure};
use crate::models::id::TaskId;
use crate::models::payload::RunTask;
use crate::models::timestamp::Timestamp;
use crate::services::ai::accounts::Seat;
use crate::services::fleet::Hint;

/// When a vendor may come again whose keys could not be fetched: they are asked for once a minute.
const KEYS_AGAIN: Duration = Duration::from_secs(60);

/// Takes a call that was made to an account's address.
///
/// # Errors
/// `webhook_refused` when it is not signed as it should be, `not_found` when that cannot be checked, `overloaded` when it
/// cannot be checked now.
pub async fn receive(app: &App, seat: &Seat, headers: &[(String, String)], body: &[u8]) -> Result<(), Failure> {
    let now = app.clock.now();
    let call = WebhookCall { headers, body, now: now.0.div_euclid(1000) };
    let delivered = match seat.adapter.verify_webhook(&seat.account, &call).await {
        Ok(delivered) => delivered,
        Err(error) => {
            tracing::warn!(account = seat.account.id, %error, "a call of a vendor was refused");
            return Err(refusal(error));
        }
    };
    let provider = seat.provider.clone();
    let woken = app.database.write::<_, Failure, _>(move |conn| wake(conn, &provider, &delivered, now));
    if let Some(task) = woken.await? {
        tracing::debug!(%task, account = seat.account.id, "a vendor called back");
        app.running.called_back(&task, now);
        app.fleet.tell(|| Hint::Work { id: task.clone() });
        app.wake_workers();
    }
    Ok(())
}

fn refusal(error: WebhookError) -> Failure {
    match error {
        WebhookError::Unsupported | WebhookError::NoSecret => Code::NotFound.into(),
        WebhookError::Malformed | WebhookError::OutsideWindow | WebhookError::BadSignature => Code::WebhookRefused.into(),
        WebhookError::KeysUnavailable => {
            Failure::new(Code::Overloaded).with("seconds", KEYS_AGAIN.as_secs()).retry_after(KEYS_AGAIN.as_secs())
        }
    }
}

/// Notes the call, and has the request looked at that it is about, if that is open. Whose job rests for another reason,
/// such as a vendor without room, is left alone.
fn wake(conn: &mut db::Connection, provider: &str, delivered: &Delivered, now: Timestamp) -> Result<Option<TaskId>, Failure> {
    if !external_events::note(conn, provider, &delivered.delivery_id, now)? {
        return Ok(None);
    }
    let Some(task) = tasks::of_vendor(conn, provider, &delivered.handle_id)? else { return Ok(None) };
    let handle = attempts::open_handle(conn, &task)?.and_then(|handle| serde_json::from_str::<Handle>(&handle).ok());
    if handle.is_none_or(|handle| handle.id != delivered.handle_id) {
        return Ok(None);
    }
    // The job before the task, as a worker does it.
    jobs::hasten(conn, &RunTask::unique_key(&task), now.0)?;
    tasks::note_called_back(conn, &task, now)?;
    Ok(Some(task))
}
