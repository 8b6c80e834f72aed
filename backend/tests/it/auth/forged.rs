//! Access tokens that are not ours.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use danqing::middleware::auth::{ACCESS_COOKIE, REFRESH_COOKIE};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

async fn refused(visitor: &Client, token: &str) {
    visitor.set_cookie(ACCESS_COOKIE, token);
    assert_eq!(visitor.get("/api/me").await.code(401), "unauthenticated", "{token}");
}

#[tokio::test]
async fn a_token_signed_by_somebody_else_opens_nothing() {
    let app = TestApp::start().await;
    let claims = claims(&app.user("li").await.cookie(ACCESS_COOKIE));
    let jwt_secret = app.app.secrets.jwt.expose().as_bytes();
    // The secret itself signs nothing either: each purpose has a key derived from it.
    for secret in [b"another secret".as_slice(), b"", jwt_secret] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let token = jsonwebtoken::encode(&Header::new(algorithm), &claims, &EncodingKey::from_secret(secret)).unwrap();
            refused(&app.anonymous(), &token).await;
        }
    }
}

#[tokio::test]
async fn a_token_without_a_signature_opens_nothing() {
    let app = TestApp::start().await;
    let token = app.user("li").await.cookie(ACCESS_COOKIE);
    let payload = token.split('.').nth(1).unwrap();
    for algorithm in ["none", "None", "NONE", "HS256"] {
        let header = part(&json!({ "alg": algorithm, "typ": "JWT" }));
        for forged in [format!("{header}.{payload}."), format!("{header}.{payload}")] {
            refused(&app.anonymous(), &forged).await;
        }
    }
}

#[tokio::test]
async fn nothing_in_a_token_can_be_changed() {
    let app = TestApp::start().await;
    let (owner, li) = (app.owner().await, app.user("li").await);
    let (theirs, mine) = (claims(&owner.cookie(ACCESS_COOKIE)), li.cookie(ACCESS_COOKIE));
    let [header, _, signature] = mine.split('.').collect::<Vec<_>>()[..] else { panic!("{mine}") };
    let mut longer = claims(&mine);
    longer["exp"] = json!(i64::from(u32::MAX));
    let mut other_user = claims(&mine);
    other_user["sub"] = theirs["sub"].clone();
    for changed in [theirs, longer, other_user] {
        refused(&app.anonymous(), &format!("{header}.{}.{signature}", part(&changed))).await;
    }
    for nonsense in ["", ".", "..", "a.b.c", "null"] {
        refused(&app.anonymous(), nonsense).await;
    }
}

#[tokio::test]
async fn a_token_for_one_purpose_is_none_for_another() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    refused(&app.anonymous(), &li.cookie(REFRESH_COOKIE)).await;
    let visitor = app.anonymous();
    visitor.set_cookie(REFRESH_COOKIE, &li.cookie(ACCESS_COOKIE));
    assert_eq!(visitor.post("/api/auth/refresh", json!({})).await.code(401), "unauthenticated");
}
