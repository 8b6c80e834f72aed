//! What does not fit gives nothing, and the operator hears of it.

use axum::body::Body;
use axum::http::Method;
use fake_stripe::{sign, sign_all};
use serde_json::{Value, json};

use crate::support::shop::{SECRET, Shop};

#[tokio::test]
async fn a_payment_that_does_not_fit_its_order_gives_nothing_and_is_shown_to_the_operator() {
    let other = json!({ "payment_id": "pay_01jd0000000000000000000000" });
    let cases: [(&str, bool, Value); 7] = [
        ("amount", false, json!({ "amount_total": 1 })),
        ("amount", true, json!({ "amount_received": 999 })),
        ("currency", false, json!({ "currency": "jpy" })),
        ("currency", true, json!({ "currency": "jpy" })),
        ("mode", false, json!({ "livemode": true })),
        ("order", false, json!({ "client_reference_id": "pay_01jd0000000000000000000000" })),
        ("order", true, json!({ "metadata": other })),
    ];
    let shop = Shop::open().await;
    for (reason, of_intent, change) in cases {
        let (sent, alerts) = (shop.stripe.events().len(), shop.alerts().await.len());
        let begun = shop.pay("plain").await;
        let object = if of_intent { shop.stripe.intent_of(&begun.session).unwrap() } else { begun.session.clone() };
        shop.stripe.tamper(&object, &change);
        shop.deliver_since(sent).await;
        assert_eq!(shop.payment(&begun.payment).await["status"], "refused", "{reason} {change}");
        let new = shop.alerts().await;
        assert!(new.len() == alerts + 1 && new.contains(&(Some(begun.payment), reason.to_owned())), "{reason} {change}: {new:?}");
    }
    assert_eq!(shop.booked().await, [("signup".to_owned(), 10)]);
    shop.app.verify_ledger().await;
}

#[tokio::test]
async fn a_session_that_names_another_order_or_none_of_ours_gives_nothing() {
    let shop = Shop::open().await;
    let (small, large) = (shop.begin("odd").await, shop.begin("plain").await);
    // Somebody pays the one and has it say that it was the other.
    let claim = json!({ "client_reference_id": large.payment, "metadata": { "payment_id": large.payment } });
    shop.stripe.tamper(&small.session, &claim);
    shop.stripe.pay(&small.session);
    shop.deliver_all().await;
    assert_eq!(shop.payment(&large.payment).await["status"], "open");
    assert_eq!(shop.payment(&small.payment).await["status"], "refused");
    let alerts = shop.alerts().await.len();
    let body =
        json!({ "id": "evt_unknown", "type": "checkout.session.completed", "livemode": false, "data": { "object": { "id": "cs_x" } } });
    let unknown = json!({ "payment_id": "pay_01jd0000000000000000000000" });
    let session = shop.stripe.object(&large.session).unwrap();
    shop.stripe.keep(&session, &json!({ "id": "cs_x", "payment_status": "paid", "status": "complete", "metadata": unknown }));
    assert_eq!(shop.deliver(&body.to_string()).await.status, 200);
    assert_eq!((shop.alerts().await.len(), shop.worth().await), (alerts + 1, 10));
}

#[tokio::test]
async fn an_event_of_the_other_mode_is_noted_and_never_acted_upon() {
    let shop = Shop::open().await;
    let begun = shop.pay("plain").await;
    let mut event: Value = serde_json::from_str(&shop.stripe.events().pop().unwrap()).unwrap();
    event["livemode"] = json!(true);
    assert_eq!(shop.deliver(&event.to_string()).await.status, 200);
    assert_eq!(shop.alerts().await, [(None, "mode".to_owned())]);
    assert_eq!((shop.worth().await, shop.payment(&begun.payment).await["status"].clone()), (10, json!("open")));
}

#[tokio::test]
async fn a_test_payment_gives_nothing_once_the_account_takes_real_money() {
    let shop = Shop::open().await;
    let begun = shop.begin("plain").await;
    let live = Shop::with(&[("STRIPE_SECRET_KEY", "sk_live_51thekeyofthetest")]).await;
    let list = live.user.get("/api/billing/packs").await.expect(200);
    assert_eq!(list["test"], false);
    let real = live.pay("plain").await;
    live.deliver_all().await;
    assert_eq!((live.payment(&real.payment).await["test"].clone(), live.worth().await), (json!(false), 130));
    // The test account's event at the studio that takes real money, signed as if both had one secret.
    shop.stripe.pay(&begun.session);
    let mut event: Value = serde_json::from_str(&shop.stripe.events().pop().unwrap()).unwrap();
    event["id"] = json!("evt_ofthetestaccount");
    assert_eq!(live.deliver(&event.to_string()).await.status, 200);
    assert_eq!((live.worth().await, live.alerts().await), (130, vec![(None, "mode".to_owned())]));
}

#[tokio::test]
async fn an_event_that_is_not_signed_or_too_old_is_refused_and_has_no_effect() {
    let shop = Shop::open().await;
    shop.pay("plain").await;
    let (body, now) = (shop.stripe.events().pop().unwrap(), shop.seconds());
    let stranger = shop.app.anonymous();
    for signature in [
        String::new(),
        "t=1,v1=00".to_owned(),
        sign("", now, &body),
        sign("whsec_another", now, &body),
        sign(SECRET, now, &body.replace("cs_test", "cs_tesT")),
        sign(SECRET, now - 310, &body),
        sign(SECRET, now + 310, &body),
    ] {
        assert_eq!(shop.send(&stranger, &body, &signature).await.code(401), "webhook_refused", "{signature}");
    }
    let none = stranger.send(Method::POST, "/api/webhooks/stripe", &[], Body::from(body.clone())).await;
    assert_eq!(none.code(401), "webhook_refused");
    let large = stranger.send(Method::POST, "/api/webhooks/stripe", &[], Body::from(vec![b' '; (256 << 10) + 1])).await;
    assert_eq!(large.code(413), "body_too_large");
    assert_eq!(shop.deliver("{}").await.code(400), "invalid_request");
    assert_eq!(shop.worth().await, 10);
    let counted = shop.app.app.metrics.render(0);
    assert!(counted.contains("danqing_payment_events_refused_total 8"), "{counted}");
}

#[tokio::test]
async fn while_the_secret_is_exchanged_both_are_taken() {
    let shop = Shop::with(&[("STRIPE_WEBHOOK_SECRET", "whsec_new, whsec_old")]).await;
    shop.pay("plain").await;
    let (body, now) = (shop.stripe.events().pop().unwrap(), shop.seconds());
    let node = shop.app.anonymous();
    for secrets in [&["whsec_old"][..], &["whsec_new"], &["whsec_other", "whsec_new"]] {
        assert_eq!(shop.send(&node, &body, &sign_all(secrets, now, &body)).await.status, 200);
    }
    assert_eq!(shop.worth().await, 130);
}
