//! Stripe's interface, as far as selling packs of credits needs it: make a checkout session, and look at what became of it.
//! A key goes to Stripe's own host only, and nothing that Stripe says is believed but what is asked for here.

use std::fmt;
use std::time::Duration;

use egress::http::header::CONTENT_TYPE;
use egress::http::{HeaderName, HeaderValue, Method};
use egress::{Body, Call, Credential, Egress, Limits, Reach};
use serde::de::DeserializeOwned;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::config::payments::Stripe as Settings;
use crate::services::ai::accounts::Outside;

pub mod objects;
pub mod order;
pub mod signature;

use objects::{Charge, Dispute, List, PaymentIntent, Refund, Session};
use order::Order;

/// Where Stripe is.
const ADDRESS: &str = "https://api.stripe.com";
/// The form of the answers that this program was written for, whatever the account's own version is.
const VERSION: &str = "2025-03-31.basil";
/// Tries at one call: Stripe's own libraries do two more as well.
const TRIES: u32 = 3;
/// Before the second try, and twice as long before the third.
const PAUSE: Duration = Duration::from_millis(300);
/// Refunds or disputes on one page of a list, which is Stripe's most; a payment has a handful.
const LIST_LIMIT: &str = "100";
/// Pages of a list that are read: no payment has a thousand refunds.
const PAGES: usize = 10;

/// An account with Stripe.
#[derive(Clone)]
pub struct Stripe {
    address: Url,
    settings: Settings,
    egress: Egress,
    limits: Limits,
}

/// Why Stripe did not help.
#[derive(Debug, thiserror::Error)]
pub enum StripeError {
    /// It says no, and will say so again. For the operator: the wording names a setting of his account or a mistake of ours.
    #[error("Stripe refused ({status}, {code}): {message} (request {request_id})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Stripe's code or kind of error.
        code: String,
        /// Stripe's wording.
        message: String,
        /// To quote to Stripe.
        request_id: String,
    },
    /// It has no time, or fails.
    #[error("Stripe answered {0}")]
    Busy(u16),
    /// It cannot be reached.
    #[error(transparent)]
    Away(#[from] egress::Error),
}

impl StripeError {
    /// Whether there is no such object.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}

impl Stripe {
    /// The account of the settings.
    #[must_use]
    pub fn open(settings: &Settings, outside: &Outside) -> Option<Self> {
        let address = settings.base_url.as_ref().map_or(ADDRESS, |url| url.as_str());
        let (egress, limits) = (outside.egress.clone(), outside.limits.api);
        Some(Self { address: Url::parse(address).ok()?, settings: settings.clone(), egress, limits })
    }

    /// Its settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Makes a checkout session. With the same order it is the same session, however often it is asked for.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn create_session(&self, order: &Order<'_>) -> Result<Session, StripeError> {
        let body = order.form(&self.settings);
        let key = format!("checkout-{}", order.payment_id);
        self.ask(Method::POST, &["v1", "checkout", "sessions"], &[], Some((body, key))).await
    }

    /// A checkout session with its payment, the charge and the invoice.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn session(&self, id: &str) -> Result<Session, StripeError> {
        let query = [("expand[]", "payment_intent.latest_charge"), ("expand[]", "invoice")];
        self.ask(Method::GET, &["v1", "checkout", "sessions", id], &query, None).await
    }

    /// A payment.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn payment_intent(&self, id: &str) -> Result<PaymentIntent, StripeError> {
        self.ask(Method::GET, &["v1", "payment_intents", id], &[], None).await
    }

    /// A charge, for events that name nothing else.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn charge(&self, id: &str) -> Result<Charge, StripeError> {
        self.ask(Method::GET, &["v1", "charges", id], &[], None).await
    }

    /// The refunds of a payment.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn refunds(&self, payment_intent: &str) -> Result<Vec<Refund>, StripeError> {
        self.list("refunds", payment_intent, |refund: &Refund| &refund.id).await
    }

    /// The disputes of a payment.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn disputes(&self, payment_intent: &str) -> Result<Vec<Dispute>, StripeError> {
        self.list("disputes", payment_intent, |dispute: &Dispute| &dispute.id).await
    }

    async fn list<T: DeserializeOwned>(&self, what: &str, payment_intent: &str, id: fn(&T) -> &String) -> Result<Vec<T>, StripeError> {
        let mut items: Vec<T> = Vec::new();
        for _ in 0..PAGES {
            let after = items.last().map(|last| id(last).clone());
            let mut query = vec![("payment_intent", payment_intent), ("limit", LIST_LIMIT)];
            query.extend(after.as_deref().map(|after| ("starting_after", after)));
            let page: List<T> = self.ask(Method::GET, &["v1", what], &query, None).await?;
            let more = page.has_more && !page.data.is_empty();
            items.extend(page.data);
            if !more {
                break;
            }
        }
        Ok(items)
    }

    /// Asks, and asks again when Stripe has no time: reading changes nothing, and what is made carries a key under which
    /// Stripe makes it once.
    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        form: Option<(String, String)>,
    ) -> Result<T, StripeError> {
        let mut failed = None;
        for again in 0..TRIES {
            if again > 0 {
                tokio::time::sleep(PAUSE * again).await;
            }
            match self.ask_once(method.clone(), path, query, form.as_ref()).await {
                Err(error @ (StripeError::Busy(_) | StripeError::Away(_))) => failed = Some(error),
                done => return done,
            }
        }
        Err(failed.unwrap_or(StripeError::Busy(503)))
    }

    async fn ask_once<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        form: Option<&(String, String)>,
    ) -> Result<T, StripeError> {
        let mut url = self.address.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut call = Call::new(method, url)
            .reach(Reach::Configured)
            .limits(self.limits)
            .credential(Credential::bearer(self.settings.secret_key.expose(), &host)?)
            .header(HeaderName::from_static("stripe-version"), HeaderValue::from_static(VERSION));
        if let Some((body, key)) = form {
            let key = HeaderValue::from_str(key).map_err(|_| egress::Error::Request("the key of a checkout is no header".into()))?;
            call = call
                .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
                .header(HeaderName::from_static("idempotency-key"), key)
                .body(Body::Bytes(body.clone().into()));
        }
        let answer = self.egress.send(call).await?;
        let status = answer.status.as_u16();
        match status {
            200..=299 => Ok(answer.json().await?),
            // The first try under the same key is still at work, or Stripe has no time.
            409 | 429 | 500.. => Err(StripeError::Busy(status)),
            _ => Err(refusal(status, answer, self.settings.secret_key.expose()).await),
        }
    }
}

async fn refusal(status: u16, answer: egress::Answer, key: &str) -> StripeError {
    let header = answer.headers.get("request-id").and_then(|id| id.to_str().ok());
    let request_id = header.unwrap_or("unknown").to_owned();
    let said = answer.json::<objects::Refusal>().await.map(|refusal| refusal.error).unwrap_or_default();
    let code = said.code.or(said.kind).unwrap_or_default();
    // Servers echo keys, and this goes to the log.
    let message = said.message.unwrap_or_default().replace(key, "***");
    StripeError::Refused { status, code, message, request_id }
}

/// A form as Stripe takes it.
fn encoded(pairs: &[(&str, String)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe").field("host", &self.address.host_str()).field("live", &self.settings.is_live()).finish_non_exhaustive()
    }
}
