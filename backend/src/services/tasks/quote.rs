//! What a task would cost, said before the press.

use serde::Serialize;

use super::order;
use crate::app::App;
use crate::database::{credits, files};
use crate::error::Failure;
use crate::models::locale::Locale;
use crate::models::prompt::PromptWarning;
use crate::models::task::NewTask;
use crate::models::user::User;

/// What a task would cost.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// Credits that would be taken.
    pub credits: i64,
    /// Pictures that would be made.
    pub count: i32,
    /// Credits for one of them.
    pub price_per_picture: i64,
    /// The model that would be used.
    pub model: String,
    /// Who runs it.
    pub provider: String,
    /// Credits the account has.
    pub balance: i64,
    /// Whether they are enough.
    pub sufficient: bool,
    /// How long the work itself takes, without waiting.
    pub estimated_seconds: Option<f64>,
    /// What is better known before a press.
    pub warnings: Vec<PromptWarning>,
}

/// Prices a task exactly as creating it would.
///
/// # Errors
/// Those of [`order::resolve`].
pub async fn quote(app: &App, user: &User, locale: Locale, new: &NewTask) -> Result<Quote, Failure> {
    let settings = app.settings.current(app).await?;
    let (owner, named) = (user.id.clone(), order::named_files(new));
    let (files, balance) = app
        .database
        .read::<_, Failure, _>(move |conn| Ok((files::many_of_user(conn, &owner, &named)?, credits::balance(conn, &owner)?)))
        .await?;
    let spendable = order::spendable(user, &settings, balance.credits);
    let order = order::resolve(app, &settings, new, &files, None, spendable, locale)?;
    let unlimited = spendable.is_none();
    let credits = if unlimited { 0 } else { order.credits() };
    Ok(Quote {
        credits,
        count: order.count,
        price_per_picture: if unlimited { 0 } else { order.price },
        model: order.model.id.clone(),
        provider: order.model.provider.clone(),
        balance: balance.credits,
        sufficient: balance.credits >= credits,
        estimated_seconds: Some(order.estimated_seconds),
        warnings: order.warnings,
    })
}
