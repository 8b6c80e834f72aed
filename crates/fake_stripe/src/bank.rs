//! What there is: sessions, payments, charges, refunds and disputes as Stripe shows them, and what happened to them.

use std::collections::{BTreeMap, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::form::Form;

/// What a call meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This status, and nothing is done.
    Status(u16),
    /// It is done, and the answer is lost: 502.
    LostAnswer,
    /// No answer at all.
    Hang,
}

/// What there is.
pub(crate) struct Bank {
    pub is_live: bool,
    base_url: String,
    count: u64,
    /// Every object, by its id.
    objects: BTreeMap<String, Value>,
    /// Bodies of events, in the order in which they happened.
    pub events: Vec<String>,
    /// Answers, by idempotency key, with what was asked.
    answered: HashMap<String, (Form, Answer)>,
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| i64::try_from(passed.as_secs()).unwrap_or(0))
}

impl Bank {
    pub fn new(is_live: bool, base_url: String) -> Self {
        Self { is_live, base_url, count: 0, objects: BTreeMap::new(), events: Vec::new(), answered: HashMap::new() }
    }

    /// A new id.
    pub fn draw(&mut self, prefix: &str) -> String {
        self.count += 1;
        let mode = if self.is_live { "live" } else { "test" };
        match prefix {
            "cs" => format!("cs_{mode}_{:08}", self.count),
            _ => format!("{prefix}_{:08}", self.count),
        }
    }

    pub fn get(&self, id: &str) -> Option<&Value> {
        self.objects.get(id)
    }

    pub fn keep(&mut self, object: Value) {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        self.objects.insert(id, object);
    }

    /// Changes fields of an object.
    pub fn change(&mut self, id: &str, change: &Value) {
        let Some(object) = self.objects.get_mut(id) else { return };
        for (name, value) in change.as_object().into_iter().flatten() {
            object[name] = value.clone();
        }
    }

    /// Objects of a kind whose field has a value, newest first, as Stripe lists them.
    pub fn list(&self, kind: &str, field: &str, value: &str) -> Vec<Value> {
        let mut found: Vec<Value> =
            self.objects.values().filter(|object| object["object"] == kind && object[field] == value).cloned().collect();
        found.reverse();
        found
    }

    /// Notes that something happened to an object, as it is now.
    pub fn happened(&mut self, kind: &str, id: &str) {
        let event = self.draw("evt");
        let object = self.objects.get(id).cloned().unwrap_or_default();
        let body = json!({
            "id": event, "object": "event", "api_version": "2025-03-31.basil", "created": now(), "type": kind, "livemode": self.is_live,
            "pending_webhooks": 1, "request": { "id": null, "idempotency_key": null }, "data": { "object": object },
        });
        self.events.push(body.to_string());
        self.keep(body);
    }

    /// The answer to a request with this key, if it was asked before; an error if something else was asked with it.
    pub fn answered(&self, key: &str, form: &Form) -> Option<Answer> {
        let (asked, answer) = self.answered.get(key)?;
        if asked == form {
            return Some(Answer { replayed: true, ..answer.clone() });
        }
        let message = "Keys for idempotent requests can only be used with the same parameters they were first used with.";
        Some(Answer::refused(400, "idempotency_error", "idempotency_key_in_use", message))
    }

    pub fn remember(&mut self, key: String, form: Form, answer: Answer) {
        self.answered.insert(key, (form, answer));
    }

    /// Makes a checkout session.
    pub fn open_session(&mut self, form: &Form) -> Result<Value, Answer> {
        form.check()?;
        let amount: i64 = form.need("line_items[0][price_data][unit_amount]")?.parse().unwrap_or(-1);
        let quantity: i64 = form.need("line_items[0][quantity]")?.parse().unwrap_or(-1);
        let currency = form.need("line_items[0][price_data][currency]")?.to_owned();
        form.need("line_items[0][price_data][product_data][name]")?;
        if amount < 1 || quantity < 1 || currency.len() != 3 || currency.bytes().any(|byte| !byte.is_ascii_lowercase()) {
            return Err(Answer::wrong("parameter_invalid", "Invalid amount, quantity or currency"));
        }
        let methods = form.list("payment_method_types");
        if methods.contains(&"wechat_pay") && form.get("payment_method_options[wechat_pay][client]") != Some("web") {
            return Err(Answer::wrong("parameter_missing", "payment_method_options[wechat_pay][client] is required."));
        }
        let expires_at = form.get("expires_at").map_or(Ok(now() + 86_400), str::parse).unwrap_or(0);
        if !(now() + 1_795..=now() + 86_405).contains(&expires_at) {
            return Err(Answer::wrong("parameter_invalid", "expires_at must be 30 minutes to 24 hours from now"));
        }
        let id = self.draw("cs");
        let session = json!({
            "id": id, "object": "checkout.session", "livemode": self.is_live, "created": now(), "mode": form.need("mode")?,
            "status": "open", "payment_status": "unpaid", "amount_subtotal": amount * quantity, "amount_total": amount * quantity,
            "currency": currency, "client_reference_id": form.get("client_reference_id"), "metadata": form.notes("metadata"),
            "customer_email": form.get("customer_email"), "payment_method_types": methods, "locale": form.get("locale"),
            "success_url": form.need("success_url")?, "cancel_url": form.get("cancel_url"), "expires_at": expires_at,
            "payment_intent": null, "invoice": null, "url": format!("{}/c/pay/{id}", self.base_url),
            "invoice_creation": { "enabled": form.get("invoice_creation[enabled]") == Some("true") },
            "intent_notes": form.notes("payment_intent_data[metadata]"),
        });
        self.keep(session.clone());
        Ok(session)
    }
}
