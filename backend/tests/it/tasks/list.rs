//! `GET /api/tasks`

use std::slice;
use std::time::Duration;

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::support::{Client, TestApp, id, photo};

/// The numbers of the tasks that a search finds.
async fn found(user: &Client, words: &str) -> Vec<String> {
    let encoded: String = byte_serialize(words.as_bytes()).collect();
    ids(&user.get(&format!("/api/tasks?q={encoded}")).await.expect(200))
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn the_list_comes_in_pages_newest_first() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.insert(0, id(&user.create(&[&file]).await));
        app.pass(Duration::from_millis(5));
    }
    let page = user.get("/api/tasks?limit=2&offset=1").await.expect(200);
    assert_eq!((&page["total"], &page["limit"], &page["offset"]), (&json!(5), &json!(2), &json!(1)));
    assert_eq!(ids(&page), made[1..3]);
    let rest = user.get("/api/tasks").await.expect(200);
    assert_eq!((ids(&rest), &rest["limit"]), (made, &json!(20)));
    let bounded = user.get("/api/tasks?limit=100000&offset=-3").await.expect(200);
    assert_eq!((&bounded["limit"], &bounded["offset"]), (&json!(100), &json!(0)));
    assert_eq!(user.get("/api/tasks?limit=x").await.code(400), "invalid_request");
    assert_eq!(user.get("/api/tasks?sort=asc").await.code(400), "unknown_field");
    assert_eq!(user.get("/api/tasks?status=lost").await.code(400), "invalid_request");
}

#[tokio::test]
async fn the_list_is_filtered_by_state_and_tool_and_shows_no_task_of_another() {
    let app = TestApp::start().await;
    let (li, mei) = (app.user("li").await, app.user("mei").await);
    let file = li.stamp().await;
    let cut = id(&li.post("/api/tasks", json!({ "taskType": "remove_background", "inputFiles": [file] })).await.expect(202));
    li.act(&cut, "cancel").await.expect(202);
    let large = id(&li.create(&[&file]).await);
    mei.create(&[mei.stamp().await]).await;
    let ids_of = async |query: &str| ids(&li.get(&format!("/api/tasks?{query}")).await.expect(200));
    assert_eq!(ids_of("status=cancelled").await, slice::from_ref(&cut));
    assert_eq!(ids_of("taskType=upscale").await, slice::from_ref(&large));
    assert_eq!(ids_of("taskType=upscale&status=cancelled").await, Vec::<String>::new());
    assert_eq!(ids_of("").await, [large, cut]);
}

#[tokio::test]
async fn search_finds_words_of_any_script_and_length_and_takes_wildcards_literally() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let cut = user.post("/api/tasks", json!({ "taskType": "remove_background", "inputFiles": [file] })).await.expect(202);
    app.pass(Duration::from_millis(5));
    let large = user.create(&[&file]).await;
    let (cut, number, large) = (id(&cut), cut["taskNo"].as_str().unwrap().to_owned(), id(&large));
    for words in ["抠", "抠图", "智能", "REMOVE", "background remove", &number, &number.to_lowercase(), &number[10..]] {
        assert_eq!(found(&user, words).await, slice::from_ref(&cut), "{words}");
    }
    for words in ["放", "放大", "高清 upscale"] {
        assert_eq!(found(&user, words).await, slice::from_ref(&large), "{words}");
    }
    for words in ["%", "_", "\\", "%抠%", "re_ove", "智放", "抠 放大", "'; DROP TABLE ai_tasks; --"] {
        assert_eq!(found(&user, words).await, Vec::<String>::new(), "{words}");
    }
    assert_eq!(found(&user, "  ").await, [large, cut]);
}

#[tokio::test]
async fn styles_are_found_by_their_names_in_both_languages() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let style = app.app.catalogue.styles[0].clone();
    let order = json!({ "taskType": "style_transfer", "inputFiles": [user.stamp().await], "style": style.id });
    let task = id(&user.post("/api/tasks", order).await.expect(202));
    for name in style.name.both() {
        assert_eq!(found(&user, name).await, slice::from_ref(&task), "{name}");
    }
}

#[tokio::test]
async fn tasks_are_found_by_the_names_of_their_pictures() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let answer = user.upload("梅花 Plum.png", &photo(64, 48)).await.expect(201);
    let named = id(&answer["files"][0]);
    let task = id(&user.create(&[&named]).await);
    user.create(&[&user.stamp().await]).await;
    for words in ["梅", "plum", "花 PLUM"] {
        assert_eq!(found(&user, words).await, slice::from_ref(&task), "{words}");
    }
}
