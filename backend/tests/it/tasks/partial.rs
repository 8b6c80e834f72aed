//! Some of a task's pictures come out and others do not.

use serde_json::{Value, json};

use crate::support::{TestApp, id};

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
        assert_eq!(user.balance().await, 4);
        let booked = user.ledger(&format!("&taskId={task}")).await;
        assert_eq!(booked.iter().map(|row| row["amount"].as_i64().unwrap()).collect::<Vec<_>>(), [2, -8]);
        app.verify_ledger().await;
    }
}
