//! `POST /api/billing/checkout` and the payments that come of it.

use fake_stripe::Fault;
use serde_json::{Value, json};

use crate::support::shop::Shop;

#[tokio::test]
async fn a_pack_is_ordered_as_the_catalogue_has_it_and_gives_its_credits_when_it_is_paid() {
    let shop = Shop::with(&[("STRIPE_INVOICES", "on")]).await;
    let begun = shop.begin("plain").await;
    let session = shop.stripe.object(&begun.session).unwrap();
    for (field, value) in [
        ("mode", json!("payment")),
        ("amount_total", json!(1000)),
        ("currency", json!("cny")),
        ("client_reference_id", json!(begun.payment)),
        ("metadata", json!({ "payment_id": begun.payment })),
        ("customer_email", json!("li@example.com")),
        ("payment_method_types", json!(["card", "alipay", "wechat_pay"])),
    ] {
        assert_eq!(session[field], value, "{field}");
    }
    let back = session["success_url"].as_str().unwrap();
    assert!(back.ends_with(&format!("/credits?payment={}", begun.payment)), "{back}");
    assert_eq!((shop.payment(&begun.payment).await["status"].clone(), shop.worth().await), (json!("open"), 10));
    shop.stripe.pay(&begun.session);
    assert_eq!(shop.worth().await, 10, "nothing is granted because a customer comes back");
    shop.deliver_all().await;
    let payment = shop.payment(&begun.payment).await;
    assert_eq!((&payment["status"], &payment["credits"], &payment["test"]), (&json!("paid"), &json!(120), &json!(true)));
    assert!(payment["receiptUrl"].as_str().unwrap().starts_with("https://pay.stripe.com/"), "{payment}");
    assert!(payment["invoiceUrl"].as_str().unwrap().starts_with("https://invoice.stripe.com/"), "{payment}");
    assert_eq!(shop.booked().await, [("signup".to_owned(), 10), ("purchase".to_owned(), 120)]);
    assert_eq!(shop.user.ledger("").await[0]["paymentId"], json!(begun.payment));
    shop.app.verify_ledger().await;
}

#[tokio::test]
async fn payments_are_seen_by_their_owner_only() {
    let shop = Shop::open().await;
    let begun = shop.begin("plain").await;
    let mei = shop.app.user("mei").await;
    assert_eq!(mei.get(&format!("/api/billing/payments/{}", begun.payment)).await.code(404), "not_found");
    assert_eq!(mei.get("/api/billing/payments").await.expect(200)["total"], 0);
    let list = shop.user.get("/api/billing/payments?limit=1").await.expect(200);
    assert_eq!((&list["total"], &list["items"][0]["id"]), (&json!(1), &json!(begun.payment)));
    assert_eq!(shop.user.get("/api/billing/payments/whatever").await.code(404), "not_found");
    assert_eq!(shop.user.post("/api/billing/checkout", json!({ "pack": "none" })).await.code(400), "pack_unknown");
    let priced = json!({ "pack": "plain", "price": 1 });
    assert_eq!(shop.user.post("/api/billing/checkout", priced).await.code(400), "unknown_field");
}

#[tokio::test]
async fn a_checkout_whose_answer_is_lost_is_asked_for_again_and_is_one() {
    let shop = Shop::open().await;
    shop.stripe.inject([Fault::Status(500), Fault::LostAnswer]);
    let begun = shop.begin("plain").await;
    assert_eq!(shop.stripe.newest_session(), Some(begun.session.clone()));
    assert_eq!(shop.stripe.object(&begun.session).unwrap()["id"], json!("cs_test_00000001"));
}

#[tokio::test]
async fn a_checkout_that_stripe_refuses_charges_nothing_and_ends() {
    let shop = Shop::open().await;
    for faults in [vec![Fault::Status(400)], vec![Fault::Status(503); 3]] {
        shop.stripe.inject(faults);
        let answer = shop.user.post("/api/billing/checkout", json!({ "pack": "plain" })).await;
        assert_eq!(answer.code(502), "payment_gateway_failed");
    }
    let list = shop.user.get("/api/billing/payments").await.expect(200);
    let statuses: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|payment| &payment["status"]).collect();
    assert_eq!(statuses, ["failed", "failed"]);
    shop.app.verify_ledger().await;
}
