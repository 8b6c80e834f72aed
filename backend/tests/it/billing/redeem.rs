//! `POST /api/billing/redeem`

use std::time::Duration;

use danqing::app::App;
use danqing::database::redeem_codes;
use danqing::error::{Code, Failure};
use danqing::models::id::UserId;
use danqing::models::timestamp::Timestamp;
use danqing::services::redeem::{self, Batch};
use futures::future::join_all;
use serde_json::json;

use crate::support::{Answer, Client, TestApp};

/// Codes of 50 credits as they are given out.
async fn codes(app: &TestApp, count: usize, expires_at: Option<Timestamp>) -> Vec<(String, String)> {
    let batch = Batch { name: "spring".to_owned(), credits: 50, count, expires_at };
    let made = redeem::make(&app.app, batch).await.unwrap();
    made.into_iter().map(|(id, code)| (id.to_string(), code.to_string())).collect()
}

async fn try_code(user: &Client, code: &str) -> Answer {
    user.post("/api/billing/redeem", json!({ "code": code })).await
}

#[tokio::test]
async fn a_code_gives_its_credits_once_however_it_is_typed() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let (_, code) = codes(&app, 1, None).await.remove(0);
    let typed = code.to_lowercase().replace('-', " ");
    let given = try_code(&li, &typed).await.expect(200);
    assert_eq!((&given["credits"], &given["balance"]["credits"]), (&json!(50), &json!(60)));
    for user in [&li, &mei] {
        assert_eq!(try_code(user, &code).await.code(409), "redeem_code_used");
    }
    assert_eq!((li.balance().await, mei.balance().await), (60, 10));
    assert_eq!(li.ledger("").await[0]["reason"], "redeem");
    app.verify_ledger().await;
}

#[tokio::test]
async fn what_is_no_code_or_taken_back_or_over_gives_nothing() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let soon = app.app.clock.now().after(Duration::from_secs(60));
    let (_, over) = codes(&app, 1, Some(soon)).await.remove(0);
    let (id, revoked) = codes(&app, 1, None).await.remove(0);
    let now = app.app.clock.now();
    let taken_back = app.app.database.write::<_, Failure, _>(move |conn| Ok(redeem_codes::revoke(conn, &id, now)?));
    assert_eq!(taken_back.await.unwrap(), 1);
    app.pass(Duration::from_secs(60));
    let unknown = redeem::code::RedeemCode::draw().to_string();
    let wrong = format!("{}{}", &over[..18], if over.ends_with('2') { '3' } else { '2' });
    for (code, status, expected) in [
        (over.as_str(), 409, "redeem_code_expired"),
        (&revoked, 400, "redeem_code_invalid"),
        (&unknown, 400, "redeem_code_invalid"),
        (&wrong, 400, "redeem_code_invalid"),
        ("", 400, "redeem_code_invalid"),
    ] {
        assert_eq!(try_code(&user, code).await.code(status), expected, "{code}");
    }
    assert_eq!(user.balance().await, 10);
    app.verify_ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_who_redeem_one_code_at_once_on_two_nodes_one_succeeds() {
    let app = TestApp::start().await;
    let (_, code) = codes(&app, 1, None).await.remove(0);
    let (nodes, mut users) = ([app.app.clone(), app.beside()], Vec::new());
    for name in ["li", "mei"] {
        users.push(app.user(name).await.id().await.parse::<UserId>().unwrap());
    }
    // Past the throttle, which would let ten of them through.
    let tries = (0..200).map(|number| answered(&nodes[number % 2], &users[number / 2 % 2], &code));
    let answers = join_all(tries).await;
    let given = answers.iter().filter(|answer| **answer == Ok(50)).count();
    let used = answers.iter().filter(|answer| **answer == Err(Code::RedeemCodeUsed)).count();
    assert_eq!((given, used), (1, 199), "{answers:?}");
    app.verify_ledger().await;
}

/// Asks until the server has time for an answer.
async fn answered(node: &App, user: &UserId, code: &str) -> Result<i64, Code> {
    loop {
        match redeem::redeem(node, user, code).await.map_err(|failure| failure.code) {
            Err(Code::Overloaded) => {}
            answer => return answer,
        }
    }
}

#[tokio::test]
async fn whoever_guesses_is_slowed_down_by_account_and_by_address() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await.at("203.0.113.5"), app.user("mei").await.at("203.0.113.5"));
    for _ in 0..10 {
        try_code(&li, "2222-2222-2222-2222").await;
    }
    assert_eq!(try_code(&li.at("203.0.113.6"), "2222-2222-2222-2222").await.code(429), "too_many_attempts");
    assert_eq!(try_code(&mei, "3333").await.code(400), "redeem_code_invalid");
}

#[tokio::test]
async fn a_code_is_not_in_the_database_and_not_in_a_list() {
    let app = TestApp::start().await;
    let (_, code) = codes(&app, 1, None).await.remove(0);
    let kept = app.app.database.read::<_, Failure, _>(|conn| Ok(redeem_codes::list(conn, Some("spring"), 10)?)).await.unwrap();
    let shown = format!("{kept:?}");
    let bare = code.replace('-', "");
    assert!(!shown.contains(&bare) && !shown.contains(&bare[4..]) && shown.contains(&bare[..4]), "{shown}");
}
