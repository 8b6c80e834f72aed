//! What a try cost the operator is kept with it, and nobody else sees it.

use danqing::database::schema::task_attempts;
use danqing::error::Failure;
use diesel::prelude::*;
use fake_vendors::Vendor;
use serde_json::json;

use crate::support::studio::{KEY, Studio, house, order};
use crate::support::{TestApp, id};

type Cost = (Option<i64>, Option<String>, Option<String>);

async fn costs(app: &TestApp, task: &str) -> Vec<Cost> {
    let task = task.to_owned();
    let costs = app.app.database.read::<_, Failure, _>(move |conn| {
        let of_task = task_attempts::table.filter(task_attempts::task_id.eq(&task)).order(task_attempts::attempt);
        Ok(of_task.select((task_attempts::cost_micros, task_attempts::cost_currency, task_attempts::price_version)).load(conn)?)
    });
    costs.await.unwrap()
}

fn known(micros: i64) -> Cost {
    (Some(micros), Some("USD".to_owned()), Some("of the test".to_owned()))
}

/// Rates are known, and yet nobody knows.
fn unknown() -> Cost {
    (None, None, Some("of the test".to_owned()))
}

#[tokio::test]
async fn tokens_are_costed_by_the_table_of_the_day_and_members_do_not_see_it() {
    let studio = Studio::open().await;
    let task = studio.draw("a cat", json!({ "model": "first" })).await;
    assert_eq!(task["status"], json!("completed"), "{task}");
    let stored = costs(&studio.app, &id(&task)).await;
    let [(Some(micros), ..)] = stored.as_slice() else { panic!("{stored:?}") };
    // 42 tokens of words at 5 dollars a million, and pictures at 30.
    assert_eq!((*micros - 42 * 5) % 30, 0, "{micros}");
    assert_eq!(stored, [known(*micros)]);
    assert!(!task.to_string().contains("cost") && !task.to_string().contains("of the test"), "{task}");
}

#[tokio::test]
async fn a_negative_count_costs_nobody_knows_what_and_never_less_than_nothing() {
    let studio = Studio::open().await;
    let task = studio.draw("a cat [negusage]", json!({ "model": "first" })).await;
    assert_eq!(task["status"], json!("completed"), "{task}");
    assert_eq!(costs(&studio.app, &id(&task)).await, [unknown()]);
    studio.verify().await;
}

#[tokio::test]
async fn what_was_counted_is_kept_when_the_pictures_never_came() {
    let studio = Studio::open().await;
    let task = studio.draw("a cat [urldead]", json!({ "model": "linked" })).await;
    studio.run_later(600).await;
    let task = studio.user.task(&id(&task)).await;
    assert_eq!((&task["status"], studio.net().await), (&json!("failed"), 0), "{task}");
    let stored = costs(&studio.app, &id(&task)).await;
    assert!(!stored.is_empty() && stored.iter().all(|cost| *cost == known(20_000)), "{stored:?}");
}

#[tokio::test]
async fn a_vendor_that_says_its_price_at_once_is_believed_also_when_it_fails() {
    let fakes = house().await;
    let address = fakes.base_url(Vendor::Bfl);
    let app = TestApp::with(&[("BFL_API_KEY", KEY), ("BFL_BASE_URL", &address)]).await;
    let user = app.user("li").await;
    let task = user.post("/api/tasks", order("a cat [refusal200]", json!({ "model": "flux-2-pro" }))).await.expect(202);
    app.run_jobs().await;
    assert_eq!(user.task(&id(&task)).await["status"], json!("failed"));
    let stored = costs(&app, &id(&task)).await;
    assert!(matches!(stored.as_slice(), [(Some(micros), Some(currency), Some(_))] if *micros > 0 && currency == "USD"), "{stored:?}");
}

#[tokio::test]
async fn a_model_without_a_price_is_refused_and_not_free() {
    let models = crate::support::studio::MODELS.replace("price = 10\n", "");
    let app = TestApp::with_models(&[("OPENAI_API_KEY", KEY)], Some(&models)).await;
    let user = app.user("li").await;
    let tools = user.get("/api/tools").await.expect(200);
    let edit = tools["tools"].as_array().unwrap().iter().find(|tool| tool["taskType"] == "image_edit").unwrap();
    assert_eq!((&edit["available"], &edit["unavailable"]["code"], &edit["models"]), (&json!(false), &json!("no_price"), &json!([])));
    assert_eq!(user.post("/api/tasks", order("a cat", json!({ "model": "first" }))).await.code(400), "tool_unavailable");
    let file = user.stamp().await;
    let edit = json!({ "taskType": "image_edit", "inputFiles": [file], "parameters": { "prompt": "x" } });
    assert_eq!(user.post("/api/tasks", edit).await.code(400), "tool_unavailable");
    assert_eq!(user.balance().await, 10);
}
