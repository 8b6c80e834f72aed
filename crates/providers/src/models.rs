//! The list of models: the free test of an account, for it is refused without a good key, and the way to a model that nobody
//! named.

use egress::Call;
use serde_json::Value;

use crate::account::Account;
use crate::error::{Began, Class, Error};
use crate::http as wire;

/// Asks for the list and says who answered with how many. `base` is how the vendor's address ends.
///
/// # Errors
/// As the vendor refuses; [`Class::InvalidRequest`] when what answered has no such list.
pub async fn check(
    account: &Account,
    call: Call,
    vendor: &str,
    base: &str,
    refused: impl Fn(&wire::Refusal) -> Error,
) -> Result<String, Error> {
    let models = list(account, call, base, refused).await?;
    let first = models.first().map_or("none", String::as_str);
    Ok(format!("{vendor} with {} models, the first is {first}", models.len()))
}

/// The name of the first model of the list.
///
/// # Errors
/// As [`check`]; [`Class::ModelUnavailable`] when the list is empty.
pub async fn first(account: &Account, call: Call, base: &str, refused: impl Fn(&wire::Refusal) -> Error) -> Result<String, Error> {
    let first = list(account, call, base, refused).await?.into_iter().next();
    first.ok_or_else(|| Error::new(Class::ModelUnavailable, "the server lists no model, and none is named"))
}

async fn list(account: &Account, call: Call, base: &str, refused: impl Fn(&wire::Refusal) -> Error) -> Result<Vec<String>, Error> {
    let elsewhere = format!("no list of models there: does the address end in {base}?");
    let answer = account.egress.send(call).await.map_err(|error| wire::of_question(&error))?;
    if !answer.status.is_success() {
        let error = refused(&wire::Refusal::read(account, answer).await).began(Began::No);
        return Err(wire::of_check(error, &elsewhere));
    }
    let body = answer.bytes().await.map_err(|error| wire::of_question(&error))?;
    let list: Value = wire::read_json(&body).map_err(|error| error.began(Began::No))?;
    let Some(models) = list["data"].as_array().or_else(|| list["models"].as_array()) else {
        return Err(Error::new(Class::InvalidRequest, format!("what answered has no list of models: does the address end in {base}?")));
    };
    let name = |model: &Value| model["id"].as_str().or_else(|| model["name"].as_str()).unwrap_or("none").to_owned();
    Ok(models.iter().map(name).collect())
}
