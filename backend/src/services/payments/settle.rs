//! Moves a payment to the state in which Stripe has it, with its credits, in one transaction. Only the difference between
//! what is and what should be is booked, so any number of looks in any order ends the same.

use std::collections::HashMap;

use db::Connection;

use super::stripe::objects::{Dispute, PaymentIntent, Refund, Session};
use crate::database::credits::Reversal;
use crate::database::payments::{self, AlertRow, PaymentRow, ReversalRow, STRIPE};
use crate::error::Failure;
use crate::models::credits::Reason;
use crate::models::id::UserId;
use crate::models::payment::{PaymentStatus, ReversalKind, share};
use crate::models::timestamp::Timestamp;
use crate::services::credits::{self, Earning};

/// A payment as Stripe has it.
pub(super) struct Seen {
    pub session: Session,
    pub intent: Option<PaymentIntent>,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
}

/// What came of it.
pub(super) enum Settled {
    /// Somebody else wrote since the look: nothing was changed.
    Outdated,
    /// Nothing that its owner is to be told.
    Unchanged,
    /// What Stripe has does not fit what was ordered.
    Refused { payment: String, reason: &'static str },
    /// Its owner's balance may be another.
    Moved(UserId),
}

/// Writes what was seen of a payment that is locked.
pub(super) fn settle(
    conn: &mut Connection,
    mut payment: PaymentRow,
    seen: &Seen,
    live: bool,
    event_id: Option<&str>,
    now: Timestamp,
) -> Result<Settled, Failure> {
    let (before, wanted) = (payment.status()?, status(seen));
    payment.version += 1;
    payment.updated_at = now.0;
    let is_other_session = payment.session_id.as_ref().is_some_and(|own| *own != seen.session.id);
    if is_other_session && wanted != PaymentStatus::Paid {
        return Ok(Settled::Unchanged);
    }
    if wanted == PaymentStatus::Paid
        && let Err((reason, detail)) = fits(&payment, seen, live)
    {
        // Another session with our name on it says nothing about the one of this order.
        if before != PaymentStatus::Paid && !is_other_session {
            PaymentStatus::Refused.as_str().clone_into(&mut payment.status);
        }
        payments::save(conn, &payment)?;
        payments::alert(conn, &alert(&payment, event_id, reason, detail, now))?;
        return Ok(Settled::Refused { payment: payment.id, reason });
    }
    let owner = payment.owner()?;
    payment.session_id.get_or_insert_with(|| seen.session.id.clone());
    keep_links(&mut payment, seen);
    if wanted == PaymentStatus::Paid && before != PaymentStatus::Paid {
        earn(conn, &owner, &payment, now)?;
        payment.paid_at = Some(now.0);
    }
    let is_paid = wanted == PaymentStatus::Paid || before == PaymentStatus::Paid;
    // What was paid stays paid, whatever is said later; what goes back is counted beside it.
    if is_paid { PaymentStatus::Paid } else { wanted }.as_str().clone_into(&mut payment.status);
    let reversed = if is_paid { reverse(conn, &owner, &mut payment, seen, now)? } else { false };
    payments::save(conn, &payment)?;
    Ok(if is_paid && (before != PaymentStatus::Paid || reversed) { Settled::Moved(owner) } else { Settled::Unchanged })
}

fn earn(conn: &mut Connection, owner: &UserId, payment: &PaymentRow, now: Timestamp) -> Result<(), Failure> {
    let earning = Earning {
        reason: Reason::Purchase,
        amount: payment.credits,
        payment_id: Some(payment.payment_id()?),
        note: None,
        effect_key: format!("payment:{}:earn", payment.id),
    };
    credits::earn(conn, owner, earning, now).map(drop)
}

fn keep_links(payment: &mut PaymentRow, seen: &Seen) {
    let Some(intent) = &seen.intent else { return };
    payment.payment_intent = Some(intent.id.clone());
    let charge = intent.latest_charge.as_ref().and_then(|charge| charge.whole());
    let invoice = seen.session.invoice.as_ref().and_then(|invoice| invoice.whole());
    if let Some(receipt) = charge.and_then(|charge| charge.receipt_url.as_deref()).filter(|url| is_link(url)) {
        payment.receipt_url = Some(receipt.to_owned());
    }
    if let Some(invoice) = invoice.and_then(|invoice| invoice.hosted_invoice_url.as_deref()).filter(|url| is_link(url)) {
        payment.invoice_url = Some(invoice.to_owned());
    }
}

/// The page makes links of them.
fn is_link(url: &str) -> bool {
    url.starts_with("https://") && url.len() <= 2_048
}

/// How a payment stands by what Stripe has.
fn status(seen: &Seen) -> PaymentStatus {
    match (seen.session.payment_status.as_str(), seen.session.status.as_deref()) {
        // Nothing of ours is for nothing, so that is looked at like a wrong amount.
        ("paid" | "no_payment_required", _) => PaymentStatus::Paid,
        (_, Some("expired")) => PaymentStatus::Expired,
        (_, Some("complete")) => match seen.intent.as_ref().map(|intent| intent.status.as_str()) {
            Some("requires_payment_method" | "canceled") => PaymentStatus::Failed,
            _ => PaymentStatus::Processing,
        },
        _ => PaymentStatus::Open,
    }
}

/// Whether what was paid is what was ordered, and here.
fn fits(payment: &PaymentRow, seen: &Seen, live: bool) -> Result<(), (&'static str, String)> {
    let session = &seen.session;
    let intent = seen.intent.as_ref();
    let no = |reason, detail: String| Err((reason, detail));
    if payment.gateway != STRIPE {
        return no("gateway", format!("ordered from {}, paid at {STRIPE}", payment.gateway));
    }
    let modes = [Some(session.livemode), intent.map(|intent| intent.livemode), Some(live)];
    if modes.into_iter().flatten().any(|mode| mode != payment.live) {
        return no("mode", format!("ordered with live={}, paid with live={}", payment.live, session.livemode));
    }
    let noted = session.metadata.as_ref().and_then(|notes| notes.get("payment_id"));
    let names = [session.client_reference_id.as_ref(), noted, intent.and_then(|intent| intent.metadata.get("payment_id"))];
    let is_other_session = payment.session_id.as_ref().is_some_and(|own| *own != session.id);
    if is_other_session || session.mode != "payment" || names.into_iter().any(|name| name != Some(&payment.id)) {
        return no("order", format!("the session {} is not that of this order", session.id));
    }
    let currencies = [session.currency.as_deref(), intent.map(|intent| intent.currency.as_str())];
    if currencies.into_iter().any(|currency| currency.is_none_or(|currency| !currency.eq_ignore_ascii_case(&payment.currency))) {
        return no("currency", format!("ordered in {}, paid in {}", payment.currency, session.currency.as_deref().unwrap_or("none")));
    }
    let amounts = [session.amount_total, intent.map(|intent| intent.amount_received)];
    if amounts.into_iter().any(|amount| amount != Some(payment.amount)) {
        return no("amount", format!("ordered for {}, paid {amounts:?} (total, received)", payment.amount));
    }
    Ok(())
}

fn alert(payment: &PaymentRow, event_id: Option<&str>, reason: &str, detail: String, now: Timestamp) -> AlertRow {
    AlertRow {
        gateway: STRIPE.to_owned(),
        event_id: event_id.unwrap_or(&payment.id).to_owned(),
        payment_id: Some(payment.id.clone()),
        reason: reason.to_owned(),
        detail,
        created_at: now.0,
    }
}

/// A refund or dispute as Stripe has it.
struct Taking<'a> {
    id: &'a str,
    kind: ReversalKind,
    amount: i64,
    active: bool,
    created: i64,
}

/// What Stripe has of both, in the order in which they were made.
fn takings<'a>(payment: &PaymentRow, seen: &'a Seen) -> Vec<Taking<'a>> {
    // A bank may dispute in its own currency. What that is of ours nobody says, and the credits are safer with us.
    let of = |amount: i64, currency: &str| if currency.eq_ignore_ascii_case(&payment.currency) { amount } else { payment.amount };
    let refunds = seen.refunds.iter().map(|refund| Taking {
        id: &refund.id,
        kind: ReversalKind::Refund,
        amount: of(refund.amount, &refund.currency),
        active: !matches!(refund.status.as_deref(), Some("failed" | "canceled")),
        created: refund.created,
    });
    let disputes = seen.disputes.iter().map(|dispute| Taking {
        id: &dispute.id,
        kind: ReversalKind::Dispute,
        amount: of(dispute.amount, &dispute.currency),
        // An inquiry (`warning_…`) takes no money.
        active: matches!(dispute.status.as_str(), "needs_response" | "under_review" | "lost"),
        created: dispute.created,
    });
    let mut all: Vec<Taking<'_>> = refunds.chain(disputes).filter(|taking| taking.amount > 0).collect();
    all.sort_by_key(|taking| (taking.created, taking.id));
    all
}

/// Takes back, or gives back, the credits of each refund and dispute that changed. True when any did.
fn reverse(conn: &mut Connection, owner: &UserId, payment: &mut PaymentRow, seen: &Seen, now: Timestamp) -> Result<bool, Failure> {
    let known = payments::reversals(conn, &payment.id)?.into_iter();
    let mut known: HashMap<String, ReversalRow> = known.map(|row| (row.object_id.clone(), row)).collect();
    let mut takings = takings(payment, seen);
    // What stands again first: nobody owes for a moment what is not taken.
    takings.sort_by_key(|taking| taking.active);
    let mut changed = false;
    for taking in takings {
        let row = known.remove(taking.id);
        let mut row = row.unwrap_or_else(|| ReversalRow::new(taking.id, &payment.id, taking.kind, taking.amount, now));
        if row.active == taking.active && (!row.active || row.amount == taking.amount) {
            continue;
        }
        if row.active {
            payment.amount_reversed -= row.amount;
        }
        if taking.active {
            payment.amount_reversed += taking.amount;
        }
        row = ReversalRow { amount: taking.amount, active: taking.active, changes: row.changes + 1, updated_at: now.0, ..row };
        book(conn, owner, payment, &row, now)?;
        payments::save_reversal(conn, &row)?;
        changed = true;
    }
    Ok(changed)
}

/// Books the difference between the credits that are taken back and those that should be.
fn book(conn: &mut Connection, owner: &UserId, payment: &mut PaymentRow, row: &ReversalRow, now: Timestamp) -> Result<(), Failure> {
    let wanted = share(payment.credits, payment.amount, payment.amount_reversed);
    let difference = wanted - payment.credits_reversed;
    payment.credits_reversed = wanted;
    // A refund or a dispute takes once and may give back once; whatever else a bank thinks of is told apart by its number.
    let number = if row.changes <= 2 { String::new() } else { format!(":{}", row.changes) };
    let payment_id = payment.payment_id()?;
    match difference {
        0 => Ok(()),
        1.. => {
            let effect_key = format!("payment:{payment_id}:reversal:{}{number}", row.object_id);
            credits::reverse(conn, owner, Reversal { payment_id, amount: difference, effect_key }, now).map(drop)
        }
        _ => {
            let effect_key = format!("payment:{payment_id}:reinstatement:{}{number}", row.object_id);
            let reason = Reason::Reinstatement;
            credits::earn(conn, owner, Earning { reason, amount: -difference, payment_id: Some(payment_id), note: None, effect_key }, now)
                .map(drop)
        }
    }
}
