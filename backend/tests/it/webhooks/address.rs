//! Who is given an address to call, and which addresses there are.

use axum::body::Body;
use axum::http::Method;
use fake_vendors::{RecordedBody, Vendor};

use crate::support::hosted::{CALLERS, Hosted};

/// The address that a vendor was given with its first request.
fn given(hosted: &Hosted, vendor: Vendor) -> Option<String> {
    let request = hosted.fakes.requests(vendor).into_iter().find(|recorded| recorded.method == "POST").unwrap();
    let query = request.query.iter().find(|(name, _)| name == "fal_webhook").map(|(_, value)| value.clone());
    let RecordedBody::Json { value } = &request.body else { panic!("no JSON: {request:?}") };
    let field = ["webhook", "webhook_url"].into_iter().find_map(|name| value[name].as_str());
    query.or(field.map(str::to_owned))
}

#[tokio::test]
async fn each_vendor_that_signs_its_calls_is_given_an_address_of_its_own() {
    let hosted = Hosted::open().await;
    let mut addresses = Vec::new();
    for (provider, vendor) in CALLERS {
        hosted.ask(provider, "a cat [whnone]").await;
        hosted.app.run_jobs().await;
        let address = given(&hosted, vendor).unwrap();
        assert_eq!(address, format!("https://studio.test{}", hosted.path(provider)));
        let token = address.strip_prefix(&format!("https://studio.test/api/webhooks/{provider}/")).unwrap().to_owned();
        assert!(token.len() == 64 && !addresses.contains(&token), "{address}");
        addresses.push(token);
    }
    hosted.verify().await;
}

#[tokio::test]
async fn without_https_nobody_is_given_an_address_and_tasks_end_all_the_same() {
    let hosted = Hosted::with(&[("DOMAIN", "http://studio.test")]).await;
    for (provider, vendor) in CALLERS {
        let task = hosted.ask(provider, "a cat").await;
        hosted.app.run_jobs().await;
        assert_eq!(hosted.user.task(&task).await["status"], "completed");
        assert_eq!(given(&hosted, vendor), None);
    }
    hosted.verify().await;
}

#[tokio::test]
async fn without_a_secret_there_is_no_route_and_no_address() {
    let secured = Hosted::open().await;
    let (path, body) = (secured.path("replicate"), || Body::from("{}"));
    // The secrets of the server are the same, the vendor's is missing: a placeholder is none.
    let webhook = secured.app.app.secrets.webhook.expose().to_owned();
    let jwt = secured.app.app.secrets.jwt.expose().to_owned();
    let settings = [("REPLICATE_WEBHOOK_SECRET", "whsec_your-secret"), ("WEBHOOK_SECRET", webhook.as_str()), ("JWT_SECRET", jwt.as_str())];
    let hosted = Hosted::with(&settings).await;
    assert_eq!(secured.app.anonymous().send(Method::POST, &path, &[], body()).await.code(401), "webhook_refused");
    assert_eq!(hosted.app.anonymous().send(Method::POST, &path, &[], body()).await.code(404), "not_found");
    hosted.ask("replicate", "a cat").await;
    hosted.app.run_jobs().await;
    assert_eq!(given(&hosted, Vendor::Replicate), None);
    hosted.verify().await;
}

#[tokio::test]
async fn any_other_address_is_not_found() {
    let hosted = Hosted::open().await;
    let visitor = hosted.app.anonymous();
    let [replicate, fal] = ["replicate", "fal"].map(|provider| hosted.path(provider));
    let token = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let wrong = [
        format!("/api/webhooks/replicate/{}", token(&fal)),
        format!("/api/webhooks/fal/{}", token(&replicate)),
        format!("/api/webhooks/openai/{}", token(&replicate)),
        format!("/api/webhooks/replicate/{}", "0".repeat(64)),
        format!("/api/webhooks/replicate/{}0", token(&replicate)),
        format!("/api/webhooks/replicate/{}", &token(&replicate)[..62]),
        "/api/webhooks/replicate/%ff".to_owned(),
    ];
    for path in wrong {
        assert_eq!(visitor.send(Method::POST, &path, &[], Body::from("{}")).await.code(404), "not_found", "{path}");
    }
    assert_eq!(visitor.get(&replicate).await.code(405), "method_not_allowed");
}
