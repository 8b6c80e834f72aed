//! Credits that are taken back after they were spent are owed, and repaid by whatever comes in.

use serde_json::json;

use crate::support::id;
use crate::support::shop::Shop;

fn rows(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(reason, amount)| ((*reason).to_owned(), *amount)).collect()
}

#[tokio::test]
async fn a_refund_of_spent_credits_takes_what_there_is_and_the_rest_is_repaid_by_the_next_purchase() {
    let shop = Shop::with(&[("TASK_COST_CREDITS", "100")]).await;
    let begun = shop.pay("plain").await;
    shop.deliver_all().await;
    shop.user.create(&[shop.user.stamp().await]).await;
    shop.app.run_jobs().await;
    let sent = shop.stripe.events().len();
    shop.stripe.refund(&begun.session, 1000);
    shop.deliver_since(sent).await;
    let credits = shop.user.get("/api/credits").await.expect(200);
    assert_eq!((&credits["credits"], &credits["debt"]), (&json!(0), &json!(90)), "30 of 120 were left");
    shop.app.verify_ledger().await;
    let payment = shop.payment(&begun.payment).await;
    assert_eq!((&payment["status"], &payment["amountReversed"], &payment["creditsReversed"]), (&json!("paid"), &json!(1000), &json!(120)));
    let sent = shop.stripe.events().len();
    shop.pay("plain").await;
    shop.deliver_since(sent).await;
    let credits = shop.user.get("/api/credits").await.expect(200);
    assert_eq!((&credits["credits"], &credits["debt"]), (&json!(30), &json!(0)));
    let expected = [("signup", 10), ("purchase", 120), ("task", -100), ("reversal", -30), ("purchase", 120), ("debt", -90)];
    assert_eq!(shop.booked().await, rows(&expected));
    shop.app.verify_ledger().await;
}

#[tokio::test]
async fn what_a_task_returns_repays_what_is_owed_in_the_same_transaction() {
    let shop = Shop::with(&[("TASK_COST_CREDITS", "100")]).await;
    let begun = shop.pay("plain").await;
    shop.deliver_all().await;
    let task = id(&shop.user.create(&[shop.user.stamp().await]).await);
    let sent = shop.stripe.events().len();
    shop.stripe.refund(&begun.session, 1000);
    shop.deliver_since(sent).await;
    shop.user.act(&task, "cancel").await.expect(202);
    let credits = shop.user.get("/api/credits").await.expect(200);
    assert_eq!((&credits["credits"], &credits["debt"]), (&json!(10), &json!(0)));
    let expected = [("signup", 10), ("purchase", 120), ("task", -100), ("reversal", -30), ("task", 100), ("debt", -90)];
    assert_eq!(shop.booked().await, rows(&expected));
    shop.app.verify_ledger().await;
}

#[tokio::test]
async fn a_dispute_that_is_lost_after_a_refund_takes_no_credit_twice_and_one_that_is_won_gives_it_back() {
    let shop = Shop::open().await;
    let begun = shop.pay("plain").await;
    shop.stripe.refund(&begun.session, 250);
    let lost = shop.stripe.dispute(&begun.session, 750);
    shop.stripe.close_dispute(&lost, false);
    shop.deliver_all().await;
    assert_eq!(shop.worth().await, 10);
    let sent = shop.stripe.events().len();
    let other = shop.pay("plain").await;
    let won = shop.stripe.dispute(&other.session, 1000);
    shop.deliver_since(sent).await;
    assert_eq!(shop.worth().await, 10);
    let sent = shop.stripe.events().len();
    shop.stripe.close_dispute(&won, true);
    shop.deliver_since(sent).await;
    assert_eq!(shop.worth().await, 130);
    let payment = shop.payment(&other.payment).await;
    assert_eq!((&payment["amountReversed"], &payment["creditsReversed"]), (&json!(0), &json!(0)));
    shop.app.verify_ledger().await;
}

#[tokio::test]
async fn several_partial_refunds_take_all_credits_in_the_end_and_a_failed_one_gives_its_part_back() {
    let shop = Shop::open().await;
    let begun = shop.pay("odd").await;
    let mut refunds = Vec::new();
    for (amount, left) in [(333, 222), (333, 111), (333, 0)] {
        refunds.push(shop.stripe.refund(&begun.session, amount));
        shop.deliver_all().await;
        assert_eq!(shop.worth().await, 10 + left);
    }
    shop.stripe.fail_refund(&refunds[1]);
    shop.deliver_all().await;
    assert_eq!(shop.worth().await, 10 + 111);
    shop.app.verify_ledger().await;
}
