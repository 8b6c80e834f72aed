//! The caller's balance and ledger.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use crate::app::App;
use crate::database::credits::{self, LedgerFilter, LedgerRow};
use crate::error::Failure;
use crate::messages;
use crate::middleware::auth::Caller;
use crate::middleware::json::Query;
use crate::models::credits::{CreditTransaction, Credits, Reason, TransactionType};
use crate::models::id::TaskId;
use crate::models::locale::Locale;
use crate::models::page::{Page, Window};
use crate::models::timestamp::Timestamp;
use crate::services::credits::balance;

/// The caller's balance.
#[utoipa::path(get, operation_id = "getCredits", path = "/api/credits", tag = "credits", responses((status = 200, body = Credits), (status = 401, body = crate::error::Problem)))]
pub async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Credits>, Failure> {
    Ok(Json(balance(&app, &caller.user.id).await?))
}

/// Which part of the ledger.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LedgerQuery {
    /// At most so many rows, 1 to 100.
    limit: Option<i64>,
    /// Skip so many.
    offset: Option<i64>,
    /// Only those of a task.
    task_id: Option<String>,
    /// Only those of a type.
    transaction_type: Option<TransactionType>,
}

/// The caller's ledger, newest first.
#[utoipa::path(get, operation_id = "listCreditTransactions", path = "/api/credits/transactions", tag = "credits", params(LedgerQuery), responses((status = 200, body = Page<CreditTransaction>), (status = 401, body = crate::error::Problem)))]
pub async fn transactions(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<LedgerQuery>,
) -> Result<Json<Page<CreditTransaction>>, Failure> {
    let window = Window::clamp(query.limit, query.offset);
    let task_id = match query.task_id.map(|id| id.parse::<TaskId>()) {
        // What is no task id belongs to no row.
        Some(Err(_)) => return Ok(Json(Page { items: Vec::new(), total: 0, limit: window.limit, offset: window.offset })),
        Some(Ok(id)) => Some(id),
        None => None,
    };
    let filter = LedgerFilter { task_id, transaction_type: query.transaction_type };
    let user_id = caller.user.id;
    let page = app.database.read::<_, Failure, _>(move |conn| Ok(credits::ledger(conn, &user_id, &filter, window)?)).await?;
    let items = page.rows.into_iter().map(|named| present(named.row, named.task, caller.locale)).collect::<Result<_, _>>()?;
    Ok(Json(Page { items, total: page.total, limit: window.limit, offset: window.offset }))
}

fn present(row: LedgerRow, task: Option<(String, String)>, locale: Locale) -> Result<CreditTransaction, Failure> {
    let (transaction_type, reason) = (row.transaction_type()?, row.reason()?);
    let key = match (transaction_type, reason) {
        (_, Reason::CheaperModel) => "ledger.cheaper_model",
        (TransactionType::Refund, _) => "ledger.refund",
        (_, Reason::Signup) => "ledger.signup",
        (_, Reason::Grant) => "ledger.grant",
        (_, Reason::Task) => "ledger.task",
        (_, Reason::Purchase) => "ledger.purchase",
        (_, Reason::Redeem) => "ledger.redeem",
        (_, Reason::Reversal) => "ledger.reversal",
        (_, Reason::Reinstatement) => "ledger.reinstatement",
        (_, Reason::Debt) => "ledger.debt",
    };
    let (task_no, task_type) = task.unzip();
    let words = || messages::text(locale, key, &[("task", task_no.as_deref().unwrap_or_default())]);
    Ok(CreditTransaction {
        id: row.id,
        transaction_type,
        reason,
        amount: row.amount,
        balance_before: row.balance_before,
        balance_after: row.balance_after,
        task_id: row.task()?,
        payment_id: row.payment()?,
        description: row.description.clone().unwrap_or_else(words),
        task_no,
        task_type,
        created_at: Timestamp(row.created_at),
    })
}
