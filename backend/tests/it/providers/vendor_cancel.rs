//! A request that a vendor works on in the background is stopped there.

use fake_vendors::Vendor;
use serde_json::json;

use crate::support::hosted::{Hosted, until};

/// How often a vendor was asked to stop something.
fn stops(hosted: &Hosted, vendor: Vendor) -> usize {
    let stops = |path: &str| path.ends_with("/cancel") || path.ends_with("/interrupt") || path.ends_with("/queue");
    hosted.fakes.requests(vendor).iter().filter(|recorded| recorded.method != "GET" && stops(&recorded.path)).count()
}

const STOPPABLE: [(&str, Vendor); 3] = [("replicate", Vendor::Replicate), ("fal", Vendor::Fal), ("comfyui", Vendor::ComfyUi)];

#[tokio::test]
async fn cancelling_while_a_worker_waits_stops_it_at_the_vendor_and_refunds_everything() {
    for (model, vendor) in STOPPABLE {
        let hosted = Hosted::open().await;
        let worker = hosted.work();
        let task = hosted.ask(model, "a cat [pforever:1000] [whnone]").await;
        hosted.accepted(&task).await;
        hosted.user.act(&task, "cancel").await.expect(202);
        let task = hosted.ended(&task).await;
        assert_eq!(
            (&task["status"], &task["creditsRefunded"], hosted.net().await),
            (&json!("cancelled"), &json!(10), 0),
            "{model}: {task}"
        );
        assert!(stops(&hosted, vendor) >= 1 && hosted.paid(vendor) == 1, "{model}");
        worker.drain(std::time::Duration::from_secs(5)).await.unwrap();
        hosted.verify().await;
    }
}

#[tokio::test]
async fn cancelling_while_no_worker_has_it_stops_it_at_the_vendor_all_the_same() {
    for (model, vendor) in STOPPABLE {
        let hosted = Hosted::open().await;
        let (task, _) = hosted.left_alone(model, "a cat [pforever:1000] [whnone]").await;
        hosted.user.act(&task, "cancel").await.expect(202);
        assert_eq!((hosted.user.task(&task).await["stage"].as_str(), hosted.net().await), (Some("cancelling"), 10));
        hosted.app.run_jobs().await;
        let task = hosted.user.task(&task).await;
        assert_eq!((&task["status"], hosted.net().await), (&json!("cancelled"), 0), "{model}: {task}");
        assert!(stops(&hosted, vendor) >= 1 && hosted.paid(vendor) == 1, "{model}");
        hosted.verify().await;
    }
}

#[tokio::test]
async fn what_its_vendor_cannot_stop_comes_and_is_paid_for() {
    let hosted = Hosted::open().await;
    let worker = hosted.work();
    let task = hosted.ask("bfl", "a cat [whnone]").await;
    hosted.accepted(&task).await;
    hosted.user.act(&task, "cancel").await.expect(202);
    let task = until(async || Some(hosted.ended(&task).await)).await;
    assert_eq!((&task["status"], task["results"].as_array().unwrap().len(), hosted.net().await), (&json!("cancelled"), 1, 10), "{task}");
    worker.drain(std::time::Duration::from_secs(5)).await.unwrap();
    hosted.verify().await;
}

#[tokio::test]
async fn what_has_ended_at_the_vendor_meanwhile_is_delivered() {
    for (model, vendor) in STOPPABLE {
        let hosted = Hosted::open().await;
        let (task, vendor_id) = hosted.left_alone(model, "a cat [pforever:1000] [whnone]").await;
        hosted.fakes.finish(vendor, &vendor_id);
        hosted.user.act(&task, "cancel").await.expect(202);
        hosted.app.run_jobs().await;
        let task = hosted.user.task(&task).await;
        assert_eq!(
            (&task["status"], task["results"].as_array().unwrap().len(), hosted.net().await),
            (&json!("cancelled"), 1, 10),
            "{model}"
        );
        hosted.verify().await;
    }
}

#[tokio::test]
async fn what_its_vendor_cannot_stop_and_does_not_end_is_given_up_and_refunded() {
    let hosted = Hosted::with(&[("CANCEL_GRACE_SECONDS", "0")]).await;
    let worker = hosted.work();
    let task = hosted.ask("bfl", "a cat [pforever:1000] [whnone]").await;
    hosted.accepted(&task).await;
    // Beyond twice the time that the model usually takes.
    hosted.app.pass(std::time::Duration::from_secs(120));
    hosted.user.act(&task, "cancel").await.expect(202);
    let ended = hosted.ended(&task).await;
    assert_eq!((&ended["status"], hosted.net().await, hosted.paid(Vendor::Bfl)), (&json!("cancelled"), 0, 1), "{ended}");
    assert_eq!(hosted.app.app.accounts.health.ambiguous(), 1);
    worker.drain(std::time::Duration::from_secs(5)).await.unwrap();
    hosted.verify().await;
}
