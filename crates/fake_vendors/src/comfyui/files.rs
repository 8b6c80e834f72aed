//! Files in and out.

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, SUBMIT, Served};
use crate::call::{Call, picture_part};
use crate::cdn;
use crate::check::Fields;
use crate::fault::Phase;
use crate::shop::{File, Shop};
use crate::tasks::Task;

/// Names for the pictures of a task, behind which they wait.
pub(super) fn keep(shop: &Shop, task: &Task) -> Vec<String> {
    let names = task.orders.iter().map(|order| {
        let name = format!("ComfyUI_{}_00001_.png", shop.house.id(8));
        let file = File { vendor: shop.vendor, order: order.clone(), faults: task.faults.clone() };
        shop.house.files.lock().insert(name.clone(), file);
        name
    });
    names.collect()
}

pub(super) fn view(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let name = call.query("filename").ok_or_else(|| Denial::field("filename", "is required"))?;
    if name.contains('/') || name.contains("..") {
        return Err(Denial::field("filename", "is a path"));
    }
    if call.query("type").is_some_and(|kind| !["input", "output", "temp"].contains(&kind)) {
        return Err(Denial::field("type", "must be input, output or temp"));
    }
    cdn::file(shop, call, name)
}

/// The name that comes back is another one than was sent, as it may be.
pub(super) fn upload(shop: &Shop, call: &Call, is_mask: bool) -> Result<Served, Denial> {
    let parts = call.parts()?;
    let fields = Fields::of_form(parts)?;
    fields.only(&["type", "subfolder", "overwrite", "original_ref"])?;
    let kind = fields.one_of("type", &["input", "temp", "output"])?.unwrap_or("input");
    fields.one_of("overwrite", &["true", "1", "false"])?;
    let part = parts.iter().find(|part| part.name == "image").ok_or_else(|| Denial::field("image", "is required"))?;
    let facts = picture_part(part)?;
    if is_mask {
        let reference: Option<Value> = fields.text("original_ref", 1000)?.and_then(|text| serde_json::from_str(text).ok());
        let name = reference.as_ref().and_then(|reference| reference["filename"].as_str());
        let name = name.ok_or_else(|| Denial::field("original_ref", "must be JSON with a filename"))?;
        if !shop.house.uploads.lock().contains_key(name) {
            return Err(Denial::field("original_ref", "names no upload"));
        }
    }
    let faults = shop.faults("");
    shop.gate(call, "upload", &faults, Phase::Upload)?;
    let sent = part.file_name.clone().unwrap_or_default();
    let name = sent.rsplit_once('.').map_or_else(|| sent.clone(), |(stem, ending)| format!("{stem} (1).{ending}"));
    let subfolder = fields.text("subfolder", 200)?.unwrap_or_default();
    let path = if subfolder.is_empty() { name.clone() } else { format!("{subfolder}/{name}") };
    shop.house.uploads.lock().insert(path, facts.size());
    Ok(Served::under(Answer::ok(json!({ "name": name, "subfolder": subfolder, "type": kind })), &faults, SUBMIT))
}
