//! `POST /api/auth/login`

use serde_json::json;

use crate::support::TestApp;

fn account(email: &str, password: &str) -> serde_json::Value {
    json!({ "email": email, "password": password })
}

#[tokio::test]
async fn the_address_is_found_whatever_its_case() {
    let app = TestApp::start().await;
    app.user("li").await;
    let visitor = app.anonymous();
    visitor.post("/api/auth/login", account(" LI@Example.com", "a long password")).await.expect(200);
    assert_eq!(visitor.get("/api/me").await.expect(200)["user"]["email"], "li@example.com");
}

#[tokio::test]
async fn a_wrong_address_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::start().await;
    app.user("li").await;
    let answer = |email: &'static str| {
        let visitor = app.anonymous();
        async move {
            let mut problem = visitor.post("/api/auth/login", account(email, "a wrong password")).await.expect(401);
            problem.as_object_mut().unwrap().remove("requestId");
            problem
        }
    };
    let (known, unknown) = (answer("li@example.com").await, answer("nobody@example.com").await);
    assert_eq!(known, unknown);
    assert_eq!(known["code"], "invalid_credentials");
}

#[tokio::test]
async fn a_suspended_account_is_told_so_only_with_the_right_password() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    app.set_active(&li, false).await;
    let visitor = app.anonymous();
    assert_eq!(visitor.post("/api/auth/login", account("li@example.com", "a wrong password")).await.code(401), "invalid_credentials");
    let refused = visitor.post("/api/auth/login", account("li@example.com", "a long password")).await;
    assert!(!refused.headers.contains_key("set-cookie"));
    assert_eq!(refused.code(403), "account_suspended");
}
