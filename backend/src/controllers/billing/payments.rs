//! The caller's payments.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::database::payments::{self, PaymentRow};
use crate::error::{Code, Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Query;
use crate::models::id::PaymentId;
use crate::models::locale::Locale;
use crate::models::pack::Currency;
use crate::models::page::{Page, Window};
use crate::models::payment::PaymentStatus;
use crate::models::timestamp::Timestamp;

/// Money for credits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// How it stands.
    pub status: PaymentStatus,
    /// The pack.
    pub pack: String,
    /// The pack's name in the reader's language; its id where it is no longer sold.
    pub name: String,
    /// Credits that it gives, bonus included.
    pub credits: i64,
    /// What it costs, in the currency's smallest unit.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// Places behind the point of that currency.
    pub decimals: u8,
    /// How much of the money went back or is disputed.
    pub amount_reversed: i64,
    /// How many credits were taken back for it.
    pub credits_reversed: i64,
    /// True for test money.
    pub test: bool,
    /// The receipt.
    pub receipt_url: Option<String>,
    /// The invoice.
    pub invoice_url: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When the credits were given.
    pub paid_at: Option<Timestamp>,
}

/// Which part of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PaymentsQuery {
    /// At most so many, 1 to 100.
    limit: Option<i64>,
    /// Skip so many.
    offset: Option<i64>,
}

/// The caller's payments, newest first.
#[utoipa::path(get, operation_id = "listPayments", path = "/api/billing/payments", tag = "billing", params(PaymentsQuery), responses((status = 200, body = Page<Payment>), (status = 401, body = Problem)))]
pub async fn list(State(app): State<App>, caller: Caller, Query(query): Query<PaymentsQuery>) -> Result<Json<Page<Payment>>, Failure> {
    let window = Window::clamp(query.limit, query.offset);
    let user_id = caller.user.id;
    let (rows, total) = app.database.read::<_, Failure, _>(move |conn| Ok(payments::list(conn, &user_id, window)?)).await?;
    let items = rows.into_iter().map(|row| present(&app, row, caller.locale)).collect::<Result<_, _>>()?;
    Ok(Json(Page { items, total, limit: window.limit, offset: window.offset }))
}

/// One of the caller's payments.
#[utoipa::path(get, operation_id = "getPayment", path = "/api/billing/payments/{id}", tag = "billing", params(("id" = String, Path)), responses((status = 200, body = Payment), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Payment>, Failure> {
    let id: PaymentId = id.parse().map_err(|_| Code::NotFound)?;
    let user_id = caller.user.id;
    let found = app.database.read::<_, Failure, _>(move |conn| Ok(payments::of_user(conn, &user_id, &id)?)).await?;
    present(&app, found.ok_or(Code::NotFound)?, caller.locale).map(Json)
}

fn present(app: &App, row: PaymentRow, locale: Locale) -> Result<Payment, Failure> {
    let pack = app.catalogue.pack(&row.pack);
    Ok(Payment {
        id: row.payment_id()?,
        status: row.status()?,
        name: pack.map_or_else(|| row.pack.clone(), |pack| pack.name.get(locale).to_owned()),
        decimals: Currency::parse(&row.currency).map_or(2, |currency| currency.decimals),
        pack: row.pack,
        credits: row.credits,
        amount: row.amount,
        currency: row.currency,
        amount_reversed: row.amount_reversed,
        credits_reversed: row.credits_reversed,
        test: !row.live,
        receipt_url: row.receipt_url,
        invoice_url: row.invoice_url,
        created_at: Timestamp(row.created_at),
        paid_at: row.paid_at.map(Timestamp),
    })
}
