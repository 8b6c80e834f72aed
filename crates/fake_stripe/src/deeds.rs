//! What customers, banks and the operator do.

use serde_json::{Value, json};

use crate::FakeStripe;
use crate::bank::{Bank, now};

impl FakeStripe {
    /// The newest checkout session.
    #[must_use]
    pub fn newest_session(&self) -> Option<String> {
        let bank = self.house.bank.lock();
        bank.list("checkout.session", "object", "checkout.session").first().and_then(|session| session["id"].as_str().map(str::to_owned))
    }

    /// An object as it is.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<Value> {
        self.house.bank.lock().get(id).cloned()
    }

    /// Somebody pays a session at once.
    pub fn pay(&self, session: &str) {
        self.house.bank.lock().pay(session);
    }

    /// Somebody pays with a method that takes its time.
    pub fn pay_later(&self, session: &str) {
        self.house.bank.lock().pay_later(session);
    }

    /// The money of [`FakeStripe::pay_later`] comes.
    pub fn arrive(&self, session: &str) {
        self.house.bank.lock().arrive(session);
    }

    /// The money of [`FakeStripe::pay_later`] does not come.
    pub fn bounce(&self, session: &str) {
        self.house.bank.lock().bounce(session);
    }

    /// Nobody pays.
    pub fn expire(&self, session: &str) {
        self.house.bank.lock().expire(session);
    }

    /// The operator gives money back. Returns the refund.
    pub fn refund(&self, session: &str, amount: i64) -> String {
        self.house.bank.lock().refund(session, amount)
    }

    /// The money of a refund comes back.
    pub fn fail_refund(&self, refund: &str) {
        let mut bank = self.house.bank.lock();
        bank.change(refund, &json!({ "status": "failed", "failure_reason": "lost_or_stolen_card" }));
        bank.happened("refund.failed", refund);
    }

    /// The customer's bank takes money back. Returns the dispute.
    pub fn dispute(&self, session: &str, amount: i64) -> String {
        self.house.bank.lock().dispute(session, amount)
    }

    /// The bank decides a dispute.
    pub fn close_dispute(&self, dispute: &str, won: bool) {
        let mut bank = self.house.bank.lock();
        bank.change(dispute, &json!({ "status": if won { "won" } else { "lost" } }));
        bank.happened("charge.dispute.closed", dispute);
        if won {
            bank.happened("charge.dispute.funds_reinstated", dispute);
        }
    }

    /// Changes an object as Stripe never would.
    pub fn tamper(&self, id: &str, change: &Value) {
        self.house.bank.lock().change(id, change);
    }

    /// Keeps another object like this one, with changes.
    pub fn keep(&self, like: &Value, change: &Value) {
        let mut object = like.clone();
        for (name, value) in change.as_object().into_iter().flatten() {
            object[name] = value.clone();
        }
        self.house.bank.lock().keep(object);
    }

    /// The payment of a session.
    #[must_use]
    pub fn intent_of(&self, session: &str) -> Option<String> {
        self.house.bank.lock().intent_of(session)
    }

    /// The bodies of all events so far, in the order in which they happened.
    #[must_use]
    pub fn events(&self) -> Vec<String> {
        self.house.bank.lock().events.clone()
    }
}

impl Bank {
    fn intent_of(&self, session: &str) -> Option<String> {
        self.get(session)?["payment_intent"].as_str().map(str::to_owned)
    }

    fn charge_of(&self, session: &str) -> String {
        let intent = self.intent_of(session).unwrap_or_default();
        self.get(&intent).and_then(|intent| intent["latest_charge"].as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The payment of a session that somebody completes.
    fn begin(&mut self, session: &str, status: &str) -> String {
        let about = self.get(session).cloned().unwrap_or_default();
        let (intent, charge) = (self.draw("pi"), self.draw("ch"));
        let came_in = if status == "succeeded" { about["amount_total"].clone() } else { json!(0) };
        self.keep(json!({
            "id": charge, "object": "charge", "livemode": self.is_live, "created": now(), "amount": about["amount_total"],
            "amount_refunded": 0, "currency": about["currency"], "payment_intent": intent, "paid": status == "succeeded",
            "status": if status == "succeeded" { "succeeded" } else { "pending" }, "disputed": false, "refunded": false,
            "metadata": about["intent_notes"], "receipt_url": format!("https://pay.stripe.com/receipts/{charge}"),
        }));
        self.keep(json!({
            "id": intent, "object": "payment_intent", "livemode": self.is_live, "created": now(), "amount": about["amount_total"],
            "amount_received": came_in, "currency": about["currency"], "status": status, "metadata": about["intent_notes"],
            "latest_charge": charge,
        }));
        self.change(session, &json!({ "status": "complete", "payment_intent": intent, "url": null }));
        if about["invoice_creation"]["enabled"] == true {
            let invoice = self.draw("in");
            self.keep(json!({ "id": invoice, "object": "invoice", "livemode": self.is_live,
                "hosted_invoice_url": format!("https://invoice.stripe.com/i/{invoice}") }));
            self.change(session, &json!({ "invoice": invoice }));
        }
        intent
    }

    fn is_open(&self, session: &str) -> bool {
        self.get(session).is_some_and(|session| session["status"] == "open")
    }

    pub fn pay(&mut self, session: &str) {
        if !self.is_open(session) {
            return;
        }
        let intent = self.begin(session, "succeeded");
        self.change(session, &json!({ "payment_status": "paid" }));
        self.happened("payment_intent.succeeded", &intent);
        self.happened("checkout.session.completed", session);
    }

    pub fn pay_later(&mut self, session: &str) {
        if self.is_open(session) {
            self.begin(session, "processing");
            self.happened("checkout.session.completed", session);
        }
    }

    pub fn arrive(&mut self, session: &str) {
        let (intent, charge) = (self.intent_of(session).unwrap_or_default(), self.charge_of(session));
        let amount = self.get(session).map(|session| session["amount_total"].clone()).unwrap_or_default();
        self.change(&charge, &json!({ "paid": true, "status": "succeeded" }));
        self.change(&intent, &json!({ "status": "succeeded", "amount_received": amount }));
        self.change(session, &json!({ "payment_status": "paid" }));
        self.happened("checkout.session.async_payment_succeeded", session);
    }

    pub fn bounce(&mut self, session: &str) {
        let (intent, charge) = (self.intent_of(session).unwrap_or_default(), self.charge_of(session));
        self.change(&charge, &json!({ "status": "failed" }));
        self.change(&intent, &json!({ "status": "requires_payment_method" }));
        self.happened("checkout.session.async_payment_failed", session);
    }

    pub fn expire(&mut self, session: &str) {
        if self.is_open(session) {
            self.change(session, &json!({ "status": "expired", "url": null }));
            self.happened("checkout.session.expired", session);
        }
    }

    pub fn refund(&mut self, session: &str, amount: i64) -> String {
        let (intent, charge, id) = (self.intent_of(session), self.charge_of(session), self.draw("re"));
        let about = self.get(&charge).cloned().unwrap_or_default();
        let back = about["amount_refunded"].as_i64().unwrap_or(0) + amount;
        self.keep(json!({
            "id": id, "object": "refund", "amount": amount, "currency": about["currency"], "created": now(), "charge": charge,
            "payment_intent": intent, "status": "succeeded", "metadata": {},
        }));
        self.change(&charge, &json!({ "amount_refunded": back, "refunded": about["amount"].as_i64() == Some(back) }));
        self.happened("refund.created", &id);
        self.happened("charge.refunded", &charge);
        id
    }

    pub fn dispute(&mut self, session: &str, amount: i64) -> String {
        let (intent, charge, id) = (self.intent_of(session), self.charge_of(session), self.draw("du"));
        let about = self.get(&charge).cloned().unwrap_or_default();
        self.keep(json!({
            "id": id, "object": "dispute", "amount": amount, "currency": about["currency"], "created": now(), "charge": charge,
            "payment_intent": intent, "status": "needs_response", "reason": "fraudulent", "livemode": self.is_live, "metadata": {},
        }));
        self.change(&charge, &json!({ "disputed": true }));
        self.happened("charge.dispute.created", &id);
        self.happened("charge.dispute.funds_withdrawn", &id);
        id
    }
}
