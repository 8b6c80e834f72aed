//! Payments against the ledger: one that was paid gave its credits once, and what was taken back is what its refunds and
//! disputes say; any other gave nothing.

use std::collections::HashMap;

use db::Connection;
use diesel::QueryResult;

use super::{Checked, PAGE};
use crate::database::credits;
use crate::database::payments::{self, PaymentRow};
use crate::models::credits::Reason;
use crate::models::payment::PaymentStatus;

/// What the ledger and the notes of reversals say of one payment, in credits.
#[derive(Debug, Default, Clone, Copy)]
struct Booked {
    earned: i64,
    /// Of the balance.
    taken: i64,
    given_back: i64,
    /// What was to be taken back, of the balance or owed.
    reversed: i64,
    owed: i64,
}

/// A page of payments.
pub(super) fn page(conn: &mut Connection, after: &str) -> QueryResult<Checked> {
    let mut checked = Checked::default();
    let rows = payments::after(conn, after, PAGE)?;
    let ids: Vec<String> = rows.iter().map(|payment| payment.id.clone()).collect();
    let booked = booked(conn, &ids)?;
    for payment in rows {
        let booked = booked.get(&payment.id).copied().unwrap_or_default();
        checked.report.faults.extend(fault(&payment, booked));
        checked.report.payments += 1;
        checked.last = Some(payment.id);
    }
    Ok(checked)
}

fn booked(conn: &mut Connection, ids: &[String]) -> QueryResult<HashMap<String, Booked>> {
    let mut booked: HashMap<String, Booked> = HashMap::new();
    for (payment, reason, amount) in credits::booked_for_payments(conn, ids)? {
        let sums = booked.entry(payment.unwrap_or_default()).or_default();
        match Reason::parse(&reason) {
            Some(Reason::Purchase) => sums.earned += amount,
            Some(Reason::Reinstatement) => sums.given_back += amount,
            _ => sums.taken -= amount,
        }
    }
    for (payment, amount, owed) in credits::reversed_of_payments(conn, ids)? {
        let sums = booked.entry(payment).or_default();
        sums.reversed += amount;
        sums.owed += owed;
    }
    Ok(booked)
}

fn fault(payment: &PaymentRow, booked: Booked) -> Option<String> {
    let PaymentRow { id, credits, credits_reversed, .. } = payment;
    let due = if payment.status == PaymentStatus::Paid.as_str() { *credits } else { 0 };
    let holds = booked.earned == due
        && booked.reversed - booked.given_back == *credits_reversed
        && booked.taken == booked.reversed - booked.owed
        && *credits_reversed <= due;
    (!holds).then(|| format!("{id}: {due} credits bought and {credits_reversed} taken back on the payment, in the ledger {booked:?}"))
}
