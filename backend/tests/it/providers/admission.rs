//! What is refused before anything is charged, and what the catalogue says about it.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::studio::{Studio, order};

fn tool<'a>(catalogue: &'a Value, task_type: &str) -> &'a Value {
    catalogue["tools"].as_array().unwrap().iter().find(|tool| tool["taskType"] == task_type).unwrap()
}

fn model<'a>(tool: &'a Value, id: &str) -> &'a Value {
    tool["models"].as_array().unwrap().iter().find(|model| model["id"] == id).unwrap()
}

#[tokio::test]
async fn a_model_without_a_key_is_listed_with_the_variable_to_set_for_the_owner_only_and_refused() {
    let app = TestApp::start().await;
    let (owner, user) = (app.owner().await, app.user("li").await);
    for (client, is_told) in [(&owner, true), (&user, false), (&app.anonymous(), false)] {
        let catalogue = client.get("/api/tools").await.expect(200);
        let tool = tool(&catalogue, "text_to_image");
        assert_eq!((&tool["available"], &tool["unavailable"]["code"], &tool["price"]), (&json!(false), &json!("no_key"), &json!(null)));
        let model = model(tool, "gpt-image-2");
        assert_eq!((&model["available"], &model["unavailable"]["code"]), (&json!(false), &json!("no_key")));
        assert_eq!(model["unavailable"]["howTo"].as_str().unwrap().contains("OPENAI_API_KEY"), is_told, "{model}");
        assert_eq!(catalogue.to_string().contains("API_KEY"), is_told);
    }
    assert_eq!(user.post("/api/tasks", order("a cat", json!({}))).await.code(400), "tool_unavailable");
}

#[tokio::test]
async fn the_catalogue_says_what_each_model_takes() {
    let studio = Studio::open().await;
    let catalogue = studio.user.get("/api/tools").await.expect(200);
    let edit = tool(&catalogue, "image_edit");
    assert_eq!((&edit["combinesInputs"], &edit["available"], &edit["price"]), (&json!(true), &json!(true), &json!(10)));
    assert_eq!(edit["parameters"]["required"], json!(["prompt"]));
    let properties = &edit["parameters"]["properties"];
    assert_eq!((&properties["prompt"]["format"], &properties["prompt"]["maxLength"]), (&json!("prompt"), &json!(4000)));
    assert_eq!((&properties["seed"]["x-by-model"], &properties["count"]["x-by-model"]), (&json!(true), &json!(null)));
    let sibling = model(edit, "sibling");
    assert_eq!((&sibling["parameters"], &sibling["maxCount"]), (&json!(["quality"]), &json!(2)));
    assert_eq!(sibling["choices"], json!({ "quality": ["draft", "standard"] }));
    assert_eq!(model(edit, "first")["promptLanguages"], json!(["zh", "en"]));
    assert_eq!(tool(&catalogue, "upscale")["combinesInputs"], false);
}

#[tokio::test]
async fn what_a_model_does_not_take_is_refused_by_name_and_nothing_is_charged() {
    let studio = Studio::open().await;
    let refused = studio.user.post("/api/tasks", order("a cat", json!({ "model": "first", "seed": 7 }))).await.expect(400);
    assert_eq!((&refused["code"], &refused["errors"][0]["field"]), (&json!("parameter_unsupported"), &json!("parameters.seed")));
    assert!(refused["detail"].as_str().unwrap().contains("first"), "{refused}");
    let file = studio.user.stamp().await;
    let edit = |parameters: Value| json!({ "taskType": "image_edit", "inputFiles": [file], "model": "sibling", "parameters": parameters });
    for (parameters, field, code) in [
        (json!({ "prompt": "x", "count": 3 }), "parameters.count", "too_large"),
        (json!({ "prompt": "x", "quality": "high" }), "parameters.quality", "not_a_choice"),
        (json!({ "prompt": "  " }), "parameters.prompt", "required"),
        (json!({}), "parameters.prompt", "required"),
        (json!({ "prompt": "x".repeat(4001) }), "parameters.prompt", "too_long"),
    ] {
        let refused = studio.user.post("/api/tasks", edit(parameters.clone())).await.expect(400);
        let found = (&refused["errors"][0]["field"], &refused["errors"][0]["code"]);
        assert_eq!(found, (&json!(field), &json!(code)), "{parameters}: {refused}");
    }
    assert_eq!(studio.net().await, 0);
}

#[tokio::test]
async fn without_a_name_the_first_model_that_takes_everything_is_chosen() {
    let studio = Studio::open().await;
    let quoted = async |more: Value| studio.user.post("/api/tasks/quote", order("a cat", more)).await.expect(200);
    let plain = quoted(json!({ "count": 3 })).await;
    assert_eq!((&plain["model"], &plain["credits"], &plain["pricePerPicture"]), (&json!("first"), &json!(30), &json!(10)));
    assert_eq!(quoted(json!({ "seed": 7 })).await["model"], "linked");
}

#[tokio::test]
async fn the_preferred_vendor_comes_first() {
    let studio = Studio::with(&[("DEFAULT_AI_PROVIDER", "siliconflow")]).await;
    let quote = studio.user.post("/api/tasks/quote", order("a cat", json!({}))).await.expect(200);
    assert_eq!((&quote["model"], &quote["credits"]), (&json!("linked"), &json!(9)));
}
