//! The fields of a request, and what each model allows.

use serde_json::Value;

use crate::answer::{Denial, Kind};
use crate::check::{Fields, picture_text, size};
use crate::picture::{Facts, Format, Order};

pub(super) struct Wish {
    pub model: String,
    pub orders: Vec<Order>,
    pub stream: bool,
    pub as_link: bool,
}

struct Model {
    levels: &'static [&'static str],
    least_pixels: u64,
    most_pixels: u64,
    references: usize,
    /// Whether it is of the third generation, with seed and guidance.
    third: bool,
    /// Whether `output_format` may be chosen.
    fifth: bool,
}

fn model(id: &str) -> Option<Model> {
    let of = |levels, least_pixels, references| Model {
        levels,
        least_pixels,
        most_pixels: 16_777_216,
        references,
        third: false,
        fifth: id.contains("-5-0-"),
    };
    let third = |references| Model { levels: &[], least_pixels: 262_144, most_pixels: 4_194_304, references, third: true, fifth: false };
    let plain = id.trim_start_matches("doubao-").trim_start_matches("dola-");
    Some(match plain {
        "seedream-5-0-260128" | "seedream-5-0-lite-260128" => of(&["2K", "3K", "4K"], 3_686_400, 14),
        "seedream-5-0-pro-260628" => of(&["1K", "2K"], 921_600, 14),
        "seedream-4-5-251128" => of(&["2K", "4K"], 3_686_400, 14),
        "seedream-4-0-250828" => of(&["1K", "2K", "4K"], 921_600, 14),
        "seedream-3-0-t2i-250415" => third(0),
        "seededit-3-0-i2i-250628" => third(1),
        _ if id.starts_with("ep-") => of(&["1K", "2K", "4K"], 921_600, 14),
        _ => return None,
    })
}

const KNOWN: [&str; 16] = [
    "model",
    "prompt",
    "image",
    "size",
    "seed",
    "guidance_scale",
    "sequential_image_generation",
    "sequential_image_generation_options",
    "stream",
    "response_format",
    "output_format",
    "watermark",
    "optimize_prompt_options",
    "tools",
    "layer_decomposition",
    "user",
];

pub(super) fn read(fields: &Fields<'_>) -> Result<Wish, Denial> {
    fields.only(&KNOWN)?;
    let id = fields.required("model", 100)?;
    let model = model(id).ok_or_else(|| Denial::no(Kind::NotFound, format!("The model or endpoint {id} does not exist")))?;
    let prompt = fields.required("prompt", 20_000)?;
    let (references, first) = images(fields, &model)?;
    let seed = fields.int("seed", -1, 2_147_483_647)?;
    let guidance = fields.number("guidance_scale", 1.0, 10.0)?;
    if guidance.is_some() && !model.third {
        return Err(Denial::field("guidance_scale", "is not supported by this model"));
    }
    fields.bool("watermark")?;
    fields.bool("layer_decomposition")?;
    let format = fields.one_of("output_format", &["png", "jpeg"])?;
    if format.is_some() && !model.fifth {
        return Err(Denial::field("output_format", "is not supported by this model"));
    }
    let as_link = fields.one_of("response_format", &["url", "b64_json"])? != Some("b64_json");
    let wanted = wanted(fields.text("size", 20)?, &model, first.as_ref())?;
    let count = group(fields, references)?;
    let kind = Format::named(format.unwrap_or("jpeg")).unwrap_or(Format::Jpeg);
    let seed = seed.filter(|seed| *seed >= 0).unwrap_or(3).unsigned_abs();
    let orders = (0..count).map(|index| Order::new(prompt, seed + index, wanted, kind)).collect();
    Ok(Wish { model: id.to_owned(), orders, stream: fields.bool("stream")?.unwrap_or(false), as_link })
}

fn images(fields: &Fields<'_>, model: &Model) -> Result<(u64, Option<Facts>), Denial> {
    let images: Vec<&Value> = match fields.get("image") {
        None => Vec::new(),
        Some(Value::Array(images)) => images.iter().collect(),
        Some(image) => vec![image],
    };
    if images.len() > model.references {
        return Err(Denial::field("image", format!("{} references, {} are allowed", images.len(), model.references)));
    }
    let mut first = None;
    for image in &images {
        let text = image.as_str().ok_or_else(|| Denial::field("image", "must be a string or strings"))?;
        if text.len() > 14 << 20 {
            return Err(Denial::field("image", "is above 10 MB"));
        }
        first = first.or(picture_text("image", text, false)?);
    }
    Ok((images.len() as u64, first))
}

fn wanted(text: Option<&str>, model: &Model, image: Option<&Facts>) -> Result<(u32, u32), Denial> {
    let Some(text) = text else { return Ok(if model.third { (1024, 1024) } else { (2048, 2048) }) };
    if model.third && text == "adaptive" {
        return Ok(image.map_or((1024, 1024), Facts::size));
    }
    if let Some(level) = text.strip_suffix('K') {
        if !model.levels.contains(&text) {
            return Err(Denial::field("size", format!("{text} is not one of {:?}", model.levels)));
        }
        let side = level.parse::<u32>().unwrap_or(1) * 1024;
        return Ok((side, side));
    }
    let (width, height) = size(text, 'x').ok_or_else(|| Denial::field("size", format!("{text:?} is no size")))?;
    let pixels = u64::from(width) * u64::from(height);
    if !(model.least_pixels..=model.most_pixels).contains(&pixels) || width > 16 * height || height > 16 * width {
        return Err(Denial::field("size", format!("{text} is outside {}..{} pixels", model.least_pixels, model.most_pixels)));
    }
    Ok((width, height))
}

/// How many pictures come.
fn group(fields: &Fields<'_>, references: u64) -> Result<u64, Denial> {
    let auto = fields.one_of("sequential_image_generation", &["disabled", "auto"])? == Some("auto");
    let options = fields.inside("sequential_image_generation_options")?;
    let Some(options) = options else { return Ok(1) };
    options.only(&["max_images"])?;
    let most = options.int("max_images", 1, 15)?.unwrap_or(15).unsigned_abs();
    if most + references > 15 {
        return Err(Denial::field("max_images", "references and results are more than 15"));
    }
    Ok(if auto { most } else { 1 })
}
