//! Vendors with tasks.

use fake_vendors::Vendor;
use serde_json::json;

use crate::support::{Form, facts, house, png};

#[test]
fn replicate_predicts_polls_and_cancels() {
    let house = house();
    let wish = json!({ "version": "black-forest-labs/flux-schnell", "input": { "prompt": "a cat", "num_outputs": 2 } });
    let begun = house.post(Vendor::Replicate, "/predictions", &wish);
    assert_eq!((begun.status, begun.json()["status"].as_str().map(str::to_owned)), (201, Some("starting".into())));
    let poll = begun.json()["urls"]["get"].as_str().expect("an address").to_owned();
    assert_eq!(house.get(Vendor::Replicate, &poll).json()["status"], "processing");
    let done = house.get(Vendor::Replicate, &poll).json();
    let file = house.send("GET", done["output"][1].as_str().expect("a link"), &[], b"").expect("a file");
    assert_eq!(facts(&file.bytes), ("image/webp".into(), 1024, 1024));
    let waited = house.try_post(Vendor::Replicate, "/predictions", &wish, &[("prefer", "wait=5")]).expect("an answer");
    assert_eq!(waited.json()["status"], "succeeded");
    let second = house.post(Vendor::Replicate, "/predictions", &wish).json();
    let cancel = second["urls"]["cancel"].as_str().expect("an address").to_owned();
    assert_eq!(house.post(Vendor::Replicate, &cancel, &json!({})).json()["status"], "canceled");
    let form = Form::default().file("content", "a.png", "image/png", &png(8, 8, false));
    assert_eq!(house.post_form(Vendor::Replicate, "/files", &form, &[]).status, 201);
    house.assert_clean();

    assert_eq!(house.post(Vendor::Replicate, "/predictions", &json!({ "version": "flux", "input": {} })).status, 422);
    house.assert_blamed("version");
}

#[test]
fn fal_queues_and_answers_with_links() {
    let house = house();
    let begun = house.post(Vendor::Fal, "/fal-ai/flux/dev", &json!({ "prompt": "a cat", "image_size": "square" })).json();
    let status = begun["status_url"].as_str().expect("an address");
    assert_eq!(house.get(Vendor::Fal, status).status, 202);
    assert_eq!(house.get(Vendor::Fal, status).json()["status"], "COMPLETED");
    let result = house.get(Vendor::Fal, begun["response_url"].as_str().expect("an address")).json();
    assert_eq!((&result["images"][0]["width"], &result["has_nsfw_concepts"]), (&json!(512), &json!([false])));
    house.assert_clean();
    house.post(Vendor::Fal, "/fal-ai/flux/dev", &json!({ "prompt": "a cat", "num_images": 9 }));
    house.assert_blamed("num_images");
    let rebuilt = format!("/fal-ai/flux/dev/requests/{}/status", begun["request_id"].as_str().expect("an id"));
    assert_eq!(house.get(Vendor::Fal, &rebuilt).status, 404);
    house.assert_blamed("submit answer");
}

#[test]
fn bfl_is_polled_at_its_sibling() {
    let house = house();
    let wish = json!({ "prompt": "a cat", "width": 512, "height": 256, "output_format": "png" });
    let begun = house.post(Vendor::Bfl, "/v1/flux-2-pro", &wish).json();
    assert_eq!(begun["cost"], 3.0);
    let poll = begun["polling_url"].as_str().expect("an address");
    assert_eq!(house.get(Vendor::Bfl, poll).json()["status"], "Pending");
    let done = house.get(Vendor::Bfl, poll).json();
    let file = house.send("GET", done["result"]["sample"].as_str().expect("a link"), &[], b"").expect("a file");
    assert_eq!(facts(&file.bytes), ("image/png".into(), 512, 256));
    house.assert_clean();
    house.get(Vendor::Bfl, &format!("/v1/get_result?id={}", begun["id"].as_str().expect("an id")));
    house.assert_blamed("rebuilt");
    assert_eq!(house.post(Vendor::Bfl, "/v1/flux-2-pro", &json!({ "prompt": "a", "n": 2 })).status, 422);
    house.assert_blamed("n");
}

#[test]
fn dashscope_answers_at_once_or_by_task() {
    let house = house();
    let messages = json!([{ "role": "user", "content": [{ "text": "一只猫" }] }]);
    let wish = json!({ "model": "qwen-image-2.0", "input": { "messages": messages }, "parameters": { "size": "1328*1328", "n": 1 } });
    let sync = "/api/v1/services/aigc/multimodal-generation/generation";
    let answer = house.post(Vendor::DashScope, sync, &wish).json();
    assert!(answer["output"]["choices"][0]["message"]["content"][0]["image"].is_string());
    let wish = json!({ "model": "wan2.2-t2i-flash", "input": { "prompt": "一只猫" }, "parameters": { "size": "1024*1024", "n": 2 } });
    let path = "/api/v1/services/aigc/text2image/image-synthesis";
    let begun = house.try_post(Vendor::DashScope, path, &wish, &[("x-dashscope-async", "enable")]).expect("an answer").json();
    let poll = format!("/api/v1/tasks/{}", begun["output"]["task_id"].as_str().expect("an id"));
    assert_eq!(house.get(Vendor::DashScope, &poll).json()["output"]["task_status"], "RUNNING");
    assert_eq!(house.get(Vendor::DashScope, &poll).json()["output"]["results"].as_array().map(Vec::len), Some(2));
    house.assert_clean();
    let wrong = json!({ "model": "qwen-image-2.0", "input": { "messages": messages }, "parameters": { "size": "1328x1328" } });
    assert_eq!(house.post(Vendor::DashScope, sync, &wrong).json()["code"], "InvalidParameter");
    house.assert_blamed("size");
}

#[test]
fn zhipu_answers_at_once_or_by_task() {
    let house = house();
    let wish = json!({ "model": "cogview-4", "prompt": "一只猫", "size": "1024x1024" });
    assert!(house.post(Vendor::Zhipu, "/images/generations", &wish).json()["data"][0]["url"].is_string());
    let begun = house.post(Vendor::Zhipu, "/async/images/generations", &json!({ "model": "glm-image", "prompt": "一只猫" })).json();
    let poll = format!("/async-result/{}", begun["id"].as_str().expect("an id"));
    assert_eq!(house.get(Vendor::Zhipu, &poll).json()["task_status"], "PROCESSING");
    assert!(house.get(Vendor::Zhipu, &poll).json()["image_result"][0]["url"].is_string());
    house.assert_clean();
    assert_eq!(house.post(Vendor::Zhipu, "/images/generations", &json!({ "model": "cogview-4", "prompt": "猫", "n": 2 })).status, 400);
    house.assert_blamed("n");
}

#[test]
fn stability_results_belong_to_their_key() {
    let house = house();
    let form = Form::default().text("prompt", "a cat").file("image", "a.png", "image/png", &png(128, 64, false));
    let begun = house.post_form(Vendor::Stability, "/v2beta/stable-image/upscale/creative", &form, &[]).json();
    let result = format!("/v2beta/results/{}", begun["id"].as_str().expect("an id"));
    assert_eq!(house.get(Vendor::Stability, &result).status, 202);
    assert_eq!(facts(&house.get(Vendor::Stability, &result).bytes).0, "image/png");
    house.assert_clean();
    let url = format!("{}{result}", house.fakes.base_url(Vendor::Stability));
    assert_eq!(house.send("GET", &url, &[("authorization", "Bearer fake-key-2")], b"").expect("an answer").status, 404);
    house.assert_blamed("another key");
}
