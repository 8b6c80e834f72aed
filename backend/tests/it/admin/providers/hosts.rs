//! A key goes to the server that it was given for, and to no other.

use fake_vendors::Vendor;
use serde_json::json;

use super::{PROVIDERS, provider};
use crate::support::TestApp;
use crate::support::studio::{KEY, house};

#[tokio::test]
async fn a_stored_key_is_not_taken_to_another_host_unless_it_is_given_again() {
    let (fakes, others) = (house().await, house().await);
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let given = json!({ "apiKey": KEY, "baseUrl": fakes.base_url(Vendor::OpenAi) });
    let id = owner.post(&format!("{PROVIDERS}/openai/credentials"), given).await.expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("{PROVIDERS}/openai/credentials/{id}");
    let elsewhere = others.base_url(Vendor::OpenAi);
    for body in [json!({ "baseUrl": elsewhere }), json!({ "baseUrl": null })] {
        let refused = owner.patch(&path, body).await.expect(400);
        assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!("apiKey"), &json!("other_host")));
    }
    // Another path on the same server is no other host.
    let same = format!("{}/gateway/v1", fakes.origin(Vendor::OpenAi));
    assert_eq!(owner.patch(&path, json!({ "baseUrl": same })).await.expect(200)["readable"], true);
    let moved = owner.patch(&path, json!({ "baseUrl": elsewhere, "apiKey": KEY })).await.expect(200);
    assert_eq!((&moved["baseUrl"], &moved["readable"]), (&json!(elsewhere), &json!(true)));
}

#[tokio::test]
async fn a_proxy_that_could_read_the_key_wants_it_again() {
    let fakes = house().await;
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let path = format!("{PROVIDERS}/openai/credentials");
    let keep = async |body| owner.post(&path, body).await.expect(201)["id"].as_str().unwrap().to_owned();
    let plain = keep(json!({ "apiKey": KEY, "baseUrl": fakes.base_url(Vendor::OpenAi) })).await;
    let inside_tls = keep(json!({ "apiKey": KEY })).await;
    let proxy = json!({ "proxy": "http://127.0.0.1:9" });
    let refused = owner.patch(&format!("{path}/{plain}"), proxy.clone()).await.expect(400);
    assert_eq!(refused["errors"][0]["code"], "other_host");
    assert_eq!(owner.patch(&format!("{path}/{inside_tls}"), proxy).await.expect(200)["proxy"], "127.0.0.1:9");
}

#[tokio::test]
async fn a_key_of_one_region_may_go_to_the_vendors_other_one() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let path = format!("{PROVIDERS}/dashscope/credentials");
    let id = owner.post(&path, json!({ "apiKey": KEY })).await.expect(201)["id"].as_str().unwrap().to_owned();
    let abroad = json!({ "baseUrl": "https://dashscope-intl.aliyuncs.com" });
    assert_eq!(owner.patch(&format!("{path}/{id}"), abroad).await.expect(200)["readable"], true);
    assert_eq!(owner.patch(&format!("{path}/{id}"), json!({ "baseUrl": null })).await.expect(200)["baseUrl"], json!(null));
}

#[tokio::test]
async fn a_row_that_was_pointed_at_another_host_in_the_database_gives_no_key() {
    use diesel::prelude::*;
    let (fakes, others) = (house().await, house().await);
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let given = json!({ "apiKey": KEY, "baseUrl": fakes.base_url(Vendor::OpenAi) });
    owner.post(&format!("{PROVIDERS}/openai/credentials"), given).await.expect(201);
    let elsewhere = others.base_url(Vendor::OpenAi);
    let changed = app.app.database.write::<_, db::Error, _>(move |conn| {
        use danqing::database::schema::provider_credentials::dsl::{base_url, provider_credentials, updated_at};
        diesel::update(provider_credentials).set((base_url.eq(&elsewhere), updated_at.eq(updated_at + 1))).execute(conn)?;
        Ok(())
    });
    changed.await.unwrap();
    danqing::services::ai::credentials::reload(&app.app).await.unwrap();
    assert!(app.app.accounts.of("openai").is_empty());
    let shown = provider(&owner, "openai").await["credentials"][0].clone();
    assert_eq!((&shown["readable"], &shown["keyHint"]), (&json!(false), &json!(null)));
    assert!(others.all_requests().is_empty());
}
