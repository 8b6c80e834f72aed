//! What is refused before anything is charged, and what the catalogue says about it.

use serde_json::{Value, json};

use crate::support::studio::{Studio, order};
use crate::support::{Client, TestApp, id, photo};

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
async fn without_a_name_a_model_that_the_balance_can_pay_comes_first() {
    for (balance, more, model, credits) in
        [("9", json!({}), "stand-in", 8), ("20", json!({ "count": 2 }), "first", 20), ("19", json!({ "count": 2 }), "stand-in", 16)]
    {
        let studio = Studio::with(&[("NEW_USER_CREDITS", balance)]).await;
        let quote = studio.user.post("/api/tasks/quote", order("a cat", more.clone())).await.expect(200);
        assert_eq!((&quote["model"], &quote["credits"], &quote["sufficient"]), (&json!(model), &json!(credits), &json!(true)), "{balance}");
        let task = studio.user.post("/api/tasks", order("a cat", more)).await.expect(202);
        assert_eq!((&task["model"], &task["credits"]), (&quote["model"], &quote["credits"]));
    }
    // Who can pay none of them, or names one, is told what that one costs.
    let studio = Studio::with(&[("NEW_USER_CREDITS", "7")]).await;
    let quote = studio.user.post("/api/tasks/quote", order("a cat", json!({}))).await.expect(200);
    assert_eq!((&quote["model"], &quote["credits"], &quote["sufficient"]), (&json!("first"), &json!(10), &json!(false)));
    let named = studio.user.post("/api/tasks/quote", order("a cat", json!({ "model": "dear" }))).await.expect(200);
    assert_eq!((&named["model"], &named["sufficient"]), (&json!("dear"), &json!(false)));
}

#[tokio::test]
async fn the_preferred_vendor_comes_first() {
    let studio = Studio::with(&[("DEFAULT_AI_PROVIDER", "siliconflow")]).await;
    let quote = studio.user.post("/api/tasks/quote", order("a cat", json!({}))).await.expect(200);
    assert_eq!((&quote["model"], &quote["credits"]), (&json!("linked"), &json!(9)));
}

/// A studio with accounts at vendors that are never asked here.
async fn with_accounts(more: &[(&str, &str)]) -> TestApp {
    let keys = [("STABILITY_API_KEY", "a"), ("OPENAI_API_KEY", "b"), ("NEW_USER_CREDITS", "1000")];
    TestApp::with(&[&keys[..], more].concat()).await
}

async fn upload(user: &Client, width: u32, height: u32) -> String {
    id(&user.upload("a.png", &photo(width, height)).await.expect(201)["files"][0])
}

#[tokio::test]
async fn a_mask_is_as_large_as_its_picture() {
    let app = with_accounts(&[]).await;
    let user = app.user("li").await;
    let (picture, same, other) = (upload(&user, 96, 64).await, upload(&user, 96, 64).await, upload(&user, 64, 96).await);
    let body = |mask: Value| json!({ "taskType": "inpaint", "inputFiles": [picture], "parameters": { "prompt": "x", "mask": mask } });
    for (mask, code) in [(json!(other), "not_as_large"), (json!("mask"), "not_a_file"), (json!(null), "required")] {
        let refused = user.post("/api/tasks", body(mask)).await.expect(400);
        assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!("parameters.mask"), &json!(code)), "{refused}");
    }
    let stranger = app.user("wang").await;
    let theirs = upload(&stranger, 96, 64).await;
    assert_eq!(user.post("/api/tasks", body(json!(theirs))).await.code(400), "file_not_ready");
    user.post("/api/tasks/quote", body(json!(same))).await.expect(200);
    let tools = user.get("/api/tools").await.expect(200);
    let mask = &tool(&tools, "inpaint")["parameters"]["properties"]["mask"];
    assert_eq!((&mask["format"], &mask["x-mask"]), (&json!("file-id"), &json!(true)));
}

#[tokio::test]
async fn a_picture_grows_on_one_side_at_least() {
    let app = with_accounts(&[]).await;
    let user = app.user("li").await;
    let picture = upload(&user, 96, 64).await;
    let body = |parameters: Value| json!({ "taskType": "outpaint", "inputFiles": [picture], "parameters": parameters });
    let refused = user.post("/api/tasks", body(json!({}))).await.expect(400);
    assert_eq!(refused["errors"][0]["code"], "no_side", "{refused}");
    let refused = user.post("/api/tasks", body(json!({ "expandTop": 2001 }))).await.expect(400);
    assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!("parameters.expandTop"), &json!("too_large")));
    user.post("/api/tasks/quote", body(json!({ "expandTop": 8 }))).await.expect(200);
}

#[tokio::test]
async fn a_vendors_model_takes_one_picture_where_each_gives_a_result() {
    let app = with_accounts(&[("DEFAULT_AI_PROVIDER", "stability")]).await;
    let user = app.user("li").await;
    let pictures = [upload(&user, 96, 64).await, upload(&user, 96, 64).await];
    let body =
        |model: Value, pictures: &[String]| json!({ "taskType": "upscale", "inputFiles": pictures, "model": model, "parameters": {} });
    let quoted = async |model: Value, pictures: &[String]| user.post("/api/tasks/quote", body(model, pictures)).await;
    let one = quoted(json!(null), &pictures[..1]).await.expect(200);
    assert_eq!((&one["model"], &one["credits"]), (&json!("stable-fast-upscale"), &json!(3)));
    // Of several the first that takes them all is chosen; the one that is named is refused.
    let both = quoted(json!(null), &pictures).await.expect(200);
    assert_eq!((&both["model"], &both["count"]), (&json!("span"), &json!(2)));
    let refused = quoted(json!("stable-fast-upscale"), &pictures).await.expect(400);
    assert_eq!((&refused["code"], &refused["errors"][0]["code"]), (&json!("input_count"), &json!("too_large")), "{refused}");
    let tools = user.get("/api/tools").await.expect(200);
    let upscale = tool(&tools, "upscale");
    let order: Vec<&str> = upscale["models"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(order[..4], ["stable-fast-upscale", "stable-conservative-upscale", "stable-creative-upscale", "span"]);
    assert_eq!((&model(upscale, "stable-fast-upscale")["maxInputs"], &model(upscale, "span")["maxInputs"]), (&json!(1), &json!(5)));
}

#[tokio::test]
async fn what_only_another_model_needs_is_not_asked_of_this_one() {
    let app = with_accounts(&[]).await;
    let user = app.user("li").await;
    let large = upload(&user, 1600, 100).await;
    let body =
        |model: &str, parameters: Value| json!({ "taskType": "upscale", "inputFiles": [large], "model": model, "parameters": parameters });
    let refused = user.post("/api/tasks", body("stable-creative-upscale", json!({}))).await.expect(400);
    assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!("parameters.prompt"), &json!("required")));
    let refused = user.post("/api/tasks", body("stable-creative-upscale", json!({ "prompt": "x", "seed": 0 }))).await.expect(400);
    assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!("parameters.seed"), &json!("too_small")));
    let refused = user.post("/api/tasks", body("span", json!({ "prompt": "x" }))).await.expect(400);
    assert_eq!(refused["errors"][0]["code"], "not_by_model");
    let refused = user.post("/api/tasks", body("stable-fast-upscale", json!({}))).await.expect(400);
    assert_eq!(refused["code"], "image_too_large");
    assert!(refused["detail"].as_str().unwrap().contains("1536 pixels per side"), "{refused}");
    let style = json!({ "taskType": "style_transfer", "inputFiles": [large], "model": "stable-style-transfer", "style": "lavender-honey", "parameters": {} });
    let refused = user.post("/api/tasks", style).await.expect(400);
    assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["code"]), (&json!("style"), &json!("not_by_model")));
}
