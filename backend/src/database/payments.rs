//! Payments, what takes their money back, and what the operator is to look at.

use db::Connection;
use diesel::prelude::*;

use super::damaged;
use super::schema::{payment_alerts, payment_reversals, payments};
use super::stored;
use crate::models::id::{PaymentId, UserId};
use crate::models::page::Window;
use crate::models::payment::{PaymentStatus, ReversalKind};
use crate::models::timestamp::Timestamp;

/// The one gateway that there is.
pub const STRIPE: &str = "stripe";

/// One payment as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = payments, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PaymentRow {
    /// Its id, which the gateway knows it by.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// Who takes the money.
    pub gateway: String,
    /// Whether it is real money.
    pub live: bool,
    /// How it stands.
    pub status: String,
    /// What was bought, by its id in the catalogue.
    pub pack: String,
    /// Credits that it gives, bonus included.
    pub credits: i64,
    /// What it costs, in the currency's smallest unit.
    pub amount: i64,
    /// The currency, as ISO 4217 writes it.
    pub currency: String,
    /// How much of the money went back or is disputed.
    pub amount_reversed: i64,
    /// How many of the credits were taken back for it.
    pub credits_reversed: i64,
    /// The checkout session at the gateway.
    pub session_id: Option<String>,
    /// The payment at the gateway.
    pub payment_intent: Option<String>,
    /// The receipt at the gateway.
    pub receipt_url: Option<String>,
    /// The invoice at the gateway.
    pub invoice_url: Option<String>,
    /// Grows with every look at the gateway.
    pub version: i64,
    /// When the credits were given.
    pub paid_at: Option<i64>,
    /// When it was begun.
    pub created_at: i64,
    /// When the gateway was looked at last.
    pub updated_at: i64,
}

impl PaymentRow {
    /// Its id, typed.
    pub fn payment_id(&self) -> QueryResult<PaymentId> {
        stored(&self.id)
    }

    /// Whose, typed.
    pub fn owner(&self) -> QueryResult<UserId> {
        stored(&self.user_id)
    }

    /// How it stands.
    pub fn status(&self) -> QueryResult<PaymentStatus> {
        PaymentStatus::parse(&self.status).ok_or_else(|| damaged(&self.status))
    }
}

/// Keeps a new payment.
pub fn insert(conn: &mut Connection, payment: &PaymentRow) -> QueryResult<()> {
    diesel::insert_into(payments::table).values(payment).execute(conn).map(drop)
}

/// Writes a payment anew; its account, price and credits never change.
pub fn save(conn: &mut Connection, payment: &PaymentRow) -> QueryResult<()> {
    diesel::update(payments::table.find(&payment.id)).set(payment).execute(conn).map(drop)
}

/// Notes the checkout session of a payment that has none yet.
pub fn note_session(conn: &mut Connection, id: &PaymentId, session_id: &str, now: Timestamp) -> QueryResult<()> {
    let fresh = payments::table.find(id.as_str()).filter(payments::session_id.is_null());
    diesel::update(fresh).set((payments::session_id.eq(session_id), payments::updated_at.eq(now.0))).execute(conn).map(drop)
}

/// Ends a payment that never got a checkout session.
pub fn give_up(conn: &mut Connection, id: &PaymentId, now: Timestamp) -> QueryResult<()> {
    let fresh = payments::table.find(id.as_str()).filter(payments::session_id.is_null()).filter(payments::status.eq("open"));
    diesel::update(fresh).set((payments::status.eq("failed"), payments::updated_at.eq(now.0))).execute(conn).map(drop)
}

/// A payment by what the gateway calls it by: our id, its session, or its payment intent.
#[derive(Debug, Clone, Copy)]
pub enum Name<'a> {
    /// Our id.
    Own(&'a str),
    /// The checkout session.
    Session(&'a str),
    /// The payment intent.
    Intent(&'a str),
}

/// The payment of a name.
pub fn by_name(conn: &mut Connection, name: Name<'_>) -> QueryResult<Option<PaymentRow>> {
    let mut query = payments::table.select(PaymentRow::as_select()).into_boxed::<db::MultiBackend>();
    query = match name {
        Name::Own(id) => query.filter(payments::id.eq(id)),
        Name::Session(id) => query.filter(payments::session_id.eq(id)),
        Name::Intent(id) => query.filter(payments::payment_intent.eq(id)),
    };
    query.first(conn).optional()
}

/// A payment, kept from being changed by anybody else until the transaction ends.
pub fn lock(conn: &mut Connection, id: &str) -> QueryResult<PaymentRow> {
    db::get_for_update!(conn, payments::table.find(id).select(PaymentRow::as_select()))
}

/// A payment of an account.
pub fn of_user(conn: &mut Connection, user_id: &UserId, id: &PaymentId) -> QueryResult<Option<PaymentRow>> {
    let own = payments::table.find(id.as_str()).filter(payments::user_id.eq(user_id.as_str()));
    own.select(PaymentRow::as_select()).first(conn).optional()
}

/// An account's payments, newest first, and how many there are.
pub fn list(conn: &mut Connection, user_id: &UserId, window: Window) -> QueryResult<(Vec<PaymentRow>, i64)> {
    let own = || payments::table.filter(payments::user_id.eq(user_id.as_str()));
    let total = own().count().get_result(conn)?;
    let page = own().order((payments::created_at.desc(), payments::id.desc())).limit(window.limit).offset(window.offset);
    Ok((page.select(PaymentRow::as_select()).load(conn)?, total))
}

/// The newest payments of all accounts.
pub fn newest(conn: &mut Connection, limit: i64) -> QueryResult<Vec<PaymentRow>> {
    payments::table.order((payments::created_at.desc(), payments::id.desc())).limit(limit).select(PaymentRow::as_select()).load(conn)
}

/// Payments in order of their ids, after one id.
pub fn after(conn: &mut Connection, id: &str, limit: i64) -> QueryResult<Vec<PaymentRow>> {
    payments::table.filter(payments::id.gt(id)).order(payments::id).limit(limit).select(PaymentRow::as_select()).load(conn)
}

/// Payments that are not decided and were last looked at before a moment, the longest forgotten first.
pub fn undecided(conn: &mut Connection, before: Timestamp, limit: i64) -> QueryResult<Vec<PaymentRow>> {
    payments::table
        .filter(payments::status.eq_any(["open", "processing"]))
        .filter(payments::updated_at.lt(before.0))
        .order(payments::updated_at)
        .limit(limit)
        .select(PaymentRow::as_select())
        .load(conn)
}

/// A refund or a dispute that was acted upon.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = payment_reversals)]
pub struct ReversalRow {
    /// Its id at the gateway.
    pub object_id: String,
    /// The payment.
    pub payment_id: String,
    /// Refund or dispute.
    pub kind: String,
    /// How much money it is about.
    pub amount: i64,
    /// Whether it takes that money at present.
    pub active: bool,
    /// How often that changed.
    pub changes: i32,
    /// When it was first seen.
    pub created_at: i64,
    /// When it changed last.
    pub updated_at: i64,
}

impl ReversalRow {
    /// One that was not acted upon yet.
    #[must_use]
    pub fn new(object_id: &str, payment_id: &str, kind: ReversalKind, amount: i64, now: Timestamp) -> Self {
        Self {
            object_id: object_id.to_owned(),
            payment_id: payment_id.to_owned(),
            kind: kind.as_str().to_owned(),
            amount,
            active: false,
            changes: 0,
            created_at: now.0,
            updated_at: now.0,
        }
    }
}

/// Those of a payment.
pub fn reversals(conn: &mut Connection, payment_id: &str) -> QueryResult<Vec<ReversalRow>> {
    payment_reversals::table.filter(payment_reversals::payment_id.eq(payment_id)).select(ReversalRow::as_select()).load(conn)
}

/// Writes one, new or known.
pub fn save_reversal(conn: &mut Connection, reversal: &ReversalRow) -> QueryResult<()> {
    let known = payment_reversals::table.find(&reversal.object_id).filter(payment_reversals::payment_id.eq(&reversal.payment_id));
    if diesel::update(known).set(reversal).execute(conn)? == 0 {
        diesel::insert_into(payment_reversals::table).values(reversal).execute(conn)?;
    }
    Ok(())
}

/// Something that the operator is to look at.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = payment_alerts, treat_none_as_default_value = false)]
pub struct AlertRow {
    /// Who said it.
    pub gateway: String,
    /// The event that said it, or the payment where nobody told us.
    pub event_id: String,
    /// The payment that was named, whether there is one or not.
    pub payment_id: Option<String>,
    /// What does not fit.
    pub reason: String,
    /// In words, for the operator.
    pub detail: String,
    /// When.
    pub created_at: i64,
}

/// Keeps an alert; the same event again changes nothing.
pub fn alert(conn: &mut Connection, alert: &AlertRow) -> QueryResult<()> {
    db::insert_or_ignore!(conn, diesel::insert_into(payment_alerts::table).values(alert)).map(drop)
}

/// The newest alerts.
pub fn alerts(conn: &mut Connection, limit: i64) -> QueryResult<Vec<AlertRow>> {
    payment_alerts::table.order(payment_alerts::created_at.desc()).limit(limit).select(AlertRow::as_select()).load(conn)
}
