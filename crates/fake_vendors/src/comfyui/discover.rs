//! What the server says it has.

use serde_json::{Map, Value, json};

use super::graph::CLASSES;
use crate::answer::{Answer, Served};

pub(super) const CHECKPOINTS: [&str; 3] =
    ["sd_xl_base_1.0.safetensors", "v1-5-pruned-emaonly.safetensors", "flux1-schnell-fp8.safetensors"];
pub(super) const SAMPLERS: [&str; 5] = ["euler", "euler_ancestral", "dpmpp_2m", "dpmpp_sde", "ddim"];
pub(super) const SCHEDULERS: [&str; 4] = ["normal", "karras", "simple", "exponential"];

pub(super) fn answer(path: &[&str]) -> Option<Served> {
    let value = match path {
        ["system_stats"] => json!({
            "system": { "os": "posix", "comfyui_version": "0.3.64", "python_version": "3.12", "ram_total": 1, "ram_free": 1 },
            "devices": [{ "name": "cuda:0", "type": "cuda", "vram_total": 25_000_000_000_u64, "vram_free": 20_000_000_000_u64 }],
        }),
        ["features"] => json!({ "supports_preview_metadata": true, "max_upload_size": 104_857_600 }),
        ["object_info"] => CLASSES.iter().map(|(class, inputs)| ((*class).to_owned(), node(class, inputs))).collect::<Map<_, _>>().into(),
        ["object_info", class] => {
            let (class, inputs) = CLASSES.iter().find(|(known, _)| known == class)?;
            json!({ *class: node(class, inputs) })
        }
        ["models"] => json!(["checkpoints", "loras", "vae"]),
        ["models", "checkpoints"] => json!(CHECKPOINTS),
        ["models", _] | ["embeddings"] => json!([]),
        _ => return None,
    };
    Some(Served::plain(Answer::ok(value)))
}

fn node(class: &str, inputs: &[&str]) -> Value {
    let kind = |name: &str| match name {
        "ckpt_name" => json!([CHECKPOINTS, {}]),
        "sampler_name" => json!([SAMPLERS, {}]),
        "scheduler" => json!([SCHEDULERS, {}]),
        "seed" | "steps" | "width" | "height" | "batch_size" => json!(["INT", { "min": 0 }]),
        "cfg" | "denoise" | "guidance" => json!(["FLOAT", { "min": 0.0 }]),
        "text" | "filename_prefix" => json!(["STRING", {}]),
        "image" => json!([["example.png"], { "image_upload": true }]),
        _ => json!([name.to_uppercase(), {}]),
    };
    let required: Map<String, Value> = inputs.iter().map(|name| ((*name).to_owned(), kind(name))).collect();
    let is_output = class == "SaveImage" || class == "PreviewImage";
    json!({ "input": { "required": required }, "name": class, "display_name": class, "output_node": is_output })
}
