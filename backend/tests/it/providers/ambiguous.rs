//! Where nobody knows whether the vendor did the work, it is not asked again and everything is refunded.

use danqing::database::attempts::{self, By, State};
use danqing::database::tasks::{self, RunTimes};
use danqing::error::Failure;
use jobs::Queue;
use serde_json::json;

use crate::support::id;
use crate::support::studio::Studio;

#[tokio::test]
async fn a_lost_answer_is_an_unknown_outcome_with_everything_refunded() {
    for mark in ["[drop]", "[reset]", "[badjson]", "[504]", "[hang]"] {
        let studio = Studio::open().await;
        let task = studio.draw(&format!("a cat {mark}"), json!({ "count": 2 })).await;
        assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!("unknown_outcome")), "{mark}: {task}");
        studio.run_later(600).await;
        assert_eq!((studio.net().await, studio.paid(), studio.paid_at_gateway()), (0, 1, 0), "{mark}");
        assert_eq!(studio.app.app.accounts.health.ambiguous(), 1);
        studio.verify().await;
    }
}

#[tokio::test]
async fn a_worker_that_dies_between_request_and_answer_leaves_an_unknown_outcome() {
    let studio = Studio::open().await;
    let task = id(&studio.ask("a cat", json!({})).await);
    studio.app.claim_from(Queue::Provider).await.unwrap();
    let (task_id, now) = (task.parse().unwrap(), studio.app.app.clock.now());
    let died = studio.app.app.database.write::<_, Failure, _>(move |conn| {
        let run = RunTimes { first_started_at: now, finish_at: now };
        tasks::start(conn, &task_id, &run, now)?;
        Ok(attempts::begin(conn, &task_id, By { provider: "openai", model: "first", account: None }, State::Submitting, now)?)
    });
    died.await.unwrap();
    assert_eq!(studio.app.let_leases_run_out().await, 1);
    studio.app.run_jobs().await;
    let task = studio.user.task(&task).await;
    assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!("unknown_outcome")), "{task}");
    assert_eq!((studio.net().await, studio.paid()), (0, 0));
    assert_eq!(studio.app.attempts(&id(&task)).await, ["failed"]);
    studio.verify().await;
}

#[tokio::test]
async fn a_worker_that_dies_before_it_asks_has_asked_nothing() {
    let studio = Studio::open().await;
    let task = id(&studio.ask("a cat", json!({})).await);
    studio.app.claim_from(Queue::Provider).await.unwrap();
    assert_eq!(studio.app.let_leases_run_out().await, 1);
    studio.app.run_jobs().await;
    let task = studio.user.task(&task).await;
    assert_eq!((&task["status"], studio.paid(), studio.net().await), (&json!("completed"), 1, 10));
}
