//! Some of a task's pictures come out and others do not.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{TestApp, id, photo, upscale};

#[tokio::test]
async fn the_pictures_that_came_out_are_delivered_each_with_its_original_and_the_others_refunded_whichever_they_are() {
    for lost in 0..4 {
        let app = TestApp::with(&[("TASK_COST_CREDITS", "2")]).await;
        let user = app.user("li").await;
        let files = [user.stamp().await, user.stamp().await, user.stamp().await, user.stamp().await];
        let task = id(&user.create(&files).await);
        assert_eq!(user.balance().await, 2);
        app.lose(&files[lost]).await;
        app.run_jobs().await;
        let done = user.task(&task).await;
        assert_eq!((&done["status"], &done["credits"], &done["creditsRefunded"]), (&json!("completed"), &json!(8), &json!(2)));
        let made_from: Vec<&Value> = done["results"].as_array().unwrap().iter().map(|result| &result["inputFile"]).collect();
        let not_lost: Vec<&String> = files.iter().filter(|file| **file != files[lost]).collect();
        assert_eq!(json!(made_from), json!(not_lost), "picture {lost} is lost");
        assert_eq!((&done["error"], &done["progress"]), (&json!(null), &json!(1.0)));
        let missing = &done["notDelivered"][0];
        assert_eq!((&missing["number"], &missing["code"]), (&json!(lost + 1), &json!("file_not_ready")), "{done}");
        assert_eq!(user.balance().await, 4);
        let booked = user.ledger(&format!("&taskId={task}")).await;
        assert_eq!(booked.iter().map(|row| row["amount"].as_i64().unwrap()).collect::<Vec<_>>(), [2, -8]);
        app.verify_ledger().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_before_a_cancel_names_its_original_too() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let large = id(&user.upload("large.png", &photo(1200, 1000)).await.expect(201)["files"][0]);
    let files = [user.stamp().await, large];
    let mut order = upscale(&files);
    order["parameters"] = json!({ "scale": 4, "content": "art" });
    let mut watching = user.watch(None).await;
    let worker = app.start_worker();
    let task = id(&user.post("/api/tasks", order).await.expect(202));
    watching.until(|event| event.is_task(&task) && event.data["progress"].as_f64() > Some(0.5)).await;
    user.act(&task, "cancel").await.expect(202);
    let told = watching.until(|event| event.is_task(&task) && event.data["status"] == "cancelled").await;
    worker.drain(Duration::from_secs(20)).await.unwrap();
    let results = &told.last().unwrap().data["results"];
    assert_eq!((results.as_array().unwrap().len(), &results[0]["inputFile"]), (1, &json!(files[0])));
}
