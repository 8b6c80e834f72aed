//! A server that stops while a vendor is at work.

use std::time::Duration;

use serde_json::json;

use crate::support::id;
use crate::support::studio::Studio;

/// A task of these words whose request lies with the vendor, and the worker that sent it.
async fn under_way(studio: &Studio, prompt: &str) -> (String, jobs::Running) {
    let task = id(&studio.ask(prompt, json!({ "model": "first" })).await);
    let worker = studio.app.start_worker();
    let recorded = async {
        while studio.paid() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), recorded).await.unwrap();
    (task, worker)
}

#[tokio::test]
async fn an_answer_that_comes_before_the_stop_is_over_is_delivered() {
    let studio = Studio::open().await;
    let (task, worker) = under_way(&studio, "a cat [slow:700]").await;
    assert_eq!(worker.drain(Duration::from_secs(30)).await.unwrap(), 0);
    let task = studio.user.task(&task).await;
    assert_eq!((&task["status"], studio.net().await, studio.paid()), (&json!("completed"), 10, 1), "{task}");
    studio.verify().await;
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_an_unknown_outcome_after_the_restart() {
    let studio = Studio::open().await;
    let (task, worker) = under_way(&studio, "a cat [hang]").await;
    worker.drain(Duration::from_millis(500)).await.unwrap();
    assert_eq!(studio.user.task(&task).await["status"], "processing");
    assert_eq!(studio.app.attempts(&task).await, ["submitting"]);
    studio.app.run_jobs().await;
    let task = studio.user.task(&task).await;
    assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!("unknown_outcome")), "{task}");
    assert_eq!((studio.net().await, studio.paid()), (0, 1));
    studio.verify().await;
}
