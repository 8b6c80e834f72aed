//! Checks of fields and files.

use super::operations::{Operation, Rule};
use crate::answer::Denial;
use crate::call::{Part, picture_part};
use crate::check::Fields;
use crate::picture::Facts;

/// Ratios and the sizes that come out.
pub(super) const RATIOS: [(&str, (u32, u32)); 9] = [
    ("21:9", (1568, 672)),
    ("16:9", (1344, 768)),
    ("3:2", (1216, 832)),
    ("5:4", (1152, 896)),
    ("1:1", (1024, 1024)),
    ("4:5", (896, 1152)),
    ("2:3", (832, 1216)),
    ("9:16", (768, 1344)),
    ("9:21", (672, 1568)),
];
const PRESETS: [&str; 17] = [
    "enhance",
    "anime",
    "photographic",
    "digital-art",
    "comic-book",
    "fantasy-art",
    "line-art",
    "analog-film",
    "neon-punk",
    "isometric",
    "low-poly",
    "origami",
    "modeling-compound",
    "cinematic",
    "3d-model",
    "pixel-art",
    "tile-texture",
];
const SD3_MODELS: [&str; 6] = ["sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium", "sd3-large", "sd3-large-turbo", "sd3-medium"];
const PROMPT_CHARACTERS: usize = 10_000;

/// Checks the text fields.
pub(super) fn check(operation: &Operation, fields: &Fields<'_>) -> Result<(), Denial> {
    let known: Vec<&str> = operation.required.iter().chain(operation.optional).copied().chain(["output_format"]).collect();
    // A client may send an empty part so that the body stays a form.
    fields.only(&[&known[..], &["none"]].concat())?;
    for name in operation.required {
        fields.required(name, PROMPT_CHARACTERS)?;
    }
    known.iter().try_for_each(|name| check_one(operation, fields, name))
}

fn check_one(operation: &Operation, fields: &Fields<'_>, name: &str) -> Result<(), Denial> {
    match name {
        "seed" => fields.int(name, 0, 4_294_967_294).map(drop),
        "output_format" => fields.one_of(name, operation.formats).map(drop),
        "aspect_ratio" => fields.one_of(name, &RATIOS.map(|(ratio, _)| ratio)).map(drop),
        "style_preset" => fields.one_of(name, &PRESETS).map(drop),
        "grow_mask" => fields.int(name, 0, 20).map(drop),
        "left" | "right" | "up" | "down" => fields.int(name, 0, 2000).map(drop),
        "cfg_scale" => fields.number(name, 1.0, 10.0).map(drop),
        "creativity" => fields.number(name, operation.creativity.0, operation.creativity.1).map(drop),
        "change_strength" => fields.number(name, 0.1, 1.0).map(drop),
        "mode" => fields.one_of(name, &["text-to-image", "image-to-image"]).map(drop),
        "model" => fields.one_of(name, &SD3_MODELS).map(drop),
        "keep_original_background" => fields.one_of(name, &["true", "false"]).map(drop),
        "light_source_direction" => fields.one_of(name, &["left", "right", "above", "below"]).map(drop),
        name if name.ends_with("prompt") => fields.text(name, PROMPT_CHARACTERS).map(drop),
        _ => fields.number(name, 0.0, 1.0).map(drop),
    }
}

/// Checks the files; gives the facts of the main one.
pub(super) fn files(operation: &Operation, parts: &[Part]) -> Result<Option<Facts>, Denial> {
    let files = parts.iter().filter(|part| part.file_name.is_some() && part.name != "none");
    let mut main = None;
    let mut seen = Vec::new();
    for part in files {
        let name = part.name.as_str();
        if seen.contains(&name) || !operation.files.iter().chain(operation.more_files).any(|known| *known == name) {
            return Err(Denial::field(name, "is not a file of this operation"));
        }
        let facts = picture_part(part)?;
        if name != "mask" {
            check_rule(name, &facts, operation.rule)?;
        }
        seen.push(name);
        if operation.files.first() == Some(&name) || (operation.files.is_empty() && name == "image") {
            main = Some(facts);
        }
    }
    match operation.files.iter().find(|name| !seen.contains(name)) {
        Some(missing) => Err(Denial::field(missing, "is required")),
        None => Ok(main),
    }
}

fn check_rule(name: &str, facts: &Facts, rule: Rule) -> Result<(), Denial> {
    let (least, most, least_pixels, most_pixels) = match rule {
        Rule::R1 | Rule::R2 => (64, u32::MAX, 4096, 9_437_184),
        Rule::Sides(least, most, least_pixels, most_pixels) => (least, most, least_pixels, most_pixels),
    };
    let (short, long) = (facts.width.min(facts.height), facts.width.max(facts.height));
    if short < least || long > most || !(least_pixels..=most_pixels).contains(&facts.pixels()) {
        return Err(Denial::field(name, format!("{} x {} is outside the limits", facts.width, facts.height)));
    }
    if rule == Rule::R2 && long * 2 > short * 5 {
        return Err(Denial::field(name, "is narrower than 1:2.5"));
    }
    Ok(())
}

/// Rules between fields.
pub(super) fn together(operation: &Operation, fields: &Fields<'_>, image: Option<&Facts>, parts: &[Part]) -> Result<(), Denial> {
    let has_file = |name: &str| parts.iter().any(|part| part.name == name && part.file_name.is_some());
    match operation.name {
        "ultra" if image.is_some() && !fields.has("strength") => Err(Denial::field("strength", "is required with image")),
        "sd3" => sd3(fields, image.is_some()),
        "outpaint" => {
            let sides = ["left", "right", "up", "down"].into_iter().filter_map(|side| fields.int(side, 0, 2000).ok().flatten());
            if sides.sum::<i64>() == 0 { Err(Denial::field("left", "one of left, right, up, down is required")) } else { Ok(()) }
        }
        "replace-background-and-relight" => {
            if !fields.has("background_prompt") && !has_file("background_reference") {
                return Err(Denial::field("background_prompt", "it or background_reference is required"));
            }
            if fields.has("light_source_strength") && !fields.has("light_source_direction") && !has_file("light_reference") {
                return Err(Denial::field("light_source_strength", "needs a direction or a reference"));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn sd3(fields: &Fields<'_>, has_image: bool) -> Result<(), Denial> {
    let from_image = fields.text("mode", 20)? == Some("image-to-image");
    if from_image != has_image || from_image != fields.has("strength") {
        return Err(Denial::field("mode", "image-to-image goes with image and strength, text-to-image without"));
    }
    if from_image && fields.has("aspect_ratio") {
        return Err(Denial::field("aspect_ratio", "is only for text-to-image"));
    }
    if fields.text("model", 20)? == Some("sd3-large-turbo") && fields.has("negative_prompt") {
        return Err(Denial::field("negative_prompt", "is not for this model"));
    }
    Ok(())
}
