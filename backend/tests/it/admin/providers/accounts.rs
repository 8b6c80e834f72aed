//! An account that is given serves at once, here and in other processes, and shows nothing of its key but the end.

use danqing::services::ai::credentials::reload;
use fake_vendors::Vendor;
use serde_json::{Value, json};

use super::{PROVIDERS, provider};
use crate::support::TestApp;
use crate::support::id;
use crate::support::studio::{KEY, MODELS, house, order};

async fn ready(app: &TestApp, prompt: &str) -> Value {
    let user = app.user(prompt).await;
    let task = user.post("/api/tasks", order(prompt, json!({}))).await.expect(202);
    app.run_jobs().await;
    user.task(&id(&task)).await
}

#[tokio::test]
async fn a_key_given_in_the_page_makes_the_next_picture_without_a_restart() {
    let fakes = house().await;
    let app = TestApp::with_models(&[("NEW_USER_CREDITS", "100")], Some(MODELS)).await;
    let owner = app.owner().await;
    let elsewhere = app.beside();
    assert_eq!(owner.post("/api/tasks", order("a cat", json!({}))).await.code(400), "tool_unavailable");
    let given = json!({ "apiKey": format!(" {KEY}\n"), "baseUrl": fakes.base_url(Vendor::OpenAi) });
    let kept = owner.post(&format!("{PROVIDERS}/openai/credentials"), given).await.expect(201);
    assert_eq!(
        (&kept["label"], &kept["keyHint"], &kept["enabled"], &kept["readable"]),
        (&json!("OpenAI"), &json!("sees"), &json!(true), &json!(true))
    );
    assert!(!kept.to_string().contains(KEY));
    assert_eq!(ready(&app, "cat").await["status"], "completed");

    assert!(elsewhere.accounts.of("openai").is_empty());
    reload(&elsewhere).await.unwrap();
    assert_eq!(elsewhere.accounts.of("openai").len(), 1);

    let path = format!("{PROVIDERS}/openai/credentials/{}", kept["id"].as_str().unwrap());
    let rested = owner.patch(&path, json!({ "enabled": false })).await.expect(200);
    assert_eq!((&rested["enabled"], &rested["keyHint"]), (&json!(false), &json!("sees")));
    assert!(app.app.accounts.of("openai").is_empty());
    owner.patch(&path, json!({ "enabled": true, "weight": 3, "concurrency": 7, "label": "Main" })).await.expect(200);
    let shown = provider(&owner, "openai").await;
    let account = &shown["credentials"][0];
    assert_eq!((&account["weight"], &account["concurrency"], &account["label"]), (&json!(3), &json!(7), &json!("Main")));
    assert_eq!(app.app.accounts.of("openai")[0].concurrency, 7);
    assert_eq!(shown["configured"], true);

    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(owner.delete(&path).await.code(404), "not_found");
    reload(&elsewhere).await.unwrap();
    assert!(app.app.accounts.of("openai").is_empty() && elsewhere.accounts.of("openai").is_empty());
    assert_eq!(provider(&owner, "openai").await["configured"], false);
}

#[tokio::test]
async fn an_account_that_rests_after_failures_is_tried_at_once_when_its_key_is_put_right() {
    let fakes = house().await;
    let app = TestApp::with_models(&[("NEW_USER_CREDITS", "100")], Some(MODELS)).await;
    let owner = app.owner().await;
    let given = json!({ "apiKey": "sk-somethingelseentirely", "baseUrl": fakes.base_url(Vendor::OpenAi) });
    let kept = owner.post(&format!("{PROVIDERS}/openai/credentials"), given).await.expect(201);
    assert_ne!(ready(&app, "cat").await["status"], "completed");
    let account = async || provider(&owner, "openai").await["credentials"][0].clone();
    assert!(account().await["restsUntil"].is_string());
    let path = format!("{PROVIDERS}/openai/credentials/{}", kept["id"].as_str().unwrap());
    owner.patch(&path, json!({ "apiKey": KEY })).await.expect(200);
    assert_eq!(account().await["restsUntil"], Value::Null);
    assert_eq!(ready(&app, "dog").await["status"], "completed");
}

#[tokio::test]
async fn every_vendor_of_the_catalogue_is_listed_in_its_order_with_its_key_page_models_and_variables() {
    let app = TestApp::with(&[("STABILITY_API_KEY", "sk-oftheenvironment-wxyz")]).await;
    let list = app.owner().await.get(PROVIDERS).await.expect(200);
    let ids: Vec<&str> = list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    let in_catalogue: Vec<&str> = app.app.catalogue.providers.iter().map(|provider| provider.id.as_str()).collect();
    assert_eq!(ids, in_catalogue);
    let find = |id: &str| list["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap();
    let openai = find("openai");
    assert_eq!((&openai["needs"], &openai["configured"]), (&json!("key"), &json!(false)));
    assert!(openai["keyPage"].as_str().unwrap().starts_with("https://") && !openai["models"].as_array().unwrap().is_empty());
    assert_eq!(openai["environment"]["keyVariable"], "OPENAI_API_KEY");
    assert_eq!(find("comfyui")["needs"], "address");
    let stability = find("stability");
    assert_eq!((&stability["configured"], &stability["environment"]["accounts"][0]["keyHint"]), (&json!(true), &json!("wxyz")));
    assert!(!list.to_string().contains("oftheenvironment"));
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_field_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for (vendor, body, field, code) in [
        ("openai", json!({}), "apiKey", "required"),
        ("openai", json!({ "apiKey": " " }), "apiKey", "required"),
        ("openai", json!({ "apiKey": "密钥" }), "apiKey", "not_a_key"),
        ("openai", json!({ "apiKey": "k".repeat(5000) }), "apiKey", "too_long"),
        ("openai", json!({ "apiKey": KEY, "baseUrl": "api.example.com" }), "baseUrl", "malformed"),
        ("openai", json!({ "apiKey": KEY, "baseUrl": "https://me:pw@example.com" }), "baseUrl", "malformed"),
        ("openai", json!({ "apiKey": KEY, "proxy": "ftp://example.com" }), "proxy", "not_a_proxy"),
        ("openai", json!({ "apiKey": KEY, "weight": 0 }), "weight", "too_small"),
        ("openai", json!({ "apiKey": KEY, "concurrency": 65 }), "concurrency", "too_large"),
        ("comfyui", json!({}), "baseUrl", "required"),
    ] {
        let refused = owner.post(&format!("{PROVIDERS}/{vendor}/credentials"), body.clone()).await.expect(400);
        assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!(field), &json!(code)), "{body}: {refused}");
        assert!(!refused.to_string().contains(KEY));
    }
    assert_eq!(owner.post(&format!("{PROVIDERS}/nobody/credentials"), json!({ "apiKey": KEY })).await.code(404), "not_found");
    let list = owner.get(PROVIDERS).await.expect(200);
    assert!(list["items"].as_array().unwrap().iter().all(|item| item["credentials"] == json!([]) && item["configured"] == false));
}

#[tokio::test]
async fn several_accounts_of_one_vendor_have_names_of_their_own_and_a_number_at_most() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let path = format!("{PROVIDERS}/openai/credentials");
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(owner.post(&path, json!({ "apiKey": KEY })).await.expect(201)["id"].as_str().unwrap().to_owned());
    }
    let shown = provider(&owner, "openai").await;
    assert_eq!((&shown["credentials"][0]["label"], &shown["credentials"][1]["label"]), (&json!("OpenAI"), &json!("OpenAI 2")));
    let refused = owner.post(&path, json!({ "apiKey": KEY })).await.expect(400);
    assert_eq!(refused["errors"][0]["code"], "too_many");
    let taken = owner.patch(&format!("{path}/{}", ids[3]), json!({ "label": "OpenAI 2" })).await.expect(400);
    assert_eq!(taken["errors"][0]["code"], "label_taken");
    assert_eq!(owner.patch(&format!("{PROVIDERS}/fal/credentials/{}", ids[3]), json!({ "weight": 2 })).await.code(404), "not_found");
}

#[tokio::test]
async fn changes_that_overlap_come_one_after_the_other_so_that_every_process_sees_the_last() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let path = format!("{PROVIDERS}/openai/credentials");
    let elsewhere = app.beside();
    let given = || owner.post(&path, json!({ "apiKey": KEY, "label": "Mine" }));
    let (first, second) = tokio::join!(given(), given());
    let (first, second) = (first.expect(201), second.expect(201));
    let mut labels = [&first, &second].map(|kept| kept["label"].as_str().unwrap().to_owned());
    labels.sort();
    assert_eq!(labels, ["Mine", "Mine 2"]);
    let change = async |kept: &Value, concurrency: i32| {
        owner.patch(&format!("{path}/{}", kept["id"].as_str().unwrap()), json!({ "concurrency": concurrency })).await.expect(200)["updatedAt"].clone()
    };
    for round in 1..=20 {
        let (one, other) = tokio::join!(change(&first, round), change(&second, round));
        // The version of the table is the time of its newest change.
        assert_ne!(one, other, "round {round}");
    }
    reload(&elsewhere).await.unwrap();
    assert_eq!(elsewhere.accounts.of("openai").iter().map(|seat| seat.concurrency).collect::<Vec<_>>(), [20, 20]);
}

#[tokio::test]
async fn nobody_but_the_owner_sees_that_there_is_anything() {
    let app = TestApp::start().await;
    let (_, user, anonymous) = (app.owner().await, app.user("li").await, app.anonymous());
    assert_eq!(anonymous.get(PROVIDERS).await.code(401), "unauthenticated");
    assert_eq!(user.get(PROVIDERS).await.code(404), "not_found");
    assert_eq!(user.post(&format!("{PROVIDERS}/openai/credentials"), json!({ "apiKey": KEY })).await.code(404), "not_found");
    assert_eq!(user.post(&format!("{PROVIDERS}/openai/test"), json!({ "apiKey": KEY })).await.code(404), "not_found");
    assert!(app.app.accounts.of("openai").is_empty());
}
