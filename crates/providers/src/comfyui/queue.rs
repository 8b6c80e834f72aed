//! Questions about a prompt, and orders to the queue. None of them costs anything.

use bytes::Bytes;
use egress::Call;
use http::Method;
use serde_json::Value;

use super::refusal;
use crate::account::Account;
use crate::error::{Began, Error};
use crate::http as wire;
use crate::provider::Handle;

/// Where a prompt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// It waits behind so many.
    Pending { before: u32 },
    /// It is being run.
    Running,
    /// Not in the queue.
    Nowhere,
}

/// Where the queue has the prompt.
///
/// # Errors
/// When the server could not be asked.
pub async fn spot(account: &Account, id: &str) -> Result<Spot, Error> {
    let answer = ask(account, "api/queue").await?;
    // An item is `[number, id, graph, …]`; newer servers append more.
    let items = |name: &str| answer[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let (running, pending) = (items("queue_running"), items("queue_pending"));
    if running.iter().any(|item| item[1] == id) {
        return Ok(Spot::Running);
    }
    let Some(ours) = pending.iter().find(|item| item[1] == id) else { return Ok(Spot::Nowhere) };
    let number = |item: &Value| item[0].as_f64().unwrap_or_default();
    let before = running.len() + pending.iter().filter(|item| number(item) < number(ours)).count();
    Ok(Spot::Pending { before: u32::try_from(before).unwrap_or(u32::MAX) })
}

/// What the history has of a prompt that has ended.
///
/// # Errors
/// When the server could not be asked, or the id is none.
pub async fn history(account: &Account, handle: &Handle) -> Result<Option<Value>, Error> {
    let id = handle.path_id()?;
    let mut answer = ask(account, &format!("api/history/{id}")).await?;
    Ok(answer.get_mut(id).map(Value::take).filter(Value::is_object))
}

/// Asks something.
///
/// # Errors
/// When the server could not be asked; never about the prompt itself.
pub async fn ask(account: &Account, path: &str) -> Result<Value, Error> {
    let body = send(account, account.call(Method::GET, path)).await?;
    wire::read_json(&body)
}

/// Tells the queue something.
///
/// # Errors
/// When the server could not be told.
pub async fn tell(account: &Account, path: &str, order: &Value) -> Result<(), Error> {
    let call = account.call(Method::POST, path).json(order).map_err(|error| wire::of_question(&error))?;
    send(account, call).await.map(drop)
}

/// Sends what costs nothing and gives the body of a good answer. What goes wrong says nothing of the prompt.
pub async fn send(account: &Account, call: Call) -> Result<Bytes, Error> {
    let unknown = |error: Error| error.began(Began::Unknown);
    let asked = account.egress.send(account.with_bearer(call)?).await;
    let answer = asked.map_err(|error| unknown(wire::of_question(&error)))?;
    if !answer.status.is_success() {
        return Err(unknown(refusal::plain(&wire::Refusal::read(account, answer).await)));
    }
    answer.bytes().await.map_err(|error| unknown(wire::of_question(&error)))
}
