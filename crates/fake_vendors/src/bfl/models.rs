//! The models and their fields.

use crate::answer::{Denial, Kind};
use crate::check::Fields;
use crate::picture::{Format, Order};

/// What a request asks for, and its price in credits.
pub(super) struct Wish {
    pub order: Order,
    pub cost: f64,
    pub input_mp: f64,
}

const SHARED: [&str; 7] = ["prompt", "seed", "safety_tolerance", "output_format", "webhook_url", "webhook_secret", "prompt_upsampling"];
const REFERENCES: [&str; 8] =
    ["input_image", "input_image_2", "input_image_3", "input_image_4", "input_image_5", "input_image_6", "input_image_7", "input_image_8"];

/// Models that take the same fields.
enum Family {
    /// FLUX.2 with so many references.
    Two(usize),
    Flex,
    Kontext,
    Pro,
    Ultra,
    Fill,
    Expand,
}

fn family(model: &str) -> Option<(Family, f64)> {
    Some(match model {
        "flux-2-max" => (Family::Two(8), 7.0),
        "flux-2-pro" => (Family::Two(8), 3.0),
        "flux-2-flex" => (Family::Flex, 5.0),
        "flux-2-klein-9b" => (Family::Two(4), 1.5),
        "flux-2-klein-4b" => (Family::Two(4), 1.4),
        "flux-kontext-pro" => (Family::Kontext, 4.0),
        "flux-kontext-max" => (Family::Kontext, 8.0),
        "flux-pro-1.1" => (Family::Pro, 4.0),
        "flux-dev" => (Family::Pro, 2.5),
        "flux-pro-1.1-ultra" => (Family::Ultra, 6.0),
        "flux-pro-1.0-fill" => (Family::Fill, 5.0),
        "flux-pro-1.0-expand" => (Family::Expand, 5.0),
        _ => return None,
    })
}

/// Checks the fields of a model.
pub(super) fn read(model: &str, fields: &Fields<'_>) -> Result<Wish, Denial> {
    let (family, cost) = family(model).ok_or_else(|| Denial::no(Kind::NotFound, "Not Found"))?;
    let own: Vec<&str> = match family {
        Family::Two(references) => [&["width", "height"], &REFERENCES[..references]].concat(),
        Family::Flex => [&["width", "height", "steps", "guidance"], &REFERENCES[..]].concat(),
        Family::Kontext => [&["aspect_ratio", "guidance", "steps"], &REFERENCES[..4]].concat(),
        Family::Pro => vec!["width", "height", "image_prompt", "steps", "guidance"],
        Family::Ultra => vec!["aspect_ratio", "raw", "image_prompt", "image_prompt_strength"],
        Family::Fill => vec!["image", "mask", "steps", "guidance"],
        Family::Expand => vec!["image", "top", "bottom", "left", "right", "steps", "guidance"],
    };
    fields.only(&[&SHARED[..], &own].concat())?;
    let optional_prompt = matches!(family, Family::Fill | Family::Expand);
    let prompt = if optional_prompt { fields.text("prompt", 100_000)?.unwrap_or_default() } else { fields.required("prompt", 100_000)? };
    fields.int("safety_tolerance", 0, 6)?;
    fields.bool("prompt_upsampling")?;
    fields.bool("raw")?;
    fields.number("image_prompt_strength", 0.0, 1.0)?;
    fields.int("steps", 1, 50)?;
    fields.number("guidance", 1.5, 100.0)?;
    let seed = fields.int("seed", 0, i64::from(u32::MAX))?.unwrap_or(42).unsigned_abs();
    let format = Format::named(fields.one_of("output_format", &["jpeg", "png"])?.unwrap_or("jpeg")).unwrap_or(Format::Jpeg);
    let mut input_mp = 0.0;
    for name in REFERENCES.into_iter().chain(["image_prompt"]) {
        if let Some(facts) = fields.picture(name, true)? {
            input_mp += f64::from(facts.width) * f64::from(facts.height) / 1_000_000.0;
        }
    }
    let size = match family {
        Family::Two(_) | Family::Flex => sides(fields, 16, 64, 4096, (1024, 1024))?,
        Family::Pro => sides(fields, 32, 256, 1440, (1024, 768))?,
        Family::Kontext | Family::Ultra => ratio(fields)?,
        Family::Fill => masked(fields)?,
        Family::Expand => expanded(fields)?,
    };
    Ok(Wish { order: Order::new(prompt, seed, size, format), cost, input_mp })
}

fn sides(fields: &Fields<'_>, step: u32, least: i64, most: i64, other: (u32, u32)) -> Result<(u32, u32), Denial> {
    let side = |name: &str, other: u32| -> Result<u32, Denial> {
        // 0 is automatic.
        let side = if fields.get(name).and_then(serde_json::Value::as_i64) == Some(0) { None } else { fields.int(name, least, most)? };
        let side = side.map_or(other, |side| u32::try_from(side).unwrap_or(other));
        if side % step == 0 { Ok(side) } else { Err(Denial::field(name, format!("must be a multiple of {step}"))) }
    };
    let (width, height) = (side("width", other.0)?, side("height", other.1)?);
    if u64::from(width) * u64::from(height) > 4 << 20 {
        return Err(Denial::field("width", "more than 4 megapixels"));
    }
    Ok((width, height))
}

fn ratio(fields: &Fields<'_>) -> Result<(u32, u32), Denial> {
    let text = fields.text("aspect_ratio", 10)?.unwrap_or("1:1");
    let parts = text.split_once(':').and_then(|(across, down)| Some((across.parse::<u32>().ok()?, down.parse::<u32>().ok()?)));
    let wrong = || Denial::field("aspect_ratio", format!("{text:?} is not within 21:9 and 9:21"));
    let (across, down) = parts.filter(|(across, down)| *across > 0 && *down > 0).ok_or_else(wrong)?;
    if across * 9 > down * 21 || down * 9 > across * 21 {
        return Err(wrong());
    }
    let pixels = |one: u32, other: u32| (u64::from(one) * (1 << 20) / u64::from(other)).isqrt() / 16 * 16;
    let side = |one, other| u32::try_from(pixels(one, other)).unwrap_or(1024);
    Ok((side(across, down), side(down, across)))
}

fn masked(fields: &Fields<'_>) -> Result<(u32, u32), Denial> {
    let image = fields.picture("image", true)?.ok_or_else(|| Denial::field("image", "is required"))?;
    match fields.picture("mask", true)? {
        Some(mask) if mask.size() != image.size() => Err(Denial::field("mask", "its size is not that of the image")),
        None if !image.alpha => Err(Denial::field("mask", "is required where the image has no alpha channel")),
        _ => Ok(image.size()),
    }
}

fn expanded(fields: &Fields<'_>) -> Result<(u32, u32), Denial> {
    let image = fields.picture("image", true)?.ok_or_else(|| Denial::field("image", "is required"))?;
    let side = |name| fields.int(name, 0, 2048).map(|side| u32::try_from(side.unwrap_or(0)).unwrap_or(0));
    Ok((image.width + side("left")? + side("right")?, image.height + side("top")? + side("bottom")?))
}
