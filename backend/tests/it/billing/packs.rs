//! `GET /api/billing/packs`

use axum::http::Method;
use serde_json::json;

use crate::support::TestApp;
use crate::support::shop::Shop;

#[tokio::test]
async fn everybody_sees_the_packs_in_their_language_with_price_and_bonus() {
    let shop = Shop::open().await;
    let list = shop.app.anonymous().get("/api/billing/packs").await.expect(200);
    let plain = json!({ "id": "plain", "name": "Plain", "price": 1000, "currency": "CNY", "decimals": 2, "credits": 100, "bonus": 20 });
    assert_eq!((&list["items"][0], list["items"].as_array().unwrap().len()), (&plain, 2));
    assert_eq!((&list["methods"], &list["test"]), (&json!(["card", "alipay", "wechat_pay"]), &json!(true)));
    let chinese = [("accept-language", "zh-TW")];
    let list = shop.app.anonymous().send(Method::GET, "/api/billing/packs", &chinese, axum::body::Body::empty()).await.expect(200);
    assert_eq!(list["items"][1]["name"], "零头");
}

#[tokio::test]
async fn without_an_account_nothing_is_for_sale_and_there_is_no_webhook() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let list = user.get("/api/billing/packs").await.expect(200);
    assert_eq!(list, json!({ "items": [], "methods": [], "test": false }));
    assert_eq!(user.post("/api/billing/checkout", json!({ "pack": "small" })).await.code(404), "payments_missing");
    let signed = fake_stripe::sign("", app.app.clock.now().0 / 1000, "{}");
    let headers = [("stripe-signature", signed.as_str())];
    let answer = app.anonymous().send(Method::POST, "/api/webhooks/stripe", &headers, "{}".into()).await;
    assert_eq!(answer.code(404), "not_found");
}
