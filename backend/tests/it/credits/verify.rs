//! The proof of the books finds what does not add up.

use danqing::config::runtime::Key;
use danqing::database::schema::{ai_tasks, credit_transactions, payments, redeem_codes, user_credits};
use danqing::error::Failure;
use danqing::services::credits::verify::{Report, verify};
use danqing::services::redeem::{self, Batch};
use db::Connection;
use diesel::prelude::*;
use fake_vendors::Vendor;
use serde_json::json;

use crate::support::shop::Shop;
use crate::support::studio::Studio;
use crate::support::{TestApp, id};

/// The books of an account with one task, after somebody changed a row by hand.
async fn tampered(change: impl Fn(&mut Connection, &str) -> QueryResult<usize> + Send + 'static) -> Report {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let (account, before) = (user.id().await, verify(&app.app.database).await.unwrap());
    assert_eq!((before.accounts, before.transactions, before.tasks, before.credits), (2, 3, 1, 19));
    assert_eq!(before.faults, Vec::<String>::new());
    let changed = app.app.database.write::<_, Failure, _>(move |conn| {
        let rows = change(conn, &account)?;
        Ok(rows)
    });
    assert_eq!(changed.await.unwrap(), 1, "{task}");
    verify(&app.app.database).await.unwrap()
}

#[tokio::test]
async fn a_balance_changed_by_hand_is_found() {
    let report = tampered(|conn, account| {
        diesel::update(user_credits::table.find(account)).set(user_credits::credits.eq(user_credits::credits + 5)).execute(conn)
    });
    assert_eq!(report.await.faults.len(), 1);
}

#[tokio::test]
async fn a_missing_row_of_the_ledger_is_found() {
    let report = tampered(|conn, account| {
        let spend = credit_transactions::table.filter(credit_transactions::user_id.eq(account));
        diesel::delete(spend.filter(credit_transactions::transaction_type.eq("spend"))).execute(conn)
    });
    assert!(report.await.faults.len() >= 2);
}

#[tokio::test]
async fn a_task_that_claims_another_price_is_found() {
    let report = tampered(|conn, account| {
        diesel::update(ai_tasks::table.filter(ai_tasks::user_id.eq(account))).set(ai_tasks::credits.eq(7)).execute(conn)
    });
    assert_eq!(report.await.faults.len(), 1);
}

#[tokio::test]
async fn a_wrong_count_of_unfinished_tasks_is_found() {
    let report =
        tampered(|conn, account| diesel::update(user_credits::table.find(account)).set(user_credits::unfinished_tasks.eq(4)).execute(conn));
    assert_eq!(report.await.faults.len(), 1);
}

#[tokio::test]
async fn a_refund_beyond_the_price_difference_of_a_kept_refusal_is_found_although_all_sums_agree() {
    let studio = Studio::open().await;
    studio.app.set(Key::RefundRefusals, Some("none")).await;
    studio.fakes.inject(Vendor::OpenAi, "[401]");
    studio.gateway.inject(Vendor::OpenAi, "[refusal200]");
    let task = id(&studio.draw("a cat", json!({ "count": 2 })).await);
    assert_eq!(verify(&studio.app.app.database).await.unwrap().faults, Vec::<String>::new());
    let account = studio.user.id().await;
    let tampered = studio.app.app.database.write::<_, Failure, _>(move |conn| {
        let refund = credit_transactions::table.filter(credit_transactions::reason.eq("cheaper_model"));
        let (amount, after) = (credit_transactions::amount, credit_transactions::balance_after);
        diesel::update(refund).set((amount.eq(amount + 1), after.eq(after + 1))).execute(conn)?;
        let (left, spent) = (user_credits::credits, user_credits::total_spent);
        diesel::update(user_credits::table.find(&account)).set((left.eq(left + 1), spent.eq(spent - 1))).execute(conn)?;
        Ok(diesel::update(ai_tasks::table.find(&task)).set(ai_tasks::credits_refunded.eq(5)).execute(conn)?)
    });
    assert_eq!(tampered.await.unwrap(), 1);
    let faults = verify(&studio.app.app.database).await.unwrap().faults;
    assert!(faults.len() == 1 && faults[0].ends_with("price difference 4 on the task, 5 in the ledger"), "{faults:?}");
}

#[tokio::test]
async fn a_payment_or_a_code_that_claims_what_the_ledger_does_not_have_is_found() {
    let shop = Shop::open().await;
    shop.pay("plain").await;
    shop.deliver_all().await;
    redeem::make(&shop.app.app, Batch { name: "b".to_owned(), credits: 5, count: 1, expires_at: None }).await.unwrap();
    let account = shop.user.id().await;
    assert_eq!(verify(&shop.app.app.database).await.unwrap().faults, Vec::<String>::new());
    let tampered = shop.app.app.database.write::<_, Failure, _>(move |conn| {
        diesel::update(payments::table).set(payments::credits_reversed.eq(1)).execute(conn)?;
        let used = (redeem_codes::redeemed_at.eq(1), redeem_codes::redeemed_by.eq(&account));
        diesel::update(redeem_codes::table).set(used).execute(conn)?;
        Ok(())
    });
    tampered.await.unwrap();
    let faults = verify(&shop.app.app.database).await.unwrap().faults;
    assert!(faults.iter().any(|fault| fault.starts_with("pay_")) && faults.iter().any(|fault| fault.starts_with("code_")), "{faults:?}");
}
