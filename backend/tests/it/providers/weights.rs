//! Vendors share the tasks that name no model as the operator's weights say.

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::hosted::Hosted;
use crate::support::studio::order;

/// Asks for pictures with no model named, and says how many each vendor was given.
async fn shares(hosted: &Hosted, count: usize) -> BTreeMap<String, usize> {
    let mut shares = BTreeMap::new();
    for _ in 0..count {
        let task = hosted.user.post("/api/tasks", order("a cat", json!({}))).await.expect(202);
        *shares.entry(task["provider"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    shares
}

fn of<const N: usize>(shares: [(&str, usize); N]) -> BTreeMap<String, usize> {
    shares.into_iter().map(|(vendor, count)| (vendor.to_owned(), count)).collect()
}

#[tokio::test]
async fn each_gets_tasks_in_proportion_and_whoever_has_no_weight_none() {
    let hosted = Hosted::with_weights(&[], &[("replicate", 3), ("fal", 1)]).await;
    assert_eq!(shares(&hosted, 8).await, of([("replicate", 6), ("fal", 2)]));
    // A model that is named is nobody's turn.
    for _ in 0..4 {
        hosted.ask("fal", "a cat").await;
    }
    assert_eq!(shares(&hosted, 4).await, of([("replicate", 3), ("fal", 1)]));
}

#[tokio::test]
async fn without_weights_the_order_of_the_models_decides() {
    let hosted = Hosted::open().await;
    assert_eq!(shares(&hosted, 3).await, of([("replicate", 3)]));
}

#[tokio::test]
async fn the_default_vendor_comes_first_whatever_the_weights() {
    let hosted = Hosted::with_weights(&[("DEFAULT_AI_PROVIDER", "bfl")], &[("bfl", 1), ("replicate", 9)]).await;
    assert_eq!(shares(&hosted, 3).await, of([("bfl", 3)]));
}

#[tokio::test]
async fn the_turn_changes_who_is_asked_first_and_not_the_price() {
    let hosted = Hosted::with_weights(&[], &[("replicate", 1), ("fal", 1)]).await;
    for maker in ["replicate", "fal"] {
        let quote = hosted.user.post("/api/tasks/quote", order("a cat", json!({}))).await.expect(200);
        let task = hosted.user.post("/api/tasks", order("a cat", json!({}))).await.expect(202);
        assert_eq!((&quote["credits"], &task["credits"], &task["provider"]), (&json!(10), &json!(10), &json!(maker)));
    }
    hosted.app.run_jobs().await;
    hosted.verify().await;
}

#[tokio::test]
async fn a_quote_and_a_refused_task_move_no_turn() {
    let hosted = Hosted::with_weights(&[], &[("replicate", 1), ("fal", 1)]).await;
    for _ in 0..3 {
        hosted.user.post("/api/tasks/quote", order("a cat", json!({}))).await.expect(200);
        hosted.user.post("/api/tasks", order("a cat", json!({ "count": 99 }))).await.code(400);
    }
    assert_eq!(shares(&hosted, 1).await, of([("replicate", 1)]));
    assert_eq!(shares(&hosted, 1).await, of([("fal", 1)]));
}
