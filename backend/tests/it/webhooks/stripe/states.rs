//! What becomes of a payment by what Stripe has.

use std::time::Duration;

use danqing::jobs::sweep;
use fake_stripe::Fault;
use futures::future::join_all;
use serde_json::json;

use crate::support::shop::Shop;

#[tokio::test]
async fn money_that_takes_its_time_gives_credits_when_it_is_there_and_none_when_it_is_not() {
    let shop = Shop::open().await;
    let (comes, fails) = (shop.begin("plain").await, shop.begin("plain").await);
    for begun in [&comes, &fails] {
        shop.stripe.pay_later(&begun.session);
    }
    shop.deliver_all().await;
    for begun in [&comes, &fails] {
        assert_eq!(shop.payment(&begun.payment).await["status"], "processing");
    }
    assert_eq!(shop.worth().await, 10);
    let sent = shop.stripe.events().len();
    shop.stripe.arrive(&comes.session);
    shop.stripe.bounce(&fails.session);
    shop.deliver_since(sent).await;
    assert_eq!(shop.payment(&comes.payment).await["status"], "paid");
    assert_eq!(shop.payment(&fails.payment).await["status"], "failed");
    assert_eq!(shop.worth().await, 130);
    shop.app.verify_ledger().await;
}

#[tokio::test]
async fn a_checkout_that_nobody_pays_expires() {
    let shop = Shop::open().await;
    let begun = shop.begin("plain").await;
    shop.stripe.expire(&begun.session);
    shop.deliver_all().await;
    assert_eq!(shop.payment(&begun.payment).await["status"], "expired");
    assert_eq!((shop.worth().await, shop.alerts().await), (10, Vec::new()));
}

#[tokio::test]
async fn a_payment_of_which_nobody_told_us_is_found_by_the_sweep() {
    let shop = Shop::open().await;
    let begun = shop.pay("plain").await;
    sweep(&shop.app.app).await.unwrap();
    assert_eq!(shop.worth().await, 10, "Stripe has some minutes to tell");
    shop.app.pass(Duration::from_secs(601));
    sweep(&shop.app.app).await.unwrap();
    assert_eq!((shop.worth().await, shop.payment(&begun.payment).await["status"].clone()), (130, json!("paid")));
    shop.deliver_all().await;
    assert_eq!(shop.worth().await, 130, "the events that come at last change nothing");
    shop.app.verify_ledger().await;
}

#[tokio::test]
async fn while_stripe_is_away_the_event_is_to_come_again_and_then_counts() {
    let shop = Shop::open().await;
    shop.pay("plain").await;
    let body = shop.stripe.events().pop().unwrap();
    shop.stripe.inject([Fault::Status(500); 3]);
    assert_eq!(shop.deliver(&body).await.code(503), "overloaded");
    assert_eq!(shop.worth().await, 10);
    assert_eq!(shop.deliver(&body).await.status, 200);
    assert_eq!(shop.worth().await, 130);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_two_hundred_times_at_once_on_two_nodes_has_one_effect() {
    let shop = Shop::open().await;
    shop.pay("plain").await;
    let body = shop.stripe.events().pop().unwrap();
    let nodes = [shop.app.anonymous(), shop.user.on(danqing::router::router(shop.app.beside()))];
    let signature = fake_stripe::sign(crate::support::shop::SECRET, shop.seconds(), &body);
    let answers = join_all((0..200).map(|number| shop.send(&nodes[number % 2], &body, &signature))).await;
    assert!(answers.iter().all(|answer| [200, 503].contains(&answer.status.as_u16())));
    assert!(answers.iter().any(|answer| answer.status == 200));
    assert_eq!(shop.booked().await, [("signup".to_owned(), 10), ("purchase".to_owned(), 120)]);
    shop.app.verify_ledger().await;
}

#[tokio::test]
async fn events_about_nothing_of_ours_are_taken_and_change_nothing() {
    let shop = Shop::open().await;
    let event = |kind: &str, object: serde_json::Value| {
        json!({ "id": format!("evt_{kind}"), "type": kind, "livemode": false, "data": { "object": object } }).to_string()
    };
    for body in [
        event("customer.created", json!({ "id": "cus_1" })),
        event("checkout.session.completed", json!({ "id": "cs_test_ofanotherproduct" })),
        event("charge.refunded", json!({ "id": "ch_1", "payment_intent": null })),
    ] {
        assert_eq!(shop.deliver(&body).await.status, 200, "{body}");
    }
    assert_eq!((shop.worth().await, shop.alerts().await), (10, Vec::new()));
}
