//! `POST /api/prompts/preview`

use fake_vendors::Vendor;
use serde_json::{Value, json};

use super::order;
use crate::support::TestApp;
use crate::support::studio::{Studio, json_of};

#[tokio::test]
async fn what_is_shown_is_what_the_vendor_is_told_and_showing_it_costs_nothing() {
    let studio = Studio::open().await;
    let more = json!({ "template": "portrait", "style": "ink-wash", "slots": { "light": "golden" } });
    let shown = studio.user.post("/api/prompts/preview", order("一位老渔夫", more.clone())).await.expect(200);
    assert_eq!(
        (&shown["model"], &shown["language"], &shown["template"]),
        (&json!("first"), &json!("zh"), &json!({ "id": "portrait", "version": 1 }))
    );
    assert_eq!((studio.net().await, studio.paid()), (0, 0));
    let prompt = shown["prompt"].as_str().unwrap();
    assert!(prompt.contains("一位老渔夫") && prompt.contains("黄昏的暖色逆光") && prompt.contains("水墨画"), "{prompt}");
    assert_eq!(shown["length"], json!(prompt.chars().count()));
    let task = studio.user.post("/api/tasks", order("一位老渔夫", more)).await.expect(202);
    studio.app.run_jobs().await;
    let told: Vec<Value> = studio.fakes.requests(Vendor::OpenAi).iter().map(json_of).collect();
    assert_eq!((&told[0]["prompt"], &task["prompt"]), (&shown["prompt"], &shown["prompt"]));
    studio.verify().await;
}

#[tokio::test]
async fn a_preview_needs_no_key_and_no_pictures() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let edit = json!({ "taskType": "image_edit", "model": "flux-2-pro", "style": "oil", "parameters": { "prompt": "make it autumn" } });
    let shown = user.post("/api/prompts/preview", edit).await.expect(200);
    assert_eq!((&shown["model"], &shown["negativePrompt"]), (&json!("flux-2-pro"), &json!(null)));
    assert!(shown["prompt"].as_str().unwrap().starts_with("make it autumn. Render the whole picture as an oil painting"), "{shown}");
    assert_eq!(user.post("/api/prompts/preview", json!({ "taskType": "upscale" })).await.code(400), "parameter_unsupported");
}

#[tokio::test]
async fn what_the_catalogue_does_not_have_is_refused_by_name() {
    let studio = Studio::open().await;
    for (more, code, field) in [
        (json!({ "template": "none" }), "template_unknown", "template"),
        // A template of another tool.
        (json!({ "template": "add-text" }), "template_unknown", "template"),
        (json!({ "style": "lavender-honey" }), "style_unknown", "style"),
        (json!({ "template": "poster" }), "parameter_invalid", "slots.headline"),
        (json!({ "template": "poster", "slots": { "headline": "x".repeat(41) } }), "parameter_invalid", "slots.headline"),
        (json!({ "template": "portrait", "slots": { "light": "none" } }), "parameter_invalid", "slots.light"),
        (json!({ "template": "portrait", "slots": { "dark": "x" } }), "parameter_unsupported", "slots.dark"),
        (json!({ "slots": { "light": "golden" } }), "parameter_unsupported", "slots.light"),
        (json!({ "originalPrompt": "x".repeat(4001) }), "parameter_invalid", "originalPrompt"),
    ] {
        for path in ["/api/prompts/preview", "/api/tasks/quote", "/api/tasks"] {
            let refused = studio.user.post(path, order("a cat", more.clone())).await.expect(400);
            assert_eq!((&refused["code"], &refused["errors"][0]["field"]), (&json!(code), &json!(field)), "{more}: {refused}");
        }
    }
    let file = studio.user.stamp().await;
    let upscale = json!({ "taskType": "upscale", "inputFiles": [file], "template": "portrait" });
    assert_eq!(studio.user.post("/api/tasks", upscale).await.code(400), "parameter_unsupported");
    // Words that may stay empty have no style while they do.
    let styled = json!({ "taskType": "upscale", "inputFiles": [file], "style": "oil" });
    assert_eq!(studio.user.post("/api/tasks", styled).await.code(400), "parameter_unsupported");
    assert_eq!(studio.net().await, 0);
}

#[tokio::test]
async fn the_catalogue_lists_styles_and_templates_in_the_readers_language() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let catalogue = user.get("/api/tools").await.expect(200);
    let styles = catalogue["promptStyles"].as_array().unwrap();
    let ink = styles.iter().find(|style| style["id"] == "ink-wash").unwrap();
    assert_eq!((&ink["name"], &ink["tags"], &ink["version"]), (&json!("Ink wash"), &json!(["Chinese", "monochrome"]), &json!(1)));
    assert!(styles.len() >= 20 && styles.iter().all(|style| !style["colors"].as_array().unwrap().is_empty()));
    let templates = catalogue["templates"].as_array().unwrap();
    let poster = templates.iter().find(|template| template["id"] == "poster").unwrap();
    let slot = |name: &str| poster["slots"].as_array().unwrap().iter().find(|slot| slot["id"] == name).unwrap().clone();
    assert_eq!((&slot("headline")["required"], &slot("headline")["maxLength"]), (&json!(true), &json!(40)));
    assert_eq!((&slot("mood")["required"], &slot("mood")["default"]), (&json!(false), &json!("bold")));
    user.patch("/api/me", json!({ "locale": "zh-CN" })).await.expect(200);
    let catalogue = user.get("/api/tools").await.expect(200);
    assert!(catalogue["promptStyles"].as_array().unwrap().iter().any(|style| style["name"] == "水墨"));
}

#[tokio::test]
async fn words_that_nobody_sees_are_no_words() {
    let studio = Studio::open().await;
    for blank in ["\u{200b}\u{200d}\u{feff}", "\u{3164} \u{2800}"] {
        let refused = studio.user.post("/api/tasks", crate::support::studio::order(blank, json!({}))).await;
        assert_eq!(refused.code(400), "parameter_invalid", "{blank:?}");
    }
    assert_eq!(studio.net().await, 0);
}
