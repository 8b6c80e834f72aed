//! Graphs: what makes one valid, and what it would paint.

use serde_json::{Map, Value, json};

use super::discover::{CHECKPOINTS, SAMPLERS, SCHEDULERS};
use crate::answer::{Answer, Denial};
use crate::picture::{Format, Order};
use crate::shop::Shop;

/// Nodes that this server has, with the inputs that must be there.
pub(super) const CLASSES: [(&str, &[&str]); 21] = [
    ("CheckpointLoaderSimple", &["ckpt_name"]),
    ("UNETLoader", &["unet_name"]),
    ("CLIPLoader", &["clip_name"]),
    ("DualCLIPLoader", &["clip_name1", "clip_name2"]),
    ("VAELoader", &["vae_name"]),
    ("CLIPTextEncode", &["text", "clip"]),
    ("FluxGuidance", &["conditioning", "guidance"]),
    ("EmptyLatentImage", &["width", "height", "batch_size"]),
    ("EmptySD3LatentImage", &["width", "height", "batch_size"]),
    ("KSampler", &["model", "seed", "steps", "cfg", "sampler_name", "scheduler", "positive", "negative", "latent_image", "denoise"]),
    ("VAEDecode", &["samples", "vae"]),
    ("VAEEncode", &["pixels", "vae"]),
    ("VAEEncodeForInpaint", &["pixels", "vae", "mask"]),
    ("SetLatentNoiseMask", &["samples", "mask"]),
    ("LoadImage", &["image"]),
    ("LoadImageMask", &["image", "channel"]),
    ("SaveImage", &["images", "filename_prefix"]),
    ("PreviewImage", &["images"]),
    ("RepeatLatentBatch", &["samples", "amount"]),
    ("UpscaleModelLoader", &["model_name"]),
    ("ImageUpscaleWithModel", &["upscale_model", "image"]),
];

/// What is wrong with a graph: in words, and as the server answers it.
pub(super) fn check(shop: &Shop, graph: &Map<String, Value>) -> Option<(String, Answer)> {
    if graph.contains_key("nodes") && graph.contains_key("links") {
        return Some(refused("invalid_prompt", "Cannot execute because this is no graph in API format", json!({})));
    }
    let mut errors = Map::new();
    let mut has_output = false;
    for (id, node) in graph {
        let class = node["class_type"].as_str().unwrap_or_default();
        let Some((_, inputs)) = CLASSES.iter().find(|(known, _)| *known == class) else {
            return Some(refused("invalid_prompt", &format!("Cannot execute because node {class:?} (#{id}) does not exist."), json!({})));
        };
        has_output |= class == "SaveImage" || class == "PreviewImage";
        let found: Vec<Value> = node_errors(shop, graph, node, inputs);
        if !found.is_empty() {
            errors.insert(id.clone(), json!({ "errors": found, "dependent_outputs": [], "class_type": class }));
        }
    }
    if !has_output {
        return Some(refused("prompt_no_outputs", "Prompt has no outputs", json!({})));
    }
    (!errors.is_empty()).then(|| refused("prompt_outputs_failed_validation", "Prompt outputs failed validation", errors.into()))
}

fn refused(kind: &str, message: &str, node_errors: Value) -> (String, Answer) {
    let body = json!({ "error": { "type": kind, "message": message, "details": "", "extra_info": {} }, "node_errors": node_errors });
    (format!("{message}: {}", body["node_errors"]), Answer::json(400, body))
}

fn node_errors(shop: &Shop, graph: &Map<String, Value>, node: &Value, inputs: &[&str]) -> Vec<Value> {
    let wrong = |kind: &str, name: &str, details: String| json!({ "type": kind, "message": kind, "details": details, "extra_info": { "input_name": name } });
    let mut errors = Vec::new();
    for name in inputs {
        if node["inputs"].get(*name).is_none() {
            errors.push(wrong("required_input_missing", name, (*name).to_owned()));
        }
    }
    for (name, value) in node["inputs"].as_object().into_iter().flatten() {
        let listed: Option<&[&str]> = match name.as_str() {
            "ckpt_name" => Some(&CHECKPOINTS),
            "sampler_name" => Some(&SAMPLERS),
            "scheduler" => Some(&SCHEDULERS),
            _ => None,
        };
        if let Some(link) = value.as_array() {
            let source = link.first().and_then(Value::as_str).filter(|source| graph.contains_key(*source));
            if link.len() != 2 || source.is_none() || !link[1].is_u64() {
                errors.push(wrong("bad_linked_input", name, value.to_string()));
            }
        } else if listed.is_some_and(|listed| !value.as_str().is_some_and(|value| listed.contains(&value))) {
            errors.push(wrong("value_not_in_list", name, value.to_string()));
        } else if ["seed", "steps", "width", "height", "batch_size"].contains(&name.as_str()) && value.as_u64().is_none() {
            errors.push(wrong("value_smaller_than_min", name, value.to_string()));
        } else if name == "image" && !uploaded(shop, value) {
            errors.push(wrong("custom_validation_failed", name, format!("Invalid image file: {value}")));
        }
    }
    errors
}

fn plain_name(value: &Value) -> &str {
    value.as_str().unwrap_or_default().trim_end_matches(" [input]").trim_end_matches(" [output]").trim_end_matches(" [temp]")
}

fn uploaded(shop: &Shop, value: &Value) -> bool {
    shop.house.uploads.lock().contains_key(plain_name(value))
}

/// What the graph paints.
pub(super) fn orders(shop: &Shop, graph: &Map<String, Value>) -> (String, Vec<Order>) {
    let prompt = prompt(graph);
    let number = |name: &str| graph.values().find_map(|node| node["inputs"].get(name).and_then(Value::as_u64));
    let side = |name| number(name).and_then(|side| u32::try_from(side).ok());
    let image = graph.values().filter(|node| node["class_type"] == "LoadImage").find_map(|node| {
        let uploads = shop.house.uploads.lock();
        uploads.get(plain_name(&node["inputs"]["image"])).copied()
    });
    let size = match (side("width"), side("height")) {
        (Some(width), Some(height)) => (width, height),
        _ => image.unwrap_or((512, 512)),
    };
    let seed = number("seed").unwrap_or(0);
    let count = number("batch_size").or_else(|| number("amount")).unwrap_or(1);
    (prompt.clone(), (0..count).map(|index| Order::new(&prompt, seed.wrapping_add(index), size, Format::Png)).collect())
}

/// The text that a sampler's `positive` leads to; without one the first text.
fn prompt(graph: &Map<String, Value>) -> String {
    let text = |node: &Value| node["inputs"]["text"].as_str().map(str::to_owned);
    let mut next = graph.values().find_map(|node| node["inputs"]["positive"][0].as_str());
    // Guidance nodes may stand between; a graph with a circle ends here as well.
    for _ in 0..8 {
        let Some(node) = next.and_then(|id| graph.get(id)) else { break };
        if let Some(text) = text(node) {
            return text;
        }
        next = node["inputs"]["conditioning"][0].as_str();
    }
    graph.values().find_map(text).unwrap_or_default()
}

/// A graph that is no object is a breach like any other.
pub(super) fn object<'a>(fields: &'a crate::check::Fields<'_>) -> Result<&'a Map<String, Value>, Denial> {
    fields.get("prompt").and_then(Value::as_object).ok_or_else(|| Denial::field("prompt", "no_prompt: is no graph"))
}
