//! A test of a key costs nothing and says exactly what is wrong.

use danqing::models::catalogue::Provider;
use danqing::services::ai::accounts::Given;
use danqing::services::ai::check::{Outcome, check};
use fake_vendors::{FakeVendors, Options, Vendor};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{PROVIDERS, provider};
use crate::support::studio::{KEY, house};
use crate::support::{Client, TestApp};

async fn test(owner: &Client, vendor: &str, body: Value) -> Value {
    owner.post(&format!("{PROVIDERS}/{vendor}/test"), body).await.expect(200)
}

/// An address of this machine at which nobody listens.
async fn deserted() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_good_key_answers_and_a_wrong_one_is_refused_for_every_vendor() {
    let fakes = house().await;
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for (id, vendor) in [
        ("dashscope", Vendor::DashScope),
        ("volcengine", Vendor::Volcengine),
        ("zhipu", Vendor::Zhipu),
        ("siliconflow", Vendor::SiliconFlow),
        ("openai", Vendor::OpenAi),
        ("gemini", Vendor::Gemini),
        ("stability", Vendor::Stability),
        ("bfl", Vendor::Bfl),
        ("fal", Vendor::Fal),
        ("replicate", Vendor::Replicate),
        ("openai-compatible", Vendor::OpenAi),
    ] {
        let address = fakes.base_url(vendor);
        let good = test(&owner, id, json!({ "apiKey": KEY, "baseUrl": address })).await;
        assert_eq!((&good["ok"], &good["outcome"], &good["advice"]), (&json!(true), &json!("ok"), &Value::Null), "{id}: {good}");
        let wrong = test(&owner, id, json!({ "apiKey": "sk-somethingelseentirely", "baseUrl": address })).await;
        assert_eq!((&wrong["ok"], &wrong["outcome"]), (&json!(false), &json!("key_refused")), "{id}: {wrong}");
        assert!(!wrong["advice"].as_str().unwrap().is_empty());
        assert!(!good.to_string().contains(KEY) && !wrong.to_string().contains("somethingelse"), "{id}");
    }
    assert!(fakes.all_requests().iter().all(|sent| sent.method == "GET"), "a test costs nothing");
}

#[tokio::test]
async fn unreachable_is_told_from_refused_with_what_to_try() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let deserted = deserted().await;
    for (body, outcome) in [
        (json!({ "apiKey": KEY, "baseUrl": deserted }), "no_connection"),
        (json!({ "apiKey": KEY, "baseUrl": "https://no-such-host.invalid/v1" }), "name_unknown"),
        (json!({ "apiKey": KEY, "baseUrl": "https://example.com/v1", "proxy": deserted }), "proxy_failed"),
    ] {
        let found = test(&owner, "openai", body).await;
        assert_eq!((&found["ok"], &found["outcome"]), (&json!(false), &json!(outcome)), "{found}");
        // What is tried out in the page is mended in the page.
        let advice = found["advice"].as_str().unwrap();
        assert!(advice.contains("“Proxy”") && !advice.contains("HTTPS_PROXY") && !advice.contains("OPENAI_BASE_URL"), "{found}");
    }
}

#[tokio::test]
async fn the_address_of_something_else_is_told_from_a_wrong_key() {
    let fakes = house().await;
    let app = TestApp::start().await;
    let owner = app.owner().await;
    // The address without /v1, as people paste it, means the same.
    let origin = fakes.origin(Vendor::OpenAi);
    assert_eq!(test(&owner, "openai", json!({ "apiKey": KEY, "baseUrl": origin })).await["outcome"], "ok");
    let found = test(&owner, "openai", json!({ "apiKey": KEY, "baseUrl": format!("{origin}/api") })).await;
    assert_eq!(found["outcome"], "wrong_address", "{found}");
    assert!(found["detail"].as_str().unwrap().contains("/v1"), "{found}");
}

/// A server that answers everything with a page of its own.
async fn somebody_else() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let page =
                "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<p>a secret\r\n";
            let _read = socket.read(&mut [0; 8192]).await;
            let _written = socket.write_all(page.as_bytes()).await;
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn what_another_server_says_is_not_repeated_whatever_vendor_it_is_taken_for() {
    let address = somebody_else().await;
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for provider in app.app.catalogue.providers.iter().filter(|provider| app.app.config.providers.vendor(&provider.id).is_some()) {
        let found = test(&owner, &provider.id, json!({ "apiKey": format!("{KEY}:theirpassword"), "baseUrl": address })).await;
        assert_eq!(found["ok"], false, "{}: {found}", provider.id);
        assert!(!found.to_string().contains("a secret"), "{}: {found}", provider.id);
        assert!(found["detail"].as_str().unwrap().contains("403, text/html"), "{}: {found}", provider.id);
    }
}

#[tokio::test]
async fn a_test_of_a_stored_account_is_kept_with_it_and_told_in_the_readers_language() {
    let fakes = house().await;
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let given = json!({ "apiKey": "sk-somethingelseentirely", "baseUrl": fakes.base_url(Vendor::OpenAi) });
    let id = owner.post(&format!("{PROVIDERS}/openai/credentials"), given).await.expect(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(provider(&owner, "openai").await["credentials"][0]["lastTest"], Value::Null);
    test(&owner, "openai", json!({ "credentialId": id })).await;
    let shown = provider(&owner, "openai").await["credentials"][0]["lastTest"].clone();
    assert_eq!((&shown["ok"], &shown["outcome"]), (&json!(false), &json!("key_refused")));
    owner.patch("/api/me", json!({ "locale": "zh-CN" })).await.expect(200);
    let shown = provider(&owner, "openai").await["credentials"][0]["lastTest"].clone();
    assert!(shown["message"].as_str().unwrap().contains("拒绝"), "{shown}");
    // Another name says nothing about the key; another key has not been tested yet.
    owner.patch(&format!("{PROVIDERS}/openai/credentials/{id}"), json!({ "label": "Other" })).await.expect(200);
    assert_eq!(provider(&owner, "openai").await["credentials"][0]["lastTest"]["ok"], false);
    owner.patch(&format!("{PROVIDERS}/openai/credentials/{id}"), json!({ "apiKey": KEY })).await.expect(200);
    assert_eq!(provider(&owner, "openai").await["credentials"][0]["lastTest"], Value::Null);
    assert_eq!(test(&owner, "openai", json!({ "credentialId": id })).await["ok"], true);
}

#[tokio::test]
async fn what_a_test_of_a_key_found_is_kept_with_the_key() {
    let fakes = house().await;
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for (key, works) in [("sk-somethingelseentirely", false), (KEY, true)] {
        let given = json!({ "apiKey": key, "baseUrl": fakes.base_url(Vendor::OpenAi) });
        assert_eq!(test(&owner, "openai", given.clone()).await["ok"], works);
        let kept = owner.post(&format!("{PROVIDERS}/openai/credentials"), given).await.expect(201);
        assert_eq!(kept["lastTest"]["ok"], works, "{kept}");
    }
}

#[tokio::test]
async fn without_anything_named_the_account_of_the_settings_is_tested() {
    let fakes = house().await;
    let app = TestApp::with(&[("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", &fakes.base_url(Vendor::OpenAi))]).await;
    let owner = app.owner().await;
    assert_eq!(test(&owner, "openai", json!({})).await["ok"], true);
    let refused = owner.post(&format!("{PROVIDERS}/fal/test"), json!({})).await.expect(400);
    assert_eq!(refused["errors"][0]["field"], "apiKey");
}

#[tokio::test]
async fn a_key_of_another_region_is_found_there() {
    let (here, abroad) = (house().await, house().await);
    let elsewhere = FakeVendors::start_with(Options { key: "sk-ofanotherhouseentirely".to_owned(), ..Options::default() }).await.unwrap();
    let app = TestApp::start().await;
    let known = app.app.catalogue.providers.iter().find(|provider| provider.id == "dashscope").unwrap();
    let at = |fakes: &FakeVendors| fakes.base_url(Vendor::DashScope);
    let vendor = |home: String, other: String| Provider { base_url: Some(home), other_regions: vec![other], ..known.clone() };
    let given = Given {
        id: "trial".to_owned(),
        provider: "dashscope".to_owned(),
        label: String::new(),
        key: Some(providers::Secret::new(KEY)),
        base_url: None,
        webhook_secret: None,
        weight: 1,
        concurrency: None,
        paused: false,
        proxy: None,
    };
    let provider = vendor(at(&elsewhere), at(&abroad));
    let found = check(&provider, &app.app.accounts.trial(&provider, &given).unwrap()).await;
    assert_eq!((found.outcome, found.elsewhere), (Outcome::OtherRegion, Some(at(&abroad))));
    // A server that the operator named is the only one that his key may go to.
    let own = Given { base_url: Some(url::Url::parse(&at(&elsewhere)).unwrap()), ..given };
    let provider = vendor(at(&here), at(&here));
    let found = check(&provider, &app.app.accounts.trial(&provider, &own).unwrap()).await;
    assert_eq!((found.outcome, found.elsewhere), (Outcome::KeyRefused, None));
    assert!(here.all_requests().is_empty());
}

#[tokio::test]
async fn a_stored_key_is_tested_as_it_is_stored_and_with_nothing_beside_it() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let path = format!("{PROVIDERS}/openai/credentials");
    let kept = owner.post(&path, json!({ "apiKey": KEY, "baseUrl": deserted().await })).await.expect(201);
    for (field, value) in [("baseUrl", "https://example.com/v1"), ("proxy", "http://127.0.0.1:1")] {
        let body = json!({ "credentialId": kept["id"], field: value });
        let refused = owner.post(&format!("{PROVIDERS}/openai/test"), body).await.expect(400);
        assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!(field), &json!("excludes")), "{refused}");
    }
}

#[tokio::test]
async fn a_new_key_of_a_stored_account_goes_the_accounts_own_way_unless_another_is_given() {
    let fakes = house().await;
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let (path, address) = (format!("{PROVIDERS}/openai/credentials"), fakes.base_url(Vendor::OpenAi));
    let given = json!({ "apiKey": "sk-theoldkeyofthisaccount", "baseUrl": address, "proxy": deserted().await });
    let id = owner.post(&path, given).await.expect(201)["id"].as_str().unwrap().to_owned();
    let renewed = json!({ "credentialId": id, "apiKey": KEY });
    assert_eq!(test(&owner, "openai", renewed.clone()).await["outcome"], "proxy_failed");
    assert!(fakes.all_requests().is_empty());
    // What it found is not of the stored key, and is kept with the key once that is.
    assert_eq!(provider(&owner, "openai").await["credentials"][0]["lastTest"], Value::Null);
    let kept = owner.patch(&format!("{path}/{id}"), json!({ "apiKey": KEY })).await.expect(200);
    assert_eq!(kept["lastTest"]["outcome"], "proxy_failed", "{kept}");
    let direct = json!({ "credentialId": id, "apiKey": KEY, "proxy": null });
    assert_eq!(test(&owner, "openai", direct).await["outcome"], "ok");
}
