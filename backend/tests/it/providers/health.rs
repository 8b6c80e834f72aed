//! Accounts that fail are left alone, and tried again one request at a time.

use fake_vendors::Vendor;
use serde_json::json;

use crate::support::studio::Studio;

/// Asks for pictures with no model named, and says who made them.
async fn makers(studio: &Studio, count: usize) -> Vec<String> {
    let mut makers = Vec::new();
    for number in 0..count {
        let task = studio.draw(&format!("a cat {number}"), json!({})).await;
        makers.push(task["model"].as_str().unwrap().to_owned());
    }
    makers
}

#[tokio::test]
async fn five_failures_in_a_row_open_the_circuit_and_the_vendor_is_passed_over() {
    let studio = Studio::open().await;
    studio.fakes.inject(Vendor::OpenAi, "[503]");
    for number in 0..3 {
        studio.draw(&format!("a dog {number}"), json!({ "model": "first" })).await;
        studio.run_later(5).await;
    }
    assert!(studio.paid() >= 5, "{}", studio.paid());
    let paid = studio.paid();
    studio.fakes.inject(Vendor::OpenAi, "");
    assert_eq!(makers(&studio, 3).await, ["stand-in"; 3]);
    assert_eq!(studio.paid(), paid, "it is not asked while it rests");
    studio.app.verify_ledger().await;
}

#[tokio::test]
async fn after_the_rest_one_request_is_the_trial_and_its_end_decides() {
    let studio = Studio::open().await;
    studio.fakes.inject(Vendor::OpenAi, "[401]");
    assert_eq!(makers(&studio, 2).await, ["stand-in"; 2]);
    assert_eq!(studio.paid(), 1);
    // Half open: one asks and fails, the others pass it over for twice as long.
    studio.run_later(31).await;
    assert_eq!(makers(&studio, 3).await, ["stand-in"; 3]);
    assert_eq!(studio.paid(), 2);
    studio.fakes.inject(Vendor::OpenAi, "");
    studio.run_later(31).await;
    assert_eq!((makers(&studio, 1).await, studio.paid()), (vec!["stand-in".to_owned()], 2));
    // The trial succeeds: the circuit is closed.
    studio.run_later(31).await;
    assert_eq!((makers(&studio, 3).await, studio.paid()), (vec!["first".to_owned(); 3], 5));
    studio.verify().await;
}

#[tokio::test]
async fn while_the_trial_is_under_way_others_pass_the_account_over() {
    let studio = Studio::open().await;
    studio.fakes.inject(Vendor::OpenAi, "[401]");
    makers(&studio, 1).await;
    studio.fakes.inject(Vendor::OpenAi, "[slow:500]");
    studio.run_later(31).await;
    let worker = studio.app.start_worker();
    for number in 0..3 {
        studio.ask(&format!("a bird {number}"), json!({})).await;
    }
    let all = crate::support::hosted::until(async || {
        let tasks = studio.user.get("/api/tasks?limit=3").await.expect(200)["items"].clone();
        Some(tasks).filter(|tasks| tasks.as_array().unwrap().iter().all(|task| task["status"] == "completed"))
    });
    let all = all.await;
    let by_first = all.as_array().unwrap().iter().filter(|task| task["model"] == "first").count();
    assert_eq!((by_first, studio.paid()), (1, 2), "{all}");
    worker.drain(std::time::Duration::from_secs(10)).await.unwrap();
    studio.verify().await;
}
