//! Engines of one's own.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

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

/// The text and binary frames that a client sees until its prompt has ended.
fn frames(stream: &mut TcpStream) -> Vec<(u8, Vec<u8>)> {
    let mut frames = Vec::new();
    loop {
        let mut head = [0; 2];
        stream.read_exact(&mut head).expect("a frame");
        let mut length = u64::from(head[1]);
        if length == 126 {
            let mut more = [0; 2];
            stream.read_exact(&mut more).expect("a length");
            length = u16::from_be_bytes(more).into();
        }
        let mut data = vec![0; usize::try_from(length).expect("a small frame")];
        stream.read_exact(&mut data).expect("a frame");
        let ended = String::from_utf8_lossy(&data).contains("\"node\":null");
        frames.push((head[0] & 15, data));
        if ended {
            return frames;
        }
    }
}

#[test]
fn comfyui_tells_its_progress_over_a_socket() {
    let house = house();
    let host = house.fakes.origin(Vendor::ComfyUi).replace("http://", "");
    let mut stream = TcpStream::connect(&host).expect("a connection");
    let hello = format!(
        "GET /ws?clientId=c1 HTTP/1.1\r\nhost: {host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(hello.as_bytes()).expect("a request");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("an answer");
        answer.push(byte[0]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"));
    let id = house.post(Vendor::ComfyUi, "/prompt", &json!({ "prompt": graph(7), "client_id": "c1" })).json()["prompt_id"].clone();
    let frames = frames(&mut stream);
    let kinds: Vec<String> = frames
        .iter()
        .filter(|(opcode, _)| *opcode == 1)
        .map(|(_, data)| serde_json::from_slice::<Value>(data).expect("JSON")["type"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert!(["execution_start", "progress", "executed", "execution_success"].iter().all(|kind| kinds.iter().any(|known| known == kind)));
    let preview = frames.iter().find(|(opcode, _)| *opcode == 2).expect("a preview");
    assert_eq!((&preview.1[..8], facts(&preview.1[8..]).0.as_str()), (&[0, 0, 0, 1, 0, 0, 0, 1][..], "image/jpeg"));
    let done = house.get(Vendor::ComfyUi, &format!("/history/{}", id.as_str().expect("an id"))).json();
    assert_eq!(done[id.as_str().expect("an id")]["status"]["status_str"], "success");
    house.assert_clean();
}
