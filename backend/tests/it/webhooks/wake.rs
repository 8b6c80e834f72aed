//! What a right call does: the vendor is asked now.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use danqing::jobs::sweep;
use fake_vendors::{Recorded, Vendor};
use jobs::Queue;

use crate::support::Client;
use crate::support::hosted::{CALLERS, Hosted, submits, until};

/// Questions that a vendor was asked about its requests.
fn questions(hosted: &Hosted, vendor: Vendor) -> Vec<Recorded> {
    let of_vendor =
        hosted.fakes.all_requests().into_iter().filter(|recorded| [vendor.name(), "sibling"].contains(&recorded.place.as_str()));
    of_vendor.filter(|recorded| recorded.method == "GET" && !recorded.path.contains("jwks")).collect()
}

/// Milliseconds from the request for a picture to the first question about it.
fn first_wait(hosted: &Hosted, vendor: Vendor) -> u64 {
    let asked = hosted.fakes.requests(vendor).into_iter().find(submits).unwrap().at_ms;
    questions(hosted, vendor)[0].at_ms - asked
}

#[tokio::test]
async fn a_call_ends_the_wait_at_once() {
    for caller in CALLERS {
        // No vendor is asked within a second of its answer. On a machine that stands still for a second, once more.
        let mut waits = Vec::new();
        while waits.iter().all(|wait| *wait >= 1000) && waits.len() < 5 {
            let hosted = Hosted::open().await;
            let worker = hosted.work();
            let task = hosted.ask(caller.0, "a cat [whnone]").await;
            let vendor_id = hosted.accepted(&task).await;
            hosted.fakes.finish(caller.1, &vendor_id);
            hosted.deliver(caller, &vendor_id, &hosted.letter("one")).await.expect(200);
            let task = hosted.ended(&task).await;
            assert_eq!((&task["status"], hosted.net().await, hosted.paid(caller.1)), (&"completed".into(), 10, 1), "{task}");
            worker.drain(Duration::from_secs(5)).await.unwrap();
            hosted.verify().await;
            waits.push(first_wait(&hosted, caller.1));
        }
        assert!(waits.iter().any(|wait| *wait < 1000), "{caller:?} {waits:?}");
    }
}

#[tokio::test]
async fn a_call_that_another_process_takes_ends_the_wait_within_two_seconds() {
    let hosted = Hosted::open().await;
    let (other, caller) = (Client::new(danqing::router::router(hosted.app.beside())), CALLERS[0]);
    let mut waits = Vec::new();
    while waits.iter().all(|wait| *wait >= 3300) && waits.len() < 3 {
        let worker = hosted.work();
        let task = hosted.ask(caller.0, "a cat [pforever:1000] [whnone]").await;
        let vendor_id = hosted.accepted(&task).await;
        // From the fourth question on, the next comes no sooner than 3.3 seconds later.
        let before = questions(&hosted, caller.1).len();
        until(async || Some(()).filter(|()| questions(&hosted, caller.1).len() >= before + 4)).await;
        hosted.fakes.finish(caller.1, &vendor_id);
        let answer = hosted.deliver_to(&other, caller, &vendor_id, &hosted.letter(&format!("one {}", waits.len()))).await;
        answer.expect(200);
        assert_eq!(hosted.ended(&task).await["status"], "completed");
        worker.drain(Duration::from_secs(5)).await.unwrap();
        let asked = questions(&hosted, caller.1);
        waits.push(asked[before + 4].at_ms - asked[before + 3].at_ms);
    }
    assert!(waits.iter().any(|wait| *wait < 3300), "{waits:?}");
    hosted.verify().await;
}

#[tokio::test]
async fn a_call_makes_a_job_that_rests_due_and_comes_again_without_effect() {
    for caller in CALLERS {
        let hosted = Hosted::open().await;
        let (task, vendor_id) = hosted.left_alone(caller.0, "a cat [pforever:1000] [whnone]").await;
        hosted.let_rest(3600).await;
        hosted.fakes.finish(caller.1, &vendor_id);
        assert_eq!(hosted.app.run_jobs().await, 0);
        let letter = hosted.letter("the same");
        hosted.deliver(caller, &vendor_id, &letter).await.expect(200);
        let called = hosted.called_back(&task).await.unwrap();
        // The same again changes nothing.
        hosted.let_rest(3600).await;
        hosted.app.pass(Duration::from_secs(60));
        for _ in 0..3 {
            hosted.deliver(caller, &vendor_id, &letter).await.expect(200);
        }
        assert_eq!(
            (hosted.called_back(&task).await, hosted.noted().await, hosted.app.run_jobs().await),
            (Some(called), 1, 0),
            "{caller:?}"
        );
        hosted.let_rest(0).await;
        hosted.app.run_jobs().await;
        assert_eq!((&hosted.user.task(&task).await["status"], hosted.net().await, hosted.paid(caller.1)), (&"completed".into(), 10, 1));
        hosted.verify().await;
    }
}

#[tokio::test]
async fn another_call_about_the_same_request_is_another_reason_to_ask() {
    let (hosted, caller) = (Hosted::open().await, CALLERS[0]);
    let (task, vendor_id) = hosted.left_alone(caller.0, "a cat [pforever:1000] [whnone]").await;
    for name in ["one", "two"] {
        hosted.let_rest(3600).await;
        hosted.deliver(caller, &vendor_id, &hosted.letter(name)).await.expect(200);
        // It is due: it could not be cancelled at once if it were not asked about first.
        let due = hosted.app.claim_from(Queue::Provider).await;
        assert!(due.is_some(), "{name}");
        hosted.app.let_leases_run_out().await;
    }
    assert_eq!((hosted.noted().await, hosted.user.task(&task).await["status"].as_str()), (2, Some("processing")));
}

#[tokio::test]
async fn a_call_about_nothing_that_is_open_is_answered_and_nothing_happens() {
    let (hosted, others) = (Hosted::open().await, Hosted::open().await);
    // Both have the same accounts in the vendors' eyes; each knows only its own requests.
    for caller in CALLERS.into_iter().take(2) {
        let (_, theirs) = others.left_alone(caller.0, "a cat [whnone]").await;
        let task = hosted.ask(caller.0, "a cat [whnone]").await;
        hosted.app.run_jobs().await;
        let before = hosted.user.task(&task).await;
        assert_eq!(before["status"], "completed");
        let (headers, body) = others.fakes.seal(caller.1, &theirs, &hosted.letter("unknown"));
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let path = hosted.path(caller.0);
        hosted.app.anonymous().send(Method::POST, &path, &headers, Body::from(body)).await.expect(200);
        // About its own request, which has ended.
        let ours = hosted.accepted(&task).await;
        hosted.deliver(caller, &ours, &hosted.letter("late")).await.expect(200);
        assert_eq!((hosted.app.run_jobs().await, hosted.user.task(&task).await), (0, before), "{caller:?}");
        assert_eq!(hosted.called_back(&task).await, None);
        others.app.run_jobs().await;
    }
    hosted.verify().await;
}

#[tokio::test]
async fn a_call_about_a_try_that_has_ended_does_not_shorten_the_rest_before_the_next() {
    let (hosted, caller) = (Hosted::open().await, CALLERS[0]);
    let task = hosted.ask(caller.0, "a cat [pfail] [whnone]").await;
    hosted.app.run_jobs().await;
    let vendor_id = hosted.accepted(&task).await;
    assert_eq!((hosted.user.task(&task).await["stage"].as_str(), hosted.paid(caller.1)), (Some("retrying"), 1));
    hosted.deliver(caller, &vendor_id, &hosted.letter("of the first")).await.expect(200);
    assert_eq!((hosted.app.run_jobs().await, hosted.paid(caller.1), hosted.called_back(&task).await), (0, 1, None));
}

#[tokio::test]
async fn what_was_noted_is_forgotten_after_forty_days() {
    let (hosted, caller) = (Hosted::open().await, CALLERS[0]);
    let (_, vendor_id) = hosted.left_alone(caller.0, "a cat [whnone]").await;
    hosted.deliver(caller, &vendor_id, &hosted.letter("one")).await.expect(200);
    for (days, noted) in [(39, 1), (2, 0)] {
        hosted.app.pass(Duration::from_secs(days * 24 * 3600));
        sweep(&hosted.app.app).await.unwrap();
        assert_eq!(hosted.noted().await, noted);
    }
}
