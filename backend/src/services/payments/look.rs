//! Looks at a payment at Stripe and moves ours to that state.
//!
//! Stripe is asked outside of the transaction, so two that look at once may write in another order than they looked.
//! Each therefore remembers the payment's version from before its look, and writes only if nobody wrote since; whoever comes
//! second looks again. So what is written last was seen last.

use super::settle::{self, Seen, Settled};
use super::stripe::Stripe;
use super::stripe::StripeError;
use super::stripe::objects::{Expandable, PaymentIntent, Session};
use crate::app::App;
use crate::database::external_events;
use crate::database::payments::{self, AlertRow, Name, PaymentRow, STRIPE};
use crate::error::{Code, Failure};
use crate::models::id::UserId;

/// Looks that are made when others write at the same time. More than ever happen to one payment at once.
const LOOKS: usize = 10;
/// What our payments are called in the notes that Stripe keeps for us.
const NOTE: &str = "payment_id";

/// What Stripe told us about.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A checkout session.
    Session(String),
    /// A payment.
    Intent(String),
    /// A charge, which names its payment.
    Charge(String),
}

/// Looks at what an event is about. The event is noted with its effect, so that it has none when it comes again.
///
/// # Errors
/// When Stripe or the database do not help now; the event is to come again then.
pub async fn at_subject(app: &App, stripe: &Stripe, subject: &Subject, event_id: &str) -> Result<(), Failure> {
    for _ in 0..LOOKS {
        let Some(found) = find(app, stripe, subject).await? else { return Ok(()) };
        let Found::Payment(payment, session) = found else { return unknown_order(app, &found, event_id).await };
        if write(app, stripe, *payment, *session, Some(event_id)).await? {
            return Ok(());
        }
    }
    Err(busy())
}

/// Looks at a payment that nobody told us about for a while.
///
/// # Errors
/// As [`at_subject`].
pub async fn at_payment(app: &App, stripe: &Stripe, payment: &PaymentRow) -> Result<(), Failure> {
    let Some(session) = &payment.session_id else { return Ok(()) };
    let session = stripe.session(session).await.map_err(away)?;
    // Whoever wrote meanwhile has looked.
    write(app, stripe, payment.clone(), session, None).await.map(drop)
}

enum Found {
    /// Ours, and its checkout session as it is now.
    Payment(Box<PaymentRow>, Box<Session>),
    /// It is said to be ours, but there is no such payment.
    Unknown(String),
}

/// Finds our payment; none where another product of the same Stripe account is meant.
async fn find(app: &App, stripe: &Stripe, subject: &Subject) -> Result<Option<Found>, Failure> {
    let intent = match subject {
        Subject::Session(id) => return of_session(app, stripe, id).await,
        Subject::Intent(id) => id.clone(),
        Subject::Charge(id) => match stripe.charge(id).await.map_err(away)?.payment_intent {
            Some(intent) => intent,
            None => return Ok(None),
        },
    };
    let known = row(app, move |conn| payments::by_name(conn, Name::Intent(&intent)).map(|row| (row, intent.clone()))).await?;
    let payment = match known {
        (Some(payment), _) => Some(payment),
        (None, intent) => match noted(&stripe.payment_intent(&intent).await.map_err(away)?) {
            None => return Ok(None),
            Some(own) => match of_id(app, &own).await? {
                None => return Ok(Some(Found::Unknown(own))),
                payment => payment,
            },
        },
    };
    match payment.as_ref().and_then(|payment| payment.session_id.clone()) {
        Some(session) => of_session(app, stripe, &session).await,
        // Its checkout is being begun at this moment: what is paid of it comes with an event of the session.
        None => Ok(None),
    }
}

async fn of_session(app: &App, stripe: &Stripe, id: &str) -> Result<Option<Found>, Failure> {
    let session_id = id.to_owned();
    // Before the look: what is written is written over this version only.
    let before = row(app, move |conn| payments::by_name(conn, Name::Session(&session_id))).await?;
    let session = match stripe.session(id).await {
        Ok(session) => session,
        // Another account's, or made up.
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(away(error)),
    };
    if let Some(payment) = before {
        return Ok(Some(Found::Payment(Box::new(payment), Box::new(session))));
    }
    let named = session.metadata.as_ref().and_then(|notes| notes.get(NOTE)).cloned();
    let Some(own) = named else { return Ok(None) };
    let Some(payment) = of_id(app, &own).await? else { return Ok(Some(Found::Unknown(own))) };
    // Once more: what was seen before the payment's version was read may be older than it.
    let session = stripe.session(id).await.map_err(away)?;
    Ok(Some(Found::Payment(Box::new(payment), Box::new(session))))
}

async fn of_id(app: &App, id: &str) -> Result<Option<PaymentRow>, Failure> {
    let id = id.to_owned();
    row(app, move |conn| payments::by_name(conn, Name::Own(&id))).await
}

fn noted(intent: &PaymentIntent) -> Option<String> {
    intent.metadata.get(NOTE).cloned()
}

/// Writes what was seen; false when somebody else wrote since.
async fn write(app: &App, stripe: &Stripe, payment: PaymentRow, session: Session, event_id: Option<&str>) -> Result<bool, Failure> {
    let seen = see(stripe, session).await.map_err(away)?;
    let (event, live, now) = (event_id.map(str::to_owned), stripe.settings().is_live(), app.clock.now());
    let settled = app.database.write::<_, Failure, _>(move |conn| {
        let known = payments::lock(conn, &payment.id)?;
        if known.version != payment.version {
            return Ok(Settled::Outdated);
        }
        if let Some(event) = &event
            && !external_events::note(conn, STRIPE, event, now)?
        {
            return Ok(Settled::Unchanged);
        }
        settle::settle(conn, known, &seen, live, event.as_deref(), now)
    });
    match settled.await? {
        Settled::Outdated => return Ok(false),
        Settled::Unchanged => {}
        Settled::Refused { payment, reason } => {
            tracing::error!(%payment, reason, "a payment does not fit its order; see `danqing payments alerts`");
        }
        Settled::Moved(owner) => tell(app, &owner).await,
    }
    Ok(true)
}

async fn tell(app: &App, owner: &UserId) {
    app.events.publish_credits(app, owner).await;
}

async fn see(stripe: &Stripe, session: Session) -> Result<Seen, StripeError> {
    let intent = session.payment_intent.as_ref().and_then(Expandable::whole).cloned();
    let (refunds, disputes) = match &intent {
        Some(intent) => (stripe.refunds(&intent.id).await?, stripe.disputes(&intent.id).await?),
        None => (Vec::new(), Vec::new()),
    };
    Ok(Seen { session, intent, refunds, disputes })
}

async fn row<T: Send + 'static>(
    app: &App,
    query: impl Fn(&mut db::Connection) -> diesel::QueryResult<T> + Send + 'static,
) -> Result<T, Failure> {
    app.database.read::<_, Failure, _>(move |conn| Ok(query(conn)?)).await
}

async fn unknown_order(app: &App, found: &Found, event_id: &str) -> Result<(), Failure> {
    let Found::Unknown(named) = found else { return Ok(()) };
    tracing::error!(payment = named, "Stripe names a payment that is not ours; see `danqing payments alerts`");
    note_alert(app, event_id, Some(named.clone()), "order", format!("Stripe names the payment {named}, which does not exist here")).await
}

/// Keeps an alert with its event.
///
/// # Errors
/// When the database fails.
pub(super) async fn note_alert(
    app: &App,
    event_id: &str,
    payment_id: Option<String>,
    reason: &'static str,
    detail: String,
) -> Result<(), Failure> {
    let now = app.clock.now();
    let alert = AlertRow {
        gateway: STRIPE.to_owned(),
        event_id: event_id.to_owned(),
        payment_id,
        reason: reason.to_owned(),
        detail,
        created_at: now.0,
    };
    let kept = app.database.write::<_, Failure, _>(move |conn| {
        external_events::note(conn, STRIPE, &alert.event_id, now)?;
        Ok(payments::alert(conn, &alert)?)
    });
    kept.await
}

fn away(error: StripeError) -> Failure {
    tracing::warn!(%error, "Stripe could not be asked about a payment");
    busy()
}

/// Stripe sends an event again until it is taken, for three days.
fn busy() -> Failure {
    Failure::new(Code::Overloaded).with("seconds", 30).retry_after(30)
}
