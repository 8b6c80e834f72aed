//! What Stripe answers, as far as it is read.

use std::collections::BTreeMap;

use serde::Deserialize;

/// An object, or only its id where it was not asked for in full.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Expandable<T> {
    /// Its id.
    Id(String),
    /// All of it.
    Whole(Box<T>),
}

impl<T> Expandable<T> {
    /// All of it, if it was asked for.
    #[must_use]
    pub fn whole(&self) -> Option<&T> {
        match self {
            Self::Id(_) => None,
            Self::Whole(whole) => Some(whole),
        }
    }
}

/// A checkout session.
#[derive(Debug, Clone, Deserialize)]
pub struct Session {
    /// `cs_…`
    pub id: String,
    /// Whether it is about real money.
    pub livemode: bool,
    /// `payment` for ours.
    pub mode: String,
    /// `open`, `complete` or `expired`.
    pub status: Option<String>,
    /// `paid`, `unpaid` or `no_payment_required`.
    pub payment_status: String,
    /// In the currency's smallest unit.
    pub amount_total: Option<i64>,
    /// In lower case.
    pub currency: Option<String>,
    /// Our payment.
    pub client_reference_id: Option<String>,
    /// Ours too.
    #[serde(default)]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The payment, once there is one.
    pub payment_intent: Option<Expandable<PaymentIntent>>,
    /// The invoice, if one is made.
    #[serde(default)]
    pub invoice: Option<Expandable<Invoice>>,
    /// Where the customer pays, while it is open.
    #[serde(default)]
    pub url: Option<String>,
}

/// A payment.
#[derive(Debug, Clone, Deserialize)]
pub struct PaymentIntent {
    /// `pi_…`
    pub id: String,
    /// Whether it is about real money.
    pub livemode: bool,
    /// `succeeded`, `processing`, `requires_payment_method`, `canceled` …
    pub status: String,
    /// What came in, in the currency's smallest unit.
    #[serde(default)]
    pub amount_received: i64,
    /// In lower case.
    pub currency: String,
    /// Ours.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The try that went well, or the last one.
    #[serde(default)]
    pub latest_charge: Option<Expandable<Charge>>,
}

/// A try to collect the money.
#[derive(Debug, Clone, Deserialize)]
pub struct Charge {
    /// The receipt.
    #[serde(default)]
    pub receipt_url: Option<String>,
    /// The payment.
    #[serde(default)]
    pub payment_intent: Option<String>,
}

/// An invoice.
#[derive(Debug, Clone, Deserialize)]
pub struct Invoice {
    /// Where it is shown.
    #[serde(default)]
    pub hosted_invoice_url: Option<String>,
}

/// Money that goes back.
#[derive(Debug, Clone, Deserialize)]
pub struct Refund {
    /// `re_…`
    pub id: String,
    /// In the currency's smallest unit.
    pub amount: i64,
    /// In lower case.
    pub currency: String,
    /// `pending`, `requires_action`, `succeeded`, `failed` or `canceled`.
    pub status: Option<String>,
    /// Unix seconds.
    pub created: i64,
}

/// Money that the customer's bank wants back.
#[derive(Debug, Clone, Deserialize)]
pub struct Dispute {
    /// `dp_…` or `du_…`
    pub id: String,
    /// In the currency's smallest unit.
    pub amount: i64,
    /// In lower case.
    pub currency: String,
    /// `needs_response`, `under_review`, `won`, `lost`, `warning_…`
    pub status: String,
    /// Unix seconds.
    pub created: i64,
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub struct List<T> {
    /// The items.
    pub data: Vec<T>,
    /// Whether there are more.
    #[serde(default)]
    pub has_more: bool,
}

/// Why Stripe says no.
#[derive(Debug, Deserialize)]
pub struct Refusal {
    /// The error.
    pub error: RefusalError,
}

/// The error inside.
#[derive(Debug, Default, Deserialize)]
pub struct RefusalError {
    /// `invalid_request_error` …
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `resource_missing` …
    pub code: Option<String>,
    /// In words.
    pub message: Option<String>,
}

/// What Stripe tells us. Nothing in it is believed but which object it is about.
#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    /// `evt_…`
    pub id: String,
    /// `checkout.session.completed` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it is about real money.
    pub livemode: bool,
    /// The object.
    pub data: EventData,
}

/// The object of an event.
#[derive(Debug, Clone, Deserialize)]
pub struct EventData {
    /// As it was then.
    pub object: EventObject,
}

/// The names in an event's object.
#[derive(Debug, Clone, Deserialize)]
pub struct EventObject {
    /// Its id.
    pub id: String,
    /// The payment that a charge, refund or dispute belongs to.
    #[serde(default)]
    pub payment_intent: Option<Expandable<Named>>,
    /// The charge that a refund or dispute belongs to.
    #[serde(default)]
    pub charge: Option<Expandable<Named>>,
}

/// Something with an id.
#[derive(Debug, Clone, Deserialize)]
pub struct Named {
    /// The id.
    pub id: String,
}

impl Expandable<Named> {
    /// The id either way.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Whole(named) => &named.id,
        }
    }
}
