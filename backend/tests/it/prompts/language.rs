//! A model that reads one language, and words in another.

use serde_json::{Value, json};

use super::order;
use crate::support::TestApp;

/// One model that reads English only and likes keywords, one that reads both and has a field for what to leave out, one
/// without an account that reads both, and one of which the catalogue says nothing.
const MODELS: &str = r#"
[[model]]
id = "english"
provider = "openai"
name = { zh-CN = "英文模型", en = "English" }
task_types = ["text_to_image"]
price = 10
limits = { prompt = { maximum = 300 } }
[model.vendor]
wire_id = "gpt-image-2"
max_count = 4
prompt_languages = ["en"]
phrasing = "keywords"
seconds = 30

[[model]]
id = "both"
provider = "openai"
name = { zh-CN = "双语模型", en = "Both" }
task_types = ["text_to_image"]
price = 10
takes = ["negativePrompt"]
[model.vendor]
wire_id = "gpt-image-2"
prompt_languages = ["zh", "en"]
seconds = 30

[[model]]
id = "away"
provider = "stability"
name = { zh-CN = "未配置", en = "Away" }
task_types = ["text_to_image"]
price = 10
[model.vendor]
wire_id = "generate/core"
prompt_languages = ["zh", "en"]
seconds = 30

[[model]]
id = "span"
provider = "embedded"
name = { zh-CN = "内置放大", en = "Embedded upscaler" }
task_types = ["upscale"]
price = "default"
"#;

async fn app() -> TestApp {
    let settings = [("OPENAI_API_KEY", "sk-whatever"), ("NEW_USER_CREDITS", "100")];
    TestApp::with_models(&settings, Some(MODELS)).await
}

fn warning<'a>(answer: &'a Value, code: &str) -> Option<&'a Value> {
    answer["warnings"].as_array().unwrap().iter().find(|warning| warning["code"] == code)
}

#[tokio::test]
async fn chinese_words_for_a_model_that_reads_english_are_warned_of_before_a_press() {
    let app = app().await;
    let user = app.user("li").await;
    for path in ["/api/prompts/preview", "/api/tasks/quote"] {
        let said = user.post(path, order("一只猫", json!({ "model": "english" }))).await.expect(200);
        let warning = warning(&said, "prompt_language").unwrap();
        assert_eq!(warning["alternatives"], json!(["both"]), "only those that can be had: {said}");
        assert!(warning["message"].as_str().unwrap().contains("English"));
        for fine in [order("一只猫", json!({ "model": "both" })), order("a cat", json!({ "model": "english" }))] {
            assert_eq!(user.post(path, fine).await.expect(200)["warnings"], json!([]));
        }
        let mixed = order("A shop sign that says 茶 above an old wooden door", json!({ "model": "english" }));
        assert!(self::warning(&user.post(path, mixed).await.expect(200), "prompt_language").is_some());
    }
    assert_eq!(user.balance().await, 100);
}

#[tokio::test]
async fn each_model_is_told_in_its_language_and_its_way() {
    let app = app().await;
    let user = app.user("li").await;
    let shown = async |model: &str| {
        let more = json!({ "model": model, "style": "watercolour" });
        user.post("/api/prompts/preview", order("雨中的小巷", more)).await.expect(200)
    };
    let english = shown("english").await;
    assert_eq!((&english["language"], &english["maxLength"]), (&json!("en"), &json!(300)));
    assert!(english["prompt"].as_str().unwrap().starts_with("雨中的小巷, watercolour painting, transparent washes"), "{english}");
    assert_eq!(warning(&english, "negative_prompt_dropped").unwrap()["alternatives"], json!(["both"]));
    let both = shown("both").await;
    assert!(both["prompt"].as_str().unwrap().starts_with("雨中的小巷。整体呈现为一幅水彩画"), "{both}");
    assert_eq!((&both["negativePrompt"], &both["warnings"]), (&json!("照片，3D 渲染，粗黑轮廓"), &json!([])));
}

#[tokio::test]
async fn what_to_leave_out_is_said_in_words_when_somebody_wants_that() {
    let app = app().await;
    let user = app.user("li").await;
    let more = json!({ "model": "english", "style": "watercolour", "avoidInWords": true });
    let shown = user.post("/api/prompts/preview", order("a lane in the rain", more)).await.expect(200);
    assert!(shown["prompt"].as_str().unwrap().ends_with("Do not include: photograph, 3d render, thick black outlines."), "{shown}");
    assert_eq!((&shown["negativePrompt"], &shown["warnings"]), (&json!(null), &json!([])));
}

#[tokio::test]
async fn a_final_prompt_longer_than_the_model_takes_is_refused_with_what_is_left() {
    let app = app().await;
    let user = app.user("li").await;
    let long = |letters: usize| order(&"x".repeat(letters), json!({ "model": "english", "style": "watercolour" }));
    let refused = user.post("/api/tasks/quote", long(290)).await.expect(400);
    let error = &refused["errors"][0];
    assert_eq!((&error["field"], &error["code"]), (&json!("parameters.prompt"), &json!("too_long")));
    let left: usize = error["message"].as_str().unwrap().split_whitespace().find_map(|word| word.parse().ok()).unwrap();
    let shown = user.post("/api/prompts/preview", long(left)).await.expect(200);
    assert_eq!(shown["length"], json!(300));
}
