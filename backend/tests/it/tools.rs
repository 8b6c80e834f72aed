//! `GET /api/tools`

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

async fn catalogue(visitor: &Client, language: &str) -> Value {
    let response = visitor.open("/api/tools", &[("accept-language", language)]).await;
    assert_eq!(response.status(), 200);
    serde_json::from_slice(&axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap()
}

fn tools(catalogue: &Value) -> &Vec<Value> {
    catalogue["tools"].as_array().unwrap()
}

/// Every text of a value that people read.
fn words(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if ["name", "title", "description", "reason", "howTo"].contains(&key.as_str()) => {
                        found.push(text.clone())
                    }
                    other => words(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| words(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_catalogue_is_shown_to_everybody_in_both_languages() {
    let app = TestApp::start().await;
    let visitor = app.anonymous();
    let (english, chinese) = (catalogue(&visitor, "en-GB").await, catalogue(&visitor, "zh-TW").await);
    let names = |catalogue: &Value| tools(catalogue).iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&english)[..3], ["Remove background", "Upscale", "Style transfer"]);
    assert_eq!(names(&chinese)[..3], ["智能抠图", "高清放大", "风格迁移"]);
    let (mut in_english, mut in_chinese) = (Vec::new(), Vec::new());
    words(&english, &mut in_english);
    words(&chinese, &mut in_chinese);
    assert_eq!(in_english.len(), in_chinese.len());
    let han = |text: &String| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert_eq!(in_english.iter().filter(|text| han(text)).collect::<Vec<_>>(), Vec::<&String>::new());
    let bare = in_chinese.iter().filter(|text| !han(text)).collect::<Vec<_>>();
    let names = ["JPEG", "WebP", "PNG", "GPT Image", "Gemini", "Stable Image", "Stable Diffusion", "FLUX"];
    let is_a_name = |text: &str| names.iter().any(|name| text.starts_with(name));
    assert!(bare.iter().all(|text| is_a_name(text)), "{bare:?}");
}

#[tokio::test]
async fn there_are_twenty_six_styles_each_with_a_preview_of_its_own() {
    let app = TestApp::start().await;
    let catalogue = catalogue(&app.anonymous(), "en").await;
    let styles = catalogue["styles"].as_array().unwrap();
    let previews: std::collections::BTreeSet<&str> = styles.iter().map(|style| style["previewUrl"].as_str().unwrap()).collect();
    assert_eq!((styles.len(), previews.len()), (26, 26));
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend/public");
    for preview in previews {
        assert!(folder.join(preview.trim_start_matches('/')).is_file(), "{preview}");
    }
    assert!(styles.iter().all(|style| !style["tags"].as_array().unwrap().is_empty()));
}

#[tokio::test]
async fn what_cannot_run_says_why_and_how_to_change_that_and_is_refused_with_the_same_words() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let catalogue = catalogue(&user, "en").await;
    let (offered, missing): (Vec<&Value>, Vec<&Value>) = tools(&catalogue).iter().partition(|tool| tool["available"] == true);
    assert_eq!(offered.iter().map(|tool| &tool["taskType"]).collect::<Vec<_>>(), ["remove_background", "upscale", "style_transfer"]);
    assert!(offered.iter().all(|tool| tool["price"] == 1 && tool["unavailable"].is_null()));
    assert!(missing.iter().any(|tool| tool["taskType"] == "text_to_image"));
    let file = user.stamp().await;
    for tool in missing {
        let why = &tool["unavailable"];
        assert_eq!(tool["price"], json!(null));
        assert!(tool["models"].as_array().unwrap().iter().all(|model| model["available"] == false && model["unavailable"] != json!(null)));
        assert!(!why["reason"].as_str().unwrap().is_empty() && !why["howTo"].as_str().unwrap().is_empty());
        let files = if tool["inputs"]["min"] == 0 { json!([]) } else { json!([file]) };
        let refused = user.post("/api/tasks", json!({ "taskType": tool["taskType"], "inputFiles": files })).await.expect(400);
        assert_eq!(refused["code"], "tool_unavailable");
        assert!(refused["detail"].as_str().unwrap().contains(why["howTo"].as_str().unwrap()), "{refused}");
    }
    assert_eq!(user.post("/api/tasks", json!({ "taskType": "alchemy", "inputFiles": [file] })).await.code(400), "tool_unknown");
    let model = json!({ "taskType": "upscale", "inputFiles": [file], "model": "u2netp" });
    assert_eq!(user.post("/api/tasks", model).await.code(400), "model_unknown");
}

#[tokio::test]
async fn a_choice_is_offered_only_beside_values_whose_model_pack_is_installed() {
    let app = TestApp::start().await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let quality = async || {
        let catalogue = catalogue(&user, "en").await;
        let upscale = tools(&catalogue).iter().find(|tool| tool["taskType"] == "upscale").unwrap().clone();
        upscale["parameters"]["properties"]["quality"]["oneOf"].as_array().unwrap().clone()
    };
    let high = async |content: &str| {
        let parameters = json!({ "content": content, "quality": "high" });
        user.post("/api/tasks/quote", json!({ "taskType": "upscale", "inputFiles": [file], "parameters": parameters })).await
    };
    assert_eq!(quality().await.iter().map(|choice| &choice["const"]).collect::<Vec<_>>(), ["standard"]);
    assert_eq!(high("art").await.code(400), "parameter_invalid");

    let packs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../weights/packs");
    engine::packs::install(&app.app.config.app.data_dir.join("models"), "up-art-hq", &packs).unwrap();
    let offered = quality().await;
    assert_eq!((&offered[1]["const"], &offered[1]["x-visible-when"]), (&json!("high"), &json!({ "content": ["art"] })));
    assert_eq!(offered[0].get("x-visible-when"), None);
    assert_eq!(high("art").await.status, 200);
    let refused = high("photo").await.expect(400);
    assert_eq!((&refused["code"], &refused["errors"][0]["field"]), (&json!("parameter_invalid"), &json!("parameters.quality")));
}

/// A request for a tool with some parameters, beside those that they depend on.
fn order(tool: &Value, file: &str, style: &str, parameters: Value) -> Value {
    let files = if tool["inputs"]["max"] == 0 { json!([]) } else { json!([file]) };
    let mut order = json!({ "taskType": tool["taskType"], "inputFiles": files, "parameters": parameters });
    let sides = ["expandLeft", "expandRight"];
    for (name, schema) in tool["parameters"]["properties"].as_object().unwrap() {
        let wanted = is_taken(tool, name, schema) && tool["parameters"]["required"].as_array().unwrap().contains(&json!(name));
        if order["parameters"].get(name).is_some() || !(wanted || sides.contains(&name.as_str())) {
            continue;
        }
        order["parameters"][name] = match schema["format"].as_str() {
            Some("file-id") => json!(file),
            _ if schema["type"] == "integer" => json!(8),
            _ => json!("a cat"),
        };
    }
    if tool["usesStyles"] == true && order["parameters"]["styleImage"].is_null() {
        order["style"] = json!(style);
    }
    order
}

/// Whether the model that is chosen when none is named takes a parameter.
fn is_taken(tool: &Value, name: &str, schema: &Value) -> bool {
    schema["x-by-model"] != true || tool["models"][0]["parameters"].as_array().unwrap().contains(&json!(name))
}

/// What makes a parameter mean something: the other values it is shown with, and what it needs.
fn company(schema: &Value, style: &str) -> Value {
    let mut beside = json!({});
    if let Some(shown) = schema["x-visible-when"].as_object() {
        for (other, values) in shown {
            beside[other] = values[0].clone();
        }
    }
    if let Some(needed) = schema["x-needs"].as_str() {
        beside[needed] = json!(style);
    }
    beside
}

#[tokio::test]
async fn the_schema_is_what_is_accepted() {
    let app = TestApp::with(&[("OPENAI_API_KEY", "sk-1")]).await;
    let user = app.user("li").await;
    let file = user.stamp().await;
    let catalogue = catalogue(&user, "en").await;
    let (style, second) = (catalogue["styles"][0]["id"].as_str().unwrap(), catalogue["styles"][1]["id"].as_str().unwrap());
    for tool in tools(&catalogue).iter().filter(|tool| tool["available"] == true) {
        let ask = async |parameters: Value| user.post("/api/tasks/quote", order(tool, &file, style, parameters)).await;
        let properties = tool["parameters"]["properties"].as_object().unwrap();
        assert_eq!(tool["parameters"]["x-order"], json!(properties.keys().collect::<Vec<_>>()));
        for (name, schema) in properties.iter().filter(|(name, schema)| is_taken(tool, name, schema)) {
            let with = |value: &Value| {
                let mut parameters = company(schema, second);
                parameters[name] = value.clone();
                parameters
            };
            for good in accepted_values(schema, &file, second) {
                let answer = ask(with(&good)).await;
                assert_eq!(answer.status, 200, "{name} = {good}: {}", answer.json());
            }
            for bad in refused_values(schema) {
                let answer = ask(with(&bad)).await.expect(400);
                let named = json!(format!("parameters.{name}"));
                assert_eq!((&answer["code"], &answer["errors"][0]["field"]), (&json!("parameter_invalid"), &named), "{bad}");
            }
            // A value that is not given is no value.
            let answer = ask(json!({ name: null })).await;
            let required = tool["parameters"]["required"].as_array().unwrap().contains(&json!(name));
            assert_eq!(answer.status, if required { 400 } else { 200 }, "{name} = null: {}", answer.json());
        }
        assert_eq!(ask(json!({ "seed": 1 })).await.code(400), "parameter_unsupported");
    }
}

/// The default, every choice, both bounds, and what lies between two steps.
fn accepted_values(schema: &Value, file: &str, style: &str) -> Vec<Value> {
    let choices = schema["oneOf"].as_array().into_iter().flatten().map(|choice| choice["const"].clone());
    let mut values: Vec<Value> = choices.collect();
    values.extend(["default", "minimum", "maximum"].into_iter().filter_map(|key| schema.get(key).cloned()));
    if let (Some(step), Some(minimum)) = (schema["x-step"].as_f64(), schema["minimum"].as_f64()) {
        // Between two steps of the slider: no word of JSON Schema may say that it is refused.
        values.push(json!(minimum + step / 3.0));
        assert!(schema.get("multipleOf").is_none(), "{schema}");
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("boolean"), _) => values.extend([json!(true), json!(false)]),
        (_, Some("color")) => values.push(json!("#A0b1C2")),
        (_, Some("file-id")) => values.push(json!(file)),
        (_, Some("style-id")) => values.push(json!(style)),
        (_, Some("prompt")) => {
            values.extend([json!("一只猫\nin two lines"), json!("x".repeat(schema["maxLength"].as_u64().unwrap() as usize))])
        }
        (Some("string"), None) if !schema["maxLength"].is_null() => values.push(json!("the chair")),
        _ => {}
    }
    assert!(!values.is_empty(), "{schema}");
    values
}

/// Another type, and what lies just outside.
fn refused_values(schema: &Value) -> Vec<Value> {
    let mut values = vec![json!([]), json!({}), if schema["type"] == "string" { json!(1) } else { json!("no such thing") }];
    if let Some(minimum) = schema["minimum"].as_f64() {
        values.push(if schema["type"] == "integer" { json!(minimum as i64 - 1) } else { json!(minimum - 0.01) });
    }
    if let Some(maximum) = schema["maximum"].as_f64() {
        values.push(if schema["type"] == "integer" { json!(maximum as i64 + 1) } else { json!(maximum + 0.01) });
    }
    if let Some(longest) = schema["maxLength"].as_u64() {
        values.push(json!("x".repeat(longest as usize + 1)));
    } else if schema["type"] == "string" {
        values.extend([json!("no such thing"), json!("")]);
    }
    values
}
