//! Engines of one's own.

use fake_vendors::Vendor;
use serde_json::{Value, json};

use crate::support::{Form, decoded, facts, house, png};

#[test]
fn localai_answers_links_unless_told_otherwise() {
    let house = house();
    let mut wish = json!({ "model": "flux.1-dev", "prompt": "a cat", "size": "256x256" });
    assert!(house.post(Vendor::LocalAi, "/images/generations", &wish).json()["data"][0]["url"].is_string());
    wish["response_format"] = "b64_json".into();
    let answer = house.post(Vendor::LocalAi, "/images/generations", &wish).json();
    assert_eq!(facts(&decoded(&answer["data"][0]["b64_json"])), ("image/png".into(), 256, 256));
    house.assert_clean();
    wish["n"] = "many".into();
    assert_eq!(house.post(Vendor::LocalAi, "/images/generations", &wish).status, 400);
    house.assert_blamed("n");
}

#[test]
fn sd_server_has_bare_string_errors_and_jobs() {
    let house = house();
    let wish = json!({ "prompt": "a cat", "size": "256x256" });
    assert_eq!(house.post(Vendor::SdServer, "/images/generations", &wish).status, 200);
    let origin = house.fakes.origin(Vendor::SdServer);
    let job =
        house.post(Vendor::SdServer, &format!("{origin}/sdcpp/v1/img_gen"), &json!({ "prompt": "a cat", "width": 128, "height": 64 }));
    let poll = format!("{origin}{}", job.json()["poll_url"].as_str().expect("an address"));
    assert_eq!(house.get(Vendor::SdServer, &poll).json()["status"], "generating");
    let done = house.get(Vendor::SdServer, &poll).json();
    assert_eq!(facts(&decoded(&done["result"]["images"][0]["b64_json"])).1, 128);
    house.assert_clean();
    let injected = json!({ "prompt": "a cat <sd_cpp_extra_args>{}</sd_cpp_extra_args>" });
    assert!(house.post(Vendor::SdServer, "/images/generations", &injected).json()["error"].is_string());
    house.assert_blamed("native parameters");
}

#[test]
fn a1111_blocks_shows_progress_and_has_info_in_a_string() {
    let house = house();
    let wish = json!({ "prompt": "a cat", "steps": 20, "width": 256, "height": 128, "batch_size": 2, "force_task_id": "t1" });
    let answer = house.post(Vendor::A1111, "/sdapi/v1/txt2img", &wish).json();
    assert_eq!(answer["images"].as_array().map(Vec::len), Some(2));
    let info: Value = serde_json::from_str(answer["info"].as_str().expect("a string")).expect("JSON in it");
    assert_eq!(info["width"], 256);
    let progress = house.post(Vendor::A1111, "/internal/progress", &json!({ "id_task": "t1", "id_live_preview": -1 })).json();
    assert_eq!(progress["completed"], true);
    house.assert_clean();
    assert_eq!(house.post(Vendor::A1111, "/sdapi/v1/img2img", &json!({ "prompt": "a" })).status, 404);
    house.assert_blamed("Init image");
}

fn graph(seed: u64) -> Value {
    json!({
        "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "sd_xl_base_1.0.safetensors" } },
        "2": { "class_type": "CLIPTextEncode", "inputs": { "text": "a cat", "clip": ["1", 1] } },
        "3": { "class_type": "KSampler", "inputs": { "model": ["1", 0], "seed": seed, "steps": 20, "cfg": 7.0, "sampler_name": "euler",
            "scheduler": "normal", "positive": ["2", 0], "negative": ["2", 0], "latent_image": ["4", 0], "denoise": 1.0 } },
        "4": { "class_type": "EmptyLatentImage", "inputs": { "width": 128, "height": 96, "batch_size": 1 } },
        "5": { "class_type": "VAEDecode", "inputs": { "samples": ["3", 0], "vae": ["1", 2] } },
        "6": { "class_type": "SaveImage", "inputs": { "images": ["5", 0], "filename_prefix": "x" } },
    })
}

#[test]
fn comfyui_runs_a_graph_and_serves_its_file() {
    let house = house();
    let id = house.post(Vendor::ComfyUi, "/api/prompt", &json!({ "prompt": graph(1) })).json()["prompt_id"].clone();
    let id = id.as_str().expect("an id");
    assert_eq!(house.get(Vendor::ComfyUi, &format!("/api/history/{id}")).json(), json!({}));
    let done = house.get(Vendor::ComfyUi, &format!("/api/history/{id}")).json();
    let file = &done[id]["outputs"]["6"]["images"][0];
    let name = file["filename"].as_str().expect("a name");
    let picture = house.get(Vendor::ComfyUi, &format!("/api/view?filename={name}&subfolder=&type=output"));
    assert_eq!(facts(&picture.bytes), ("image/png".into(), 128, 96));
    let form = Form::default().file("image", "in.png", "image/png", &png(8, 8, false)).text("overwrite", "true");
    assert_eq!(house.post_form(Vendor::ComfyUi, "/api/upload/image", &form, &[]).json()["name"], "in (1).png");
    house.assert_clean();

    let mut wrong = graph(2);
    wrong["1"]["inputs"]["ckpt_name"] = "missing.safetensors".into();
    let refused = house.post(Vendor::ComfyUi, "/api/prompt", &json!({ "prompt": wrong }));
    assert_eq!(refused.json()["node_errors"]["1"]["errors"][0]["type"], "value_not_in_list");
    house.assert_blamed("value_not_in_list");
    assert_eq!(house.post(Vendor::ComfyUi, "/api/interrupt", &json!({})).status, 400);
    house.assert_blamed("prompt_id");
}
