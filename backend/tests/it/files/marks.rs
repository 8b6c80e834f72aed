//! What results say about their making.

use imaging::marks::{self, DigitalSourceType};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, photo};

/// Runs a tool on a small picture; gives the finished task.
async fn finished(app: &TestApp, client: &Client, mut order: Value) -> Value {
    order["inputFiles"] = json!([client.photo().await]);
    let task = client.post("/api/tasks", order).await.expect(202);
    app.run_jobs().await;
    let done = client.get(&format!("/api/tasks/{}", task["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(done["status"], "completed", "{done}");
    done
}

async fn result(client: &Client, task: &Value) -> Vec<u8> {
    client.get(task["results"][0]["url"].as_str().unwrap()).await.bytes
}

#[tokio::test]
async fn each_tool_marks_its_results_as_the_catalogue_says() {
    let app = TestApp::with(&[("APP_NAME", "画室")]).await;
    let li = app.user("li").await;
    let style = app.app.catalogue.styles[0].id.clone();
    let orders = [
        (json!({ "taskType": "style_transfer", "style": style }), DigitalSourceType::CompositeWithTrainedAlgorithmicMedia),
        (json!({ "taskType": "upscale" }), DigitalSourceType::AlgorithmicallyEnhanced),
        (json!({ "taskType": "remove_background", "parameters": { "background": "color" } }), DigitalSourceType::AlgorithmicallyEnhanced),
    ];
    for (order, source) in orders {
        for format in ["png", "jpeg", "webp"] {
            let mut order = order.clone();
            order["parameters"]["outputFormat"] = json!(format);
            let task = finished(&app, &li, order).await;
            let found = marks::read(&result(&li, &task).await).unwrap().expect("marks");
            assert_eq!(found.source.as_ref(), Some(&source), "{format}: {task}");
            let aigc = found.aigc.expect("the AIGC label");
            assert_eq!((aigc.label.as_str(), aigc.content_producer.as_str()), ("1", "画室"));
            assert_eq!(aigc.produce_id, format!("{}-1", task["taskNo"].as_str().unwrap()));
        }
    }
}

#[tokio::test]
async fn an_upload_keeps_the_mark_it_came_with_and_gets_none_of_its_own() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let upload = |bytes: Vec<u8>| {
        let li = li.clone();
        async move {
            let file = li.upload("a.png", &bytes).await.expect(201)["files"][0].clone();
            marks::read(&li.get(file["url"].as_str().unwrap()).await.bytes).unwrap()
        }
    };
    assert_eq!(upload(photo(32, 32)).await, None);
    let made = marks::Marks { source: Some(DigitalSourceType::TrainedAlgorithmicMedia), aigc: None };
    let marked = marks::write(photo(32, 32), imaging::Format::Png, &made).unwrap();
    assert_eq!(upload(marked).await, Some(made));
}
