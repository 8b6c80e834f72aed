//! Events that Stripe sends. One whose signature is right is a reason to look at the payment that it is about, once.

use super::look::{self, Subject, note_alert};
use super::stripe::objects::Event;
use super::stripe::{Stripe, signature};
use crate::app::App;
use crate::database::external_events;
use crate::database::payments::STRIPE;
use crate::error::{Code, Failure};

/// Takes an event.
///
/// # Errors
/// `not_found` without an account, `webhook_refused` when it is not signed as Stripe signs or too old, `invalid_request` for
/// what is no event, `overloaded` when it cannot be acted upon now and is to come again.
pub async fn receive(app: &App, header: &str, body: &[u8]) -> Result<(), Failure> {
    let stripe = app.stripe.as_ref().ok_or(Code::NotFound)?;
    let seconds = app.clock.now().0.div_euclid(1000);
    if let Err(error) = signature::verify(header, body, &stripe.settings().webhook_secrets, seconds) {
        app.metrics.refused_event();
        tracing::warn!(%error, "an event of Stripe was refused");
        return Err(Code::WebhookRefused.into());
    }
    let event: Event = serde_json::from_slice(body).map_err(|error| {
        tracing::warn!(%error, "an event of Stripe could not be read");
        Failure::new(Code::InvalidRequest).with("reason", "no event of Stripe")
    })?;
    act(app, stripe, &event).await
}

async fn act(app: &App, stripe: &Stripe, event: &Event) -> Result<(), Failure> {
    let Some(subject) = subject(event) else { return Ok(()) };
    let id = event.id.clone();
    let is_known = app.database.read::<_, Failure, _>(move |conn| Ok(external_events::is_noted(conn, STRIPE, &id)?));
    if is_known.await? {
        return Ok(());
    }
    if event.livemode != stripe.settings().is_live() {
        tracing::error!(event = event.id, "an event of Stripe is of the other mode (test or live); see `danqing payments alerts`");
        let detail = format!("{} with live={}, the account has live={}", event.kind, event.livemode, stripe.settings().is_live());
        return note_alert(app, &event.id, None, "mode", detail).await;
    }
    look::at_subject(app, stripe, &subject, &event.id).await
}

/// What an event is about; none for those that change no payment of ours.
fn subject(event: &Event) -> Option<Subject> {
    let object = &event.data.object;
    if event.kind.starts_with("checkout.session.") {
        return Some(Subject::Session(object.id.clone()));
    }
    let is_reversal = ["charge.refund", "charge.dispute.", "refund."].iter().any(|kind| event.kind.starts_with(kind));
    if !is_reversal {
        return None;
    }
    if let Some(intent) = &object.payment_intent {
        return Some(Subject::Intent(intent.id().to_owned()));
    }
    object.charge.as_ref().map(|charge| Subject::Charge(charge.id().to_owned()))
}
