//! `POST /api/tasks/quote`

use danqing::config::runtime::Key;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, upscale};

#[tokio::test]
async fn the_quote_is_the_charge() {
    let app = TestApp::with(&[("TASK_COST_CREDITS", "3"), ("NEW_USER_CREDITS", "10000")]).await;
    let user = app.user("li").await;
    let mut files = Vec::new();
    for _ in 0..5 {
        files.push(user.stamp().await);
    }
    let orders = orders(&files, &app.app.catalogue.styles[3].id, &app.app.catalogue.styles[4].id);
    assert!(orders.len() >= 30);
    for order in orders {
        let quote = user.post("/api/tasks/quote", order.clone()).await.expect(200);
        let before = user.balance().await;
        assert_eq!((&quote["balance"], &quote["sufficient"]), (&json!(before), &json!(true)));
        let task = user.post("/api/tasks", order.clone()).await.expect(202);
        let pictures = order["inputFiles"].as_array().unwrap().len() as i64;
        assert_eq!((&quote["credits"], &quote["count"], &quote["pricePerPicture"]), (&json!(3 * pictures), &json!(pictures), &json!(3)));
        assert_eq!((&task["credits"], &task["model"], &task["provider"]), (&quote["credits"], &quote["model"], &quote["provider"]));
        assert_eq!(user.balance().await, before - 3 * pictures, "{order}");
        let booked = user.ledger(&format!("&taskId={}", task["id"].as_str().unwrap())).await;
        assert_eq!(booked.iter().map(|row| row["amount"].as_i64().unwrap()).collect::<Vec<_>>(), [-3 * pictures]);
    }
    app.verify_ledger().await;
}

/// Every tool with its choices, on one to five pictures.
fn orders(files: &[String], style: &str, second: &str) -> Vec<Value> {
    let plain = |task_type: &str, parameters: Value| json!({ "taskType": task_type, "parameters": parameters });
    let mut kinds = vec![
        plain("remove_background", json!({})),
        plain("remove_background", json!({ "background": "color", "color": "#aa0011" })),
        plain("remove_background", json!({ "background": "blur", "blurRadius": 9, "outputFormat": "webp" })),
        plain("upscale", json!({ "scale": 4 })),
        plain("upscale", json!({ "content": "art", "outputFormat": "jpeg" })),
        plain("style_transfer", json!({ "styleImage": files[4] })),
    ];
    for parameters in [json!({}), json!({ "blendStyle": second, "blendAmount": 0.25, "preserveColors": true })] {
        let mut order = plain("style_transfer", parameters);
        order["style"] = json!(style);
        kinds.push(order);
    }
    let of = |kind: &Value, count: usize| {
        let mut order = kind.clone();
        order["inputFiles"] = json!(files[..count]);
        order
    };
    kinds.iter().flat_map(|kind| [1, 2, 4, 5].map(|count| of(kind, count))).collect()
}

#[tokio::test]
async fn a_quote_says_when_the_credits_are_not_enough_and_takes_nothing() {
    let app = TestApp::with(&[("TASK_COST_CREDITS", "11")]).await;
    let user = app.user("li").await;
    let order = upscale(&[user.stamp().await]);
    let quote = user.post("/api/tasks/quote", order.clone()).await.expect(200);
    assert_eq!((&quote["credits"], &quote["sufficient"], &quote["balance"]), (&json!(11), &json!(false), &json!(10)));
    assert!(quote["estimatedSeconds"].as_f64().unwrap() > 0.0);
    let mut wrong = order;
    wrong["credits"] = json!(1);
    assert_eq!(user.post("/api/tasks/quote", wrong).await.code(400), "unknown_field");
    assert_eq!(user.balance().await, 10);
    assert_eq!(user.get("/api/tasks").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn a_changed_setting_changes_price_and_limits_at_once_and_a_reset_takes_it_back() {
    let app = TestApp::with(&[("NEW_USER_CREDITS", "50"), ("TASK_COST_CREDITS", "2")]).await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    assert_eq!(price(&user, &file).await, 2);
    app.set(Key::TaskCostCredits, Some("7")).await;
    assert_eq!(price(&user, &file).await, 7);
    assert_eq!(user.get("/api/tools").await.expect(200)["tools"][0]["price"], 7);
    assert_eq!(user.create(&[&file]).await["credits"], 7);
    app.set(Key::TaskCostCredits, None).await;
    assert_eq!(price(&user, &file).await, 2);
    app.set(Key::MaxTasksPerDay, Some("1")).await;
    assert_eq!(user.post("/api/tasks", upscale(&[&file])).await.code(429), "daily_task_limit");
    app.set(Key::MaxTasksPerDay, None).await;
    user.create(&[&file]).await;
    app.set(Key::MaxFilesPerTask, Some("1")).await;
    assert_eq!(user.post("/api/tasks", upscale(&[&file, &file])).await.code(400), "input_count");
    assert_eq!(user.balance().await, 50 - 7 - 2);
}

async fn price(user: &Client, file: &str) -> i64 {
    user.post("/api/tasks/quote", upscale(&[file])).await.expect(200)["credits"].as_i64().unwrap()
}

#[tokio::test]
async fn the_owner_pays_like_everybody_unless_a_setting_says_otherwise() {
    let app = TestApp::with(&[("MAX_TASKS_PER_DAY", "2"), ("MAX_TASKS_PER_USER", "2")]).await;
    let owner = app.owner().await;
    let file = owner.stamp().await;
    assert_eq!(owner.create(&[&file]).await["credits"], 1);
    assert_eq!(owner.get("/api/credits").await.expect(200)["unlimited"], false);
    app.set(Key::OwnerUnlimited, Some("true")).await;
    assert_eq!(price(&owner, &file).await, 0);
    for _ in 0..3 {
        assert_eq!(owner.create(&[&file]).await["credits"], 0);
    }
    assert_eq!(owner.get("/api/credits").await.expect(200)["unlimited"], true);
    assert_eq!(owner.balance().await, 9);
    let user = app.user("li").await;
    assert_eq!(price(&user, &user.stamp().await).await, 1);
    app.run_jobs().await;
    assert_eq!(owner.balance().await, 9);
    app.verify_ledger().await;
}
