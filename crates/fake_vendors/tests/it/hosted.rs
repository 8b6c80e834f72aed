//! Vendors that answer at once.

use fake_vendors::Vendor;
use serde_json::json;

use crate::support::{Form, data_url, decoded, facts, house, png};

#[test]
fn openai_generates_and_refuses_what_it_does_not_know() {
    let house = house();
    let wish = json!({ "model": "gpt-image-2", "prompt": "a lighthouse", "n": 2, "size": "1536x864", "output_format": "webp" });
    let answer = house.post(Vendor::OpenAi, "/images/generations", &wish).json();
    assert_eq!(answer["usage"]["total_tokens"], 42 + 2 * 1056);
    assert_eq!(facts(&decoded(&answer["data"][1]["b64_json"])), ("image/webp".into(), 1536, 864));
    house.assert_clean();

    let legacy = json!({ "model": "gpt-image-2", "prompt": "a", "response_format": "b64_json" });
    let refused = house.post(Vendor::OpenAi, "/images/generations", &legacy);
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!("response_format")));
    house.assert_blamed("response_format");
    for (field, value) in [("n", json!(11)), ("size", json!("1000x1000")), ("seed", json!(1)), ("n", json!("2"))] {
        let mut wrong = json!({ "model": "gpt-image-2", "prompt": "a" });
        wrong[field] = value;
        assert_eq!(house.post(Vendor::OpenAi, "/images/generations", &wrong).status, 400);
        house.assert_blamed(field);
    }
}

#[test]
fn openai_streams_partials_before_the_picture() {
    let house = house();
    let wish = json!({ "model": "gpt-image-2.5-flare", "prompt": "a lighthouse", "stream": true, "partial_images": 2 });
    let answer = house.post(Vendor::OpenAi, "/images/generations", &wish);
    let text = String::from_utf8(answer.bytes).expect("text");
    let names: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    assert_eq!(names, ["image_generation.partial_image", "image_generation.partial_image", "image_generation.completed"]);
    house.assert_clean();
}

#[test]
fn openai_edits_with_a_mask_of_the_same_size_and_alpha() {
    let house = house();
    let form = |mask: Vec<u8>| {
        Form::default().text("model", "gpt-image-2").text("prompt", "a hat").file("image", "a.png", "image/png", &png(64, 48, false)).file(
            "mask",
            "mask.png",
            "image/png",
            &mask,
        )
    };
    assert_eq!(house.post_form(Vendor::OpenAi, "/images/edits", &form(png(64, 48, true)), &[]).status, 200);
    house.assert_clean();
    assert_eq!(house.post_form(Vendor::OpenAi, "/images/edits", &form(png(64, 64, true)), &[]).status, 400);
    house.assert_blamed("size");
    assert_eq!(house.post_form(Vendor::OpenAi, "/images/edits", &form(png(64, 48, false)), &[]).status, 400);
    house.assert_blamed("alpha");
    let by_address = json!({ "model": "gpt-image-2", "prompt": "a hat", "images": [{ "image_url": data_url(&png(64, 48, false)) }] });
    assert_eq!(house.post(Vendor::OpenAi, "/images/edits", &by_address).status, 200);
}

#[test]
fn stability_takes_forms_and_answers_bytes_or_json() {
    let house = house();
    let form = Form::default().text("prompt", "a lighthouse").text("aspect_ratio", "16:9").text("seed", "7");
    let bytes = house.post_form(Vendor::Stability, "/v2beta/stable-image/generate/core", &form, &[("accept", "image/*")]);
    assert_eq!((bytes.header("finish-reason"), bytes.header("seed")), (Some("SUCCESS"), Some("7")));
    assert_eq!(facts(&bytes.bytes), ("image/png".into(), 1344, 768));
    let json = house.post_form(Vendor::Stability, "/v2beta/stable-image/generate/core", &form, &[("accept", "application/json")]).json();
    assert_eq!(decoded(&json["image"]), bytes.bytes);
    assert!(house.get(Vendor::Stability, "/v1/user/balance").json()["credits"].is_number());
    house.assert_clean();

    let wrong = json!({ "prompt": "a lighthouse" });
    assert_eq!(house.post(Vendor::Stability, "/v2beta/stable-image/generate/core", &wrong).json()["name"], "bad_request");
    house.assert_blamed("multipart");
    let refused = house.post_form(
        Vendor::Stability,
        "/v2beta/stable-image/generate/core",
        &Form::default().text("prompt", "a [refusal]"),
        &[("accept", "image/*")],
    );
    assert_eq!((refused.status, refused.json()["name"].as_str().map(str::to_owned)), (403, Some("content_moderation".into())));
}

#[test]
fn gemini_answers_parts() {
    let house = house();
    let wish = json!({
        "contents": [{ "role": "user", "parts": [{ "text": "a cat" }] }],
        "generationConfig": { "responseModalities": ["IMAGE"], "imageConfig": { "aspectRatio": "16:9" } },
    });
    let answer = house.post(Vendor::Gemini, "/models/gemini-3.1-flash-image:generateContent", &wish).json();
    let picture = decoded(&answer["candidates"][0]["content"]["parts"][0]["inlineData"]["data"]);
    assert_eq!(facts(&picture), ("image/png".into(), 1344, 768));
    house.assert_clean();
    let wrong = json!({ "contents": [{ "parts": [{ "text": "a cat" }] }], "generationConfig": { "candidateCount": 2 } });
    assert_eq!(house.post(Vendor::Gemini, "/models/gemini-3.1-flash-image:generateContent", &wrong).json()["error"]["code"], 400);
    house.assert_blamed("candidateCount");
}

#[test]
fn volcengine_answers_links_and_events() {
    let house = house();
    let wish = json!({ "model": "doubao-seedream-4-0-250828", "prompt": "一只猫", "size": "1K", "watermark": false });
    let answer = house.post(Vendor::Volcengine, "/images/generations", &wish).json();
    assert_eq!(answer["usage"]["generated_images"], 1);
    let file = house.send("GET", answer["data"][0]["url"].as_str().expect("a link"), &[], b"").expect("a file");
    assert_eq!(facts(&file.bytes), ("image/jpeg".into(), 1024, 1024));
    let group = json!({
        "model": "doubao-seedream-4-0-250828", "prompt": "一只猫", "stream": true, "response_format": "b64_json",
        "size": "1K", "sequential_image_generation": "auto", "sequential_image_generation_options": { "max_images": 2 },
    });
    let events = String::from_utf8(house.post(Vendor::Volcengine, "/images/generations", &group).bytes).expect("text");
    assert_eq!(events.matches("event: image_generation.partial_succeeded").count(), 2);
    house.assert_clean();
    let wrong = json!({ "model": "doubao-seedream-4-5-251128", "prompt": "一只猫", "size": "1024x1024" });
    assert_eq!(house.post(Vendor::Volcengine, "/images/generations", &wrong).json()["error"]["code"], "InvalidParameter");
    house.assert_blamed("size");
}

#[test]
fn siliconflow_wants_image_size() {
    let house = house();
    let wish = json!({ "model": "Kwai-Kolors/Kolors", "prompt": "一只猫", "image_size": "1024x1024", "batch_size": 2 });
    assert_eq!(house.post(Vendor::SiliconFlow, "/images/generations", &wish).json()["images"].as_array().map(Vec::len), Some(2));
    house.assert_clean();
    let wrong = json!({ "model": "Kwai-Kolors/Kolors", "prompt": "一只猫", "size": "1024x1024" });
    assert_eq!(house.post(Vendor::SiliconFlow, "/images/generations", &wrong).json()["code"], 20_012);
    house.assert_blamed("size");
}

#[test]
fn a_key_can_be_tested_without_paying() {
    let house = house();
    for vendor in [Vendor::Volcengine, Vendor::Zhipu] {
        assert!(house.get(vendor, "/models").json()["data"][0]["id"].is_string());
    }
    assert_eq!(house.get(Vendor::DashScope, "/api/v1/tasks?page_no=1&page_size=1").json()["data"], json!([]));
    house.assert_clean();
    assert_eq!(house.get(Vendor::DashScope, "/api/v1/tasks?page_no=0").status, 400);
    house.assert_blamed("page_no");
}

#[test]
fn keys_go_into_the_right_header_and_nowhere_else() {
    let house = house();
    let url = format!("{}/models", house.fakes.base_url(Vendor::OpenAi));
    let wrong_key = house.send("GET", &url, &[("authorization", "Bearer other")], b"").expect("an answer");
    assert_eq!((wrong_key.status, wrong_key.json()["error"]["code"].as_str().map(str::to_owned)), (401, Some("invalid_api_key".into())));
    house.assert_clean();
    assert_eq!(house.send("GET", &url, &[("authorization", "Key fake-key")], b"").expect("an answer").status, 401);
    house.assert_blamed("authorization");
    assert_eq!(house.send("GET", &url, &[("authorization", "Bearer fake-key-2")], b"").expect("an answer").status, 200);
    let cdn = format!("http://{}/files/x.png", house.fakes.cdn_address());
    assert_eq!(house.send("GET", &cdn, &[("authorization", "Bearer fake-key")], b"").expect("an answer").status, 404);
    house.assert_blamed("credentials");
}
