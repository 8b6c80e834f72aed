//! `GET /api/tasks/status`

use std::collections::BTreeSet;

use crate::support::{TestApp, id};

#[tokio::test]
async fn many_tasks_are_asked_at_once_and_only_ones_own_are_answered() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let file = li.stamp().await;
    let own = BTreeSet::from([id(&li.create(&[&file]).await), id(&li.create(&[&file]).await)]);
    let deleted = id(&li.create(&[&file]).await);
    li.act(&deleted, "cancel").await.expect(202);
    li.delete(&format!("/api/tasks/{deleted}")).await.expect(200);
    let foreign = id(&mei.create(&[mei.stamp().await]).await);
    let mut asked: Vec<String> = own.iter().cloned().collect();
    asked.extend([deleted, foreign, "task_00000000000000000000000000".to_owned(), "no id".replace(' ', "-"), String::new()]);
    let answer = li.get(&format!("/api/tasks/status?ids={}", asked.join(","))).await.expect(200);
    let items = answer["items"].as_array().unwrap();
    assert_eq!(items.iter().map(id).collect::<BTreeSet<_>>(), own);
    assert_eq!(items[0]["status"], "pending");
}

#[tokio::test]
async fn more_than_a_hundred_ids_are_refused() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let task = id(&user.create(&[user.stamp().await]).await);
    let ask = async |count: usize| user.get(&format!("/api/tasks/status?ids={}", vec![task.as_str(); count].join(","))).await;
    assert_eq!(ask(100).await.expect(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(ask(101).await.code(400), "invalid_request");
    assert_eq!(user.get("/api/tasks/status").await.code(400), "invalid_request");
    assert_eq!(ask(0).await.expect(200)["items"].as_array().unwrap().len(), 0);
}
