//! A studio that sells credits through a fake Stripe.

use axum::body::Body;
use axum::http::Method;
use danqing::database::payments;
use danqing::error::Failure;
use fake_stripe::{FakeStripe, Options, sign};
use serde_json::{Value, json};

use super::{Answer, Client, TestApp};

/// Signs the events.
pub const SECRET: &str = "whsec_thatonlystripeandthestudioknow";
const KEY: &str = "sk_test_51thekeyofthetest";
/// 120 credits for 10 yuan, and 333 for 9.99 dollars.
const PACKS: &str = r#"
[[pack]]
id = "plain"
name = { zh-CN = "普通", en = "Plain" }
price = 1000
currency = "CNY"
credits = 100
bonus = 20

[[pack]]
id = "odd"
name = { zh-CN = "零头", en = "Odd" }
price = 999
currency = "USD"
credits = 333
"#;

/// The studio, Stripe, and somebody with 10 credits.
pub struct Shop {
    pub app: TestApp,
    pub stripe: FakeStripe,
    pub user: Client,
}

/// A checkout that somebody began.
#[derive(Debug, Clone)]
pub struct Begun {
    pub payment: String,
    pub session: String,
}

impl Shop {
    pub async fn open() -> Self {
        Self::with(&[]).await
    }

    /// The same with further settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let key = settings.iter().find(|(name, _)| *name == "STRIPE_SECRET_KEY").map_or(KEY, |(_, key)| *key);
        let stripe = FakeStripe::start_with(Options { key: key.to_owned(), ..Options::default() }).await.unwrap();
        let address = stripe.base_url();
        let account = [("STRIPE_SECRET_KEY", KEY), ("STRIPE_WEBHOOK_SECRET", SECRET), ("STRIPE_BASE_URL", &address)];
        let app = TestApp::with_catalogue(&[&account[..], settings].concat(), &[("packs.toml", PACKS)]).await;
        let user = app.user("li").await;
        Self { app, stripe, user }
    }

    /// Somebody wants a pack.
    pub async fn begin(&self, pack: &str) -> Begun {
        self.begin_at(&self.user, pack).await
    }

    /// The same at another node.
    pub async fn begin_at(&self, user: &Client, pack: &str) -> Begun {
        let begun = user.post("/api/billing/checkout", json!({ "pack": pack })).await.expect(201);
        let url = begun["url"].as_str().unwrap();
        let session = url.rsplit_once('/').unwrap().1.to_owned();
        Begun { payment: begun["paymentId"].as_str().unwrap().to_owned(), session }
    }

    /// Somebody wants a pack and pays it, and Stripe has not told yet.
    pub async fn pay(&self, pack: &str) -> Begun {
        let begun = self.begin(pack).await;
        self.stripe.pay(&begun.session);
        begun
    }

    /// Stripe tells of an event.
    pub async fn deliver(&self, body: &str) -> Answer {
        self.send(&self.app.anonymous(), body, &sign(SECRET, self.seconds(), body)).await
    }

    /// The same at another node, or with another signature.
    pub async fn send(&self, node: &Client, body: &str, signature: &str) -> Answer {
        let headers = [("content-type", "application/json"), ("stripe-signature", signature)];
        node.send(Method::POST, "/api/webhooks/stripe", &headers, Body::from(body.to_owned())).await
    }

    /// Stripe tells of everything that happened since so many events.
    pub async fn deliver_since(&self, sent: usize) {
        for body in &self.stripe.events()[sent..] {
            assert_eq!(self.deliver(body).await.status, 200, "{body}");
        }
    }

    /// Stripe tells of everything.
    pub async fn deliver_all(&self) {
        self.deliver_since(0).await;
    }

    /// The time by which events are signed.
    pub fn seconds(&self) -> i64 {
        self.app.app.clock.now().0.div_euclid(1000)
    }

    pub async fn payment(&self, id: &str) -> Value {
        self.user.get(&format!("/api/billing/payments/{id}")).await.expect(200)
    }

    /// The balance, less what is owed.
    pub async fn worth(&self) -> i64 {
        let credits = self.user.get("/api/credits").await.expect(200);
        credits["credits"].as_i64().unwrap() - credits["debt"].as_i64().unwrap()
    }

    /// What the operator is to look at: payment and reason of each.
    pub async fn alerts(&self) -> Vec<(Option<String>, String)> {
        let alerts = self.app.app.database.read::<_, Failure, _>(|conn| Ok(payments::alerts(conn, 100)?)).await.unwrap();
        alerts.into_iter().map(|alert| (alert.payment_id, alert.reason)).collect()
    }

    /// What the ledger says of effects, oldest first: reason and amount.
    pub async fn booked(&self) -> Vec<(String, i64)> {
        let rows = self.user.ledger("").await.into_iter().rev();
        rows.map(|row| (row["reason"].as_str().unwrap().to_owned(), row["amount"].as_i64().unwrap())).collect()
    }
}
