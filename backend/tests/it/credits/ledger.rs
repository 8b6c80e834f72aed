//! `GET /api/credits` and `GET /api/credits/transactions`

use serde_json::{Value, json};

use crate::support::{TestApp, id};

#[tokio::test]
async fn the_ledger_explains_the_balance_row_by_row() {
    let app = TestApp::with(&[("TASK_COST_CREDITS", "2")]).await;
    let user = app.user("li").await;
    let files = [user.stamp().await, user.stamp().await];
    let kept = user.create(&files).await;
    let cancelled = user.create(&files).await;
    user.act(&id(&cancelled), "cancel").await.expect(202);
    let balance = user.get("/api/credits").await.expect(200);
    assert_eq!(balance, json!({ "credits": 6, "totalEarned": 10, "totalSpent": 4, "debt": 0, "unlimited": false, "version": 4 }));
    let rows = user.ledger("").await;
    let told = |row: &Value| (row["transactionType"].clone(), row["reason"].clone(), row["amount"].clone(), row["taskNo"].clone());
    let expected = [
        (json!("refund"), json!("task"), json!(4), cancelled["taskNo"].clone()),
        (json!("spend"), json!("task"), json!(-4), cancelled["taskNo"].clone()),
        (json!("spend"), json!("task"), json!(-4), kept["taskNo"].clone()),
        (json!("earn"), json!("signup"), json!(10), json!(null)),
    ];
    assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), expected);
    for pair in rows.windows(2) {
        assert_eq!(pair[0]["balanceBefore"], pair[1]["balanceAfter"]);
    }
    for row in &rows {
        assert_eq!(row["balanceAfter"].as_i64().unwrap(), row["balanceBefore"].as_i64().unwrap() + row["amount"].as_i64().unwrap());
        assert!(row["createdAt"].as_str().unwrap().ends_with('Z'));
    }
    assert_eq!((&rows[0]["taskType"], &rows[3]["taskType"]), (&json!("upscale"), &json!(null)), "what it was spent on");
    assert!(rows[0]["description"].as_str().unwrap().contains(cancelled["taskNo"].as_str().unwrap()));
    app.verify_ledger().await;
}

#[tokio::test]
async fn the_ledger_is_filtered_and_paged_and_shows_nothing_of_another() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let file = li.stamp().await;
    let mut tasks = Vec::new();
    for _ in 0..3 {
        tasks.push(id(&li.create(&[&file]).await));
    }
    let page = li.get("/api/credits/transactions?limit=2&offset=1").await.expect(200);
    assert_eq!((&page["total"], &page["limit"], &page["offset"]), (&json!(4), &json!(2), &json!(1)));
    assert_eq!(page["items"][0]["taskId"], json!(tasks[1]));
    assert_eq!(li.ledger(&format!("&taskId={}", tasks[0])).await.len(), 1);
    assert_eq!(li.ledger("&transactionType=earn").await.len(), 1);
    assert_eq!(li.ledger("&taskId=whatever").await.len(), 0);
    assert_eq!(mei.ledger(&format!("&taskId={}", tasks[0])).await.len(), 0);
    assert_eq!(mei.ledger("").await.len(), 1);
    assert_eq!(li.get("/api/credits/transactions?transactionType=gift").await.code(400), "invalid_request");
    assert_eq!(app.anonymous().get("/api/credits/transactions").await.code(401), "unauthenticated");
}
