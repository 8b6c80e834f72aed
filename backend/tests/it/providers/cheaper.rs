//! A stand-in that costs less than was quoted gives the difference back, exactly and with its reason.

use danqing::config::runtime::Key;
use danqing::database::schema::ai_tasks;
use danqing::error::Failure;
use diesel::prelude::*;
use fake_vendors::Vendor;
use serde_json::{Value, json};

use crate::support::id;
use crate::support::studio::{MODELS, Studio};

/// A studio whose first model is out of order, so that the one for 8 credits stands in for the one for 10.
async fn standing_in() -> Studio {
    let studio = Studio::open().await;
    studio.fakes.inject(Vendor::OpenAi, "[401]");
    studio
}

/// What came back for a task, by reason.
async fn returned(studio: &Studio, task: &str) -> Vec<(String, i64, String)> {
    let rows = studio.user.ledger(&format!("&taskId={task}&transactionType=refund")).await;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows.iter().rev().map(|row| (text(row, "reason"), row["amount"].as_i64().unwrap(), text(row, "description"))).collect()
}

#[tokio::test]
async fn the_difference_is_an_entry_of_its_own_beside_what_was_not_delivered() {
    let studio = standing_in().await;
    let task = studio.draw("a cat [fewer]", json!({ "count": 3 })).await;
    assert_eq!(
        (&task["status"], &task["model"], &task["results"].as_array().unwrap().len()),
        (&json!("completed"), &json!("stand-in"), &2)
    );
    assert_eq!((&task["credits"], &task["creditsRefunded"], &task["priceDifference"]), (&json!(30), &json!(14), &json!(4)));
    let back = returned(&studio, &id(&task)).await;
    assert_eq!((back[0].0.as_str(), back[0].1, back[1].0.as_str(), back[1].1, back.len()), ("task", 10, "cheaper_model", 4, 2), "{back:?}");
    assert!(back[1].2.contains("cheaper model"), "{back:?}");
    studio.user.speak("zh-CN").await;
    assert!(returned(&studio, &id(&task)).await[1].2.contains("差价"));
    assert_eq!(studio.net().await, 16);
    studio.verify().await;
}

#[tokio::test]
async fn whoever_gets_the_model_of_the_quote_pays_the_quote_and_whoever_gets_nothing_nothing() {
    let studio = Studio::open().await;
    let task = studio.draw("a cat", json!({ "count": 2 })).await;
    assert_eq!((&task["creditsRefunded"], &task["priceDifference"], studio.net().await), (&json!(0), &json!(0), 20));
    studio.fakes.inject(Vendor::OpenAi, "[401]");
    studio.gateway.inject(Vendor::OpenAi, "[drop]");
    let task = studio.draw("a dog", json!({})).await;
    assert_eq!((&task["status"], &task["creditsRefunded"], &task["priceDifference"]), (&json!("failed"), &json!(10), &json!(0)), "{task}");
    assert_eq!(returned(&studio, &id(&task)).await.len(), 1);
    studio.verify().await;
}

#[tokio::test]
async fn what_the_operator_keeps_of_a_refusal_is_no_more_than_the_model_costs_that_refused() {
    let studio = standing_in().await;
    studio.app.set(Key::RefundRefusals, Some("none")).await;
    studio.gateway.inject(Vendor::OpenAi, "[refusal200]");
    let task = studio.draw("a cat", json!({ "count": 2 })).await;
    assert_eq!(
        (&task["error"]["code"], &task["creditsRefunded"], studio.net().await),
        (&json!("content_refused"), &json!(4), 16),
        "{task}"
    );
    studio.verify().await;
}

#[tokio::test]
async fn the_prices_of_when_it_was_accepted_hold_whatever_the_catalogue_says_then() {
    let studio = standing_in().await;
    let task = id(&studio.ask("a cat", json!({})).await);
    let models = studio.app.app.config.app.data_dir.join("catalogue/models.toml");
    std::fs::write(models, MODELS.replace("price = 8", "price = 1").replace("price = 10", "price = 2")).unwrap();
    let other = studio.app.beside();
    assert_eq!(danqing::jobs::worker(&other, "another").run_pending().await.unwrap(), 1);
    let task = studio.user.task(&task).await;
    assert_eq!((&task["model"], &task["creditsRefunded"], studio.net().await), (&json!("stand-in"), &json!(2), 8), "{task}");
    studio.verify().await;
}

#[tokio::test]
async fn whatever_was_delivered_by_whom_the_books_add_up_and_nobody_pays_more_than_its_price() {
    let studio = Studio::with(&[("MAX_TASKS_PER_DAY", "0")]).await;
    let mut net = 0;
    for (number, injected) in ["", "[401]", "[401]"].into_iter().enumerate() {
        studio.fakes.inject(Vendor::OpenAi, injected);
        for words in ["a cat", "a cat [fewer]", "a cat [refusal200]"] {
            let task = studio.draw(&format!("{words} {number}"), json!({ "count": 2 })).await;
            let delivered = task["results"].as_array().unwrap().len() as i64;
            let paid = task["credits"].as_i64().unwrap() - task["creditsRefunded"].as_i64().unwrap();
            let price = if task["model"] == "first" { 10 } else { 8 };
            assert_eq!(paid, price * delivered, "{injected} {words}: {task}");
            net += paid;
            assert_eq!(studio.net().await, net, "{injected} {words}");
            studio.app.verify_ledger().await;
        }
    }
}

/// Has a task's row name its models as rows did before they had prices.
async fn forget_prices(studio: &Studio, task: &str) {
    let task = task.to_owned();
    let old = r#"[{"provider":"openai","model":"first"},{"provider":"openai-compatible","model":"stand-in"}]"#;
    let forgotten =
        studio.app.app.database.write::<_, Failure, _>(move |conn| {
            Ok(diesel::update(ai_tasks::table.find(&task)).set(ai_tasks::routes.eq(old)).execute(conn)?)
        });
    assert_eq!(forgotten.await.unwrap(), 1);
}

#[tokio::test]
async fn a_task_that_was_stored_before_models_had_prices_ends_at_its_quote() {
    let studio = standing_in().await;
    let [done, cancelled] = [id(&studio.ask("a cat", json!({})).await), id(&studio.ask("a dog", json!({})).await)];
    forget_prices(&studio, &done).await;
    forget_prices(&studio, &cancelled).await;
    studio.user.act(&cancelled, "cancel").await.expect(202);
    studio.app.run_jobs().await;
    let task = studio.user.task(&done).await;
    assert_eq!((&task["status"], &task["creditsRefunded"], studio.net().await), (&json!("completed"), &json!(0), 10), "{task}");
    studio.verify().await;
}
