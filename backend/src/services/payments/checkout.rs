//! Begins a payment: our row first, then Stripe's checkout session, so that whatever Stripe tells us about is known here.

use std::time::Duration;

use super::stripe::order::Order;
use super::stripe::{Stripe, StripeError};
use crate::app::App;
use crate::database::payments::{self, PaymentRow, STRIPE};
use crate::error::{Code, Failure};
use crate::models::id::PaymentId;
use crate::models::locale::Locale;
use crate::models::pack::Pack;
use crate::models::payment::PaymentStatus;
use crate::models::timestamp::Timestamp;
use crate::models::user::User;

/// How long a checkout may be paid: long enough to find a card, short enough that a price of yesterday is not paid.
const OPEN: Duration = Duration::from_secs(3600);

/// A checkout that waits for its customer.
#[derive(Debug)]
pub struct Checkout {
    /// The payment.
    pub payment_id: PaymentId,
    /// Where it is paid.
    pub url: String,
}

/// Begins the payment of a pack.
///
/// # Errors
/// `payments_missing` without an account, `pack_unknown`, `too_many_attempts`, `payment_gateway_failed` when Stripe does not
/// help; nothing was charged then.
pub async fn begin(app: &App, user: &User, pack: &str, locale: Locale) -> Result<Checkout, Failure> {
    let stripe = app.stripe.as_ref().ok_or(Code::PaymentsMissing)?;
    let pack = app.catalogue.pack(pack).ok_or(Code::PackUnknown)?;
    app.throttle.checkout_user(&user.id).await?;
    let (id, now) = (PaymentId::new(), app.clock.now());
    let payment = row(&id, user, pack, stripe, now);
    app.database.write::<_, Failure, _>(move |conn| Ok(payments::insert(conn, &payment)?)).await?;
    let session = match stripe.create_session(&order(app, &id, user, pack, locale, now)).await {
        Ok(session) => session,
        Err(error) => return Err(not_begun(app, id, &error).await),
    };
    let (own, session_id, now) = (id.clone(), session.id, app.clock.now());
    app.database.write::<_, Failure, _>(move |conn| Ok(payments::note_session(conn, &own, &session_id, now)?)).await?;
    let url = session.url.ok_or_else(|| Failure::internal("Stripe made a checkout session without an address"))?;
    Ok(Checkout { payment_id: id, url })
}

async fn not_begun(app: &App, id: PaymentId, error: &StripeError) -> Failure {
    tracing::error!(payment = %id, %error, "a checkout could not be begun");
    let now = app.clock.now();
    // The session may exist all the same, unknown to everybody: whatever comes of it is looked at as of any other.
    if let Err(failure) = app.database.write::<_, Failure, _>(move |conn| Ok(payments::give_up(conn, &id, now)?)).await {
        tracing::warn!(?failure, "a payment that was not begun could not be ended");
    }
    Failure::new(Code::PaymentGatewayFailed)
}

fn row(id: &PaymentId, user: &User, pack: &Pack, stripe: &Stripe, now: Timestamp) -> PaymentRow {
    PaymentRow {
        id: id.to_string(),
        user_id: user.id.to_string(),
        gateway: STRIPE.to_owned(),
        live: stripe.settings().is_live(),
        status: PaymentStatus::Open.as_str().to_owned(),
        pack: pack.id.clone(),
        credits: pack.total(),
        amount: pack.price,
        currency: pack.currency.code.to_owned(),
        amount_reversed: 0,
        credits_reversed: 0,
        session_id: None,
        payment_intent: None,
        receipt_url: None,
        invoice_url: None,
        version: 1,
        paid_at: None,
        created_at: now.0,
        updated_at: now.0,
    }
}

fn order<'a>(app: &App, id: &'a PaymentId, user: &'a User, pack: &'a Pack, locale: Locale, now: Timestamp) -> Order<'a> {
    let back = format!("{}/credits?payment={id}", app.config.server.domain.as_str());
    Order {
        payment_id: id.as_str(),
        name: format!("{} · {}", app.config.app.name, pack.name.get(locale)),
        amount: pack.price,
        currency: pack.currency.code,
        email: user.email.as_str(),
        locale,
        cancel_url: format!("{back}&cancelled=1"),
        success_url: back,
        expires_at: now.after(OPEN).0.div_euclid(1000),
    }
}
