//! `/api/admin/doctor`

use serde_json::Value;

use crate::support::TestApp;
use crate::support::mail::Post;

fn line<'a>(report: &'a Value, check: &str) -> &'a Value {
    report["lines"].as_array().unwrap().iter().find(|line| line["check"] == check).unwrap_or_else(|| panic!("{check}: {report}"))
}

#[tokio::test]
async fn the_owner_sees_what_the_command_line_says_one_look_at_a_time() {
    let post = Post::new();
    let settings = post.settings("starttls");
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let app = TestApp::with(&settings).await;
    let owner = app.owner().await;
    let user = app.user("li").await;
    assert_eq!(user.get("/api/admin/doctor").await.code(404), "not_found");
    let (one, other) = tokio::join!(owner.get("/api/admin/doctor"), owner.get("/api/admin/doctor"));
    let (seen, refused) = if one.status == 200 { (one, other) } else { (other, one) };
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.code(503), "overloaded");
    let report = seen.expect(200);
    assert_eq!(line(&report, "mail")["state"], "ok", "{report}");
    assert!(line(&report, "mail")["message"].as_str().unwrap().contains("takes mail"), "{report}");
    for check in ["settings", "domain", "secrets", "database", "vendors"] {
        line(&report, check);
    }
    owner.patch("/api/me", serde_json::json!({ "locale": "zh-CN" })).await.expect(200);
    let report = owner.get("/api/admin/doctor").await.expect(200);
    assert!(line(&report, "mail")["message"].as_str().unwrap().contains("接受来自"), "{report}");
}
