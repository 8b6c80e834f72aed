//! Another model stands in only where nothing can have begun, and only where nobody named one.

use fake_vendors::Vendor;
use serde_json::json;

use crate::support::studio::{KEY, Studio, order};

#[tokio::test]
async fn another_vendor_stands_in_for_no_more_than_was_quoted_and_the_history_says_so() {
    let studio = Studio::open().await;
    studio.fakes.inject(Vendor::OpenAi, "[401]");
    let quote = studio.user.post("/api/tasks/quote", order("a cat", json!({}))).await.expect(200);
    let task = studio.draw("a cat", json!({})).await;
    assert_eq!((&task["status"], &task["model"]), (&json!("completed"), &json!("stand-in")), "{task}");
    assert_eq!((&quote["credits"], &task["credits"], studio.net().await), (&json!(10), &json!(10), 8));
    let tried = &task["triedBefore"];
    assert_eq!(
        (&tried[0]["provider"], &tried[0]["model"], &tried[0]["errorCode"]),
        (&json!("openai"), &json!("first"), &json!("provider_not_configured"))
    );
    assert!(!tried[0]["message"].as_str().unwrap().is_empty() && tried[1].is_null());
    assert_eq!((studio.paid(), studio.paid_at_gateway()), (1, 1));
    assert!(!task.to_string().contains(KEY));
    // The account is left alone for a while: the next task goes to the stand-in at once.
    let task = studio.draw("a dog", json!({})).await;
    assert_eq!((&task["model"], &task["triedBefore"], studio.paid()), (&json!("stand-in"), &json!([]), 1), "{task}");
    studio.verify().await;
}

#[tokio::test]
async fn a_model_that_was_named_is_never_replaced() {
    let studio = Studio::open().await;
    studio.fakes.inject(Vendor::OpenAi, "[401]");
    let task = studio.draw("a cat", json!({ "model": "first" })).await;
    assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!("provider_not_configured")));
    assert_eq!((studio.net().await, studio.paid_at_gateway()), (0, 0));
}

#[tokio::test]
async fn nobody_stands_in_once_the_vendor_may_have_begun() {
    for (mark, paid) in [("[500x:9]", 2), ("[drop]", 1), ("[nulldata]", 2), ("[emptydata]", 1), ("[b64notimage]", 1)] {
        let studio = Studio::open().await;
        studio.draw(&format!("a cat {mark}"), json!({})).await;
        studio.run_later(30).await;
        assert_eq!((studio.net().await, studio.paid(), studio.paid_at_gateway()), (0, paid, 0), "{mark}");
        studio.verify().await;
    }
}

#[tokio::test]
async fn only_models_that_take_what_was_asked_and_cost_no_more_stand_in() {
    let studio = Studio::open().await;
    studio.fakes.inject(Vendor::OpenAi, "[401]");
    // The stand-in does not take it.
    let task = studio.draw("a cat", json!({ "quality": "high" })).await;
    assert_eq!((&task["status"], studio.paid_at_gateway()), (&json!("failed"), 0));
    // All of them are of no use, and the dear one is not asked.
    studio.gateway.inject(Vendor::OpenAi, "[401]");
    studio.fakes.inject(Vendor::SiliconFlow, "[401]");
    let task = studio.draw("a cat", json!({ "outputFormat": "webp" })).await;
    assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!("provider_not_configured")));
    assert_eq!((studio.net().await, studio.paid_at_gateway(), task["triedBefore"].as_array().unwrap().len()), (0, 1, 2));
    studio.app.verify_ledger().await;
}
