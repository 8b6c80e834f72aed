//! Nobody pays for what was not delivered, and nobody more than was quoted.

use danqing::config::runtime::Key;
use serde_json::json;

use crate::support::id;
use crate::support::studio::Studio;

#[tokio::test]
async fn what_the_content_rules_refuse_is_refunded_and_not_asked_again() {
    for (mark, sent) in [("[refusal]", 1), ("[refusal200]", 1)] {
        let studio = Studio::open().await;
        let task = studio.draw(&format!("a cat {mark}"), json!({})).await;
        assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!("content_refused")), "{mark}: {task}");
        assert!(task["error"]["message"].as_str().unwrap().contains("credits were returned"));
        assert_eq!((studio.net().await, studio.paid(), studio.paid_at_gateway()), (0, sent, 0), "{mark}");
        studio.verify().await;
    }
}

#[tokio::test]
async fn the_operator_decides_what_of_refusals_by_content_rules_is_refunded_and_is_told_honestly() {
    let studio = Studio::open().await;
    let mut net = 0;
    for (rule, refusal, kept) in [
        ("all", "[refusal]", 0),
        ("all", "[refusal200]", 0),
        ("input", "[refusal]", 0),
        ("input", "[refusal200]", 10),
        ("none", "[refusal]", 10),
        ("none", "[refusal200]", 10),
        // What is no refusal is refunded whatever the rule.
        ("none", "[drop]", 0),
    ] {
        studio.app.set(Key::RefundRefusals, Some(rule)).await;
        let task = studio.draw(&format!("a cat {refusal}"), json!({ "model": "first" })).await;
        net += kept;
        assert_eq!((&task["status"], &task["creditsRefunded"]), (&json!("failed"), &json!(10 - kept)), "{rule} {refusal}: {task}");
        let message = task["error"]["message"].as_str().unwrap();
        assert_eq!(message.contains("credits were returned"), kept == 0, "{rule} {refusal}: {message}");
        assert_eq!(message.contains("not refunded"), kept > 0, "{rule} {refusal}: {message}");
        assert_eq!(studio.net().await, net, "{rule} {refusal}");
    }
    assert_eq!(studio.user.get("/api/app").await.expect(200)["refundRefusals"], "none");
    studio.verify().await;
}

#[tokio::test]
async fn fewer_pictures_than_asked_for_cost_less_and_more_cost_nothing() {
    let studio = Studio::open().await;
    let fewer = studio.draw("a cat [fewer]", json!({ "model": "first", "count": 3 })).await;
    assert_eq!((&fewer["status"], fewer["results"].as_array().unwrap().len()), (&json!("completed"), 2));
    assert_eq!((&fewer["credits"], &fewer["creditsRefunded"], studio.net().await), (&json!(30), &json!(10), 20));
    let missing = &fewer["notDelivered"];
    assert_eq!((&missing[0]["number"], &missing[0]["code"], missing.as_array().unwrap().len()), (&json!(3), &json!("provider_failed"), 1));
    assert!(missing[0]["message"].as_str().unwrap().contains("credits were returned"), "{missing}");
    assert_eq!((&fewer["modelNamed"], &studio.draw("a cat", json!({})).await["modelNamed"]), (&json!(true), &json!(false)));
    let more = studio.draw("a cat [more]", json!({ "model": "first", "count": 2 })).await;
    assert_eq!((more["results"].as_array().unwrap().len(), studio.net().await), (2, 50));
    assert_eq!(more["notDelivered"], json!([]));
    studio.verify().await;
}

#[tokio::test]
async fn a_vendor_that_fails_is_asked_once_more_and_then_no_more() {
    let studio = Studio::open().await;
    let task = studio.draw("a cat [500x:1]", json!({ "model": "first" })).await;
    assert_eq!((&task["status"], &task["stage"]), (&json!("processing"), &json!("retrying")));
    studio.run_later(30).await;
    let task = studio.user.task(&id(&task)).await;
    assert_eq!((&task["status"], &task["retryCount"]), (&json!("completed"), &json!(1)), "{task}");
    assert_eq!(studio.app.attempts(&id(&task)).await, ["failed", "succeeded"]);
    let task = studio.draw("a cat [nulldata]", json!({ "model": "first" })).await;
    studio.run_later(30).await;
    let task = studio.user.task(&id(&task)).await;
    assert_eq!((&task["error"]["code"], studio.net().await, studio.paid()), (&json!("provider_failed"), 10, 4));
    studio.verify().await;
}

#[tokio::test]
async fn an_owner_without_limits_pays_nothing_and_gets_pictures() {
    let studio = Studio::with(&[("OWNER_UNLIMITED", "true")]).await;
    let owner = studio.app.anonymous();
    owner.post("/api/auth/login", json!({ "email": "owner@example.com", "password": "a long password" })).await.expect(200);
    let body = crate::support::studio::order("a cat [fewer]", json!({ "model": "first", "count": 2 }));
    let task = owner.post("/api/tasks", body).await.expect(202);
    studio.app.run_jobs().await;
    let task = owner.task(&id(&task)).await;
    assert_eq!((&task["status"], &task["credits"], &task["creditsRefunded"]), (&json!("completed"), &json!(0), &json!(0)));
}

#[tokio::test]
async fn asking_again_keeps_the_model_that_was_named() {
    let studio = Studio::open().await;
    let task = studio.draw("a cat [refusal]", json!({ "model": "linked" })).await;
    let again = studio.user.act(&id(&task), "retry").await.expect(202);
    assert_eq!((&again["model"], &again["credits"]), (&json!("linked"), &json!(9)));
}
