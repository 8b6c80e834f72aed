//! Calls that are not signed as they should be.

use axum::body::Body;
use axum::http::Method;
use fake_vendors::{Letter, Signing};

use crate::support::hosted::{CALLERS, Hosted};

#[tokio::test]
async fn a_forged_call_is_refused_and_has_no_effect() {
    let hosted = Hosted::open().await;
    for caller in CALLERS {
        let task = hosted.ask(caller.0, "a cat [whnone]").await;
        hosted.app.run_jobs().await;
        let vendor_id = hosted.accepted(&task).await;
        for signing in [Signing::Wrong, Signing::EmptyKey, Signing::Missing] {
            let letter = Letter { signing, ..hosted.letter("forged") };
            assert_eq!(hosted.deliver(caller, &vendor_id, &letter).await.code(401), "webhook_refused", "{caller:?} {signing:?}");
        }
        assert_eq!(hosted.called_back(&task).await, None);
    }
    assert_eq!(hosted.noted().await, 0);
    hosted.verify().await;
}

#[tokio::test]
async fn a_call_that_is_more_than_five_minutes_old_or_early_is_refused() {
    let hosted = Hosted::open().await;
    // The third signs no time.
    for caller in CALLERS.into_iter().take(2) {
        let task = hosted.ask(caller.0, "a cat [whnone]").await;
        hosted.app.run_jobs().await;
        let vendor_id = hosted.accepted(&task).await;
        let now = hosted.letter("stale");
        for timestamp in [now.timestamp - 310, now.timestamp + 310] {
            let letter = Letter { timestamp, ..now.clone() };
            assert_eq!(hosted.deliver(caller, &vendor_id, &letter).await.code(401), "webhook_refused", "{caller:?}");
        }
        assert_eq!(hosted.noted().await, 0);
    }
}

#[tokio::test]
async fn a_call_that_is_too_large_is_refused_whoever_signed_it() {
    let hosted = Hosted::open().await;
    let large = || Body::from(vec![b' '; (1 << 20) + 1]);
    for (provider, _) in CALLERS {
        let answer = hosted.app.anonymous().send(Method::POST, &hosted.path(provider), &[], large()).await;
        assert_eq!(answer.code(413), "body_too_large", "{provider}");
    }
    assert_eq!(hosted.noted().await, 0);
}

#[tokio::test]
async fn while_the_keys_cannot_be_fetched_the_vendor_is_asked_to_come_again() {
    let hosted = Hosted::open().await;
    let task = hosted.ask("fal", "a cat [whnone]").await;
    hosted.app.run_jobs().await;
    let vendor_id = hosted.accepted(&task).await;
    let (headers, body) = hosted.fakes.seal(fake_vendors::Vendor::Fal, &vendor_id, &hosted.letter("early"));
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let path = hosted.path("fal");
    // Nobody publishes keys any more.
    let (app, user) = (hosted.app, hosted.user);
    drop(hosted.fakes);
    assert_eq!(app.anonymous().send(Method::POST, &path, &headers, Body::from(body)).await.code(503), "overloaded");
    assert_eq!(user.task(&task).await["status"], "completed");
}
