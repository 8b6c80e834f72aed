//! What Prometheus fetches, and who may.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use crate::support::studio::{KEY, Studio};
use crate::support::{Client, TestApp};

const TOKEN: &str = "a token of at least thirty-two bytes";

async fn fetch(client: &Client, headers: &[(&str, &str)]) -> (u16, String) {
    fetch_of("localhost:3000", client, headers).await
}

async fn fetch_of(host: &str, client: &Client, headers: &[(&str, &str)]) -> (u16, String) {
    let headers = [&[("host", host)], headers].concat();
    let answer = client.send(Method::GET, "/metrics", &headers, Body::empty()).await;
    (answer.status.as_u16(), String::from_utf8(answer.bytes).unwrap())
}

#[tokio::test]
async fn without_a_token_only_programs_on_this_machine_may_read() {
    let app = TestApp::start().await;
    let here = app.anonymous().at("127.0.0.1");
    for local in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        assert_eq!(fetch(&app.anonymous().at(local), &[]).await.0, 200, "{local}");
    }
    for stranger in ["192.168.1.7", "203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1"] {
        assert_eq!(fetch(&app.anonymous().at(stranger), &[]).await.0, 404, "{stranger}");
    }
    // A proxy on this machine asks for somebody.
    let headers =
        ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host", "x-forwarded-proto", "cf-connecting-ip", "cf-ray"];
    for header in headers {
        assert_eq!(fetch(&here, &[(header, "127.0.0.1")]).await.0, 404, "{header}");
    }
    for own in ["127.0.0.1:3000", "127.0.0.2", "localhost", "LocalHost:80", "[::1]:3000"] {
        assert_eq!(fetch_of(own, &here, &[]).await.0, 200, "{own}");
    }
    // A page of somebody else whose name was made to lead here.
    for other in ["evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.7", ""] {
        assert_eq!(fetch_of(other, &here, &[]).await.0, 404, "{other}");
    }
    for (host, headers) in [("localhost@evil.example", &[][..]), ("localhost:3000", &[("host", "evil.example")])] {
        assert_eq!(fetch_of(host, &here, headers).await.0, 400, "{host} {headers:?}");
    }
}

#[tokio::test]
async fn a_server_with_a_public_address_or_a_proxy_tells_nobody_without_a_token() {
    for public in [("DOMAIN", "https://pictures.example"), ("TRUSTED_PROXIES", "127.0.0.1/32")] {
        let app = TestApp::with(&[public]).await;
        // As a proxy on this machine asks that passes nothing on.
        assert_eq!(fetch(&app.anonymous().at("127.0.0.1"), &[]).await.0, 404, "{public:?}");
    }
}

#[tokio::test]
async fn with_a_token_whoever_sends_it_may_read_and_nobody_else() {
    let app = TestApp::with(&[("METRICS_TOKEN", TOKEN)]).await;
    let stranger = app.anonymous().at("203.0.113.9");
    let right = format!("Bearer {TOKEN}");
    assert_eq!(fetch(&stranger, &[("authorization", &right)]).await.0, 200);
    for wrong in ["", "Bearer ", TOKEN, "Bearer another token of thirty-two bytes", &format!("{right}x")] {
        assert_eq!(fetch(&stranger, &[("authorization", wrong)]).await.0, 404, "{wrong}");
    }
    assert_eq!(fetch(&app.anonymous().at("127.0.0.1"), &[]).await.0, 404, "this machine needs it too");
}

#[tokio::test]
async fn switched_off_there_is_nothing_to_read() {
    let app = TestApp::with(&[("ENABLE_METRICS", "false"), ("METRICS_TOKEN", TOKEN)]).await;
    assert_eq!(fetch(&app.anonymous(), &[("authorization", &format!("Bearer {TOKEN}"))]).await.0, 404);
}

#[tokio::test]
async fn tries_at_vendors_are_counted_by_outcome_and_possible_double_costs_apart() {
    let studio = Studio::open().await;
    let here = studio.app.anonymous().at("127.0.0.1");
    assert!(fetch(&here, &[]).await.1.contains("danqing_provider_possible_double_cost_total 0"));
    for words in ["a cat", "a dog", "a cat [refusal]", "a cat [drop]", "a cat [echokey]"] {
        studio.draw(words, json!({ "model": "first" })).await;
    }
    let (_, text) = fetch(&here, &[]).await;
    let tries = |outcome: &str, count: u64| {
        format!("danqing_provider_attempts_total{{provider=\"openai\",model=\"first\",outcome=\"{outcome}\"}} {count}\n")
    };
    for line in [
        tries("succeeded", 2),
        tries("content_policy_input", 1),
        tries("auth", 1),
        "danqing_provider_possible_double_cost_total 1\n".to_owned(),
        "danqing_provider_request_seconds_count{provider=\"openai\"} 5\n".to_owned(),
    ] {
        assert!(text.contains(&line), "{line}{text}");
    }
    assert!(!text.contains(KEY) && !text.contains("a cat"));
}
