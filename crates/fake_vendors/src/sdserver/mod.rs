//! The server of stable-diffusion.cpp: OpenAI family, native jobs, and a few `sdapi` routes. It knows no keys, and
//! its errors are bare strings.

mod jobs;

use serde_json::{Value, json};

use crate::answer::{Answer, Denial, Kind, SYNC, Served, Trouble};
use crate::call::{Call, picture_part};
use crate::check::{Fields, size};
use crate::fault::Phase;
use crate::picture::{Format, Order};
use crate::shop::{Shop, now};

pub(crate) fn route(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("GET", ["v1", "models"]) => {
            let model = json!({ "id": "sd-cpp-local", "object": "model", "owned_by": "local" });
            Ok(Served::plain(Answer::ok(json!({ "object": "list", "data": [model] }))))
        }
        ("POST", ["v1", "images", "generations"]) => generate(shop, call),
        ("POST", ["v1", "images", "edits"]) => edit(shop, call),
        (_, ["sdcpp", "v1", rest @ ..]) => jobs::route(shop, call, method, rest),
        ("GET", ["sdapi", "v1", "options"]) => Ok(Served::plain(Answer::ok(json!({ "sd_model_checkpoint": "sd-cpp-local" })))),
        ("GET", ["sdapi", "v1", "samplers"]) => Ok(Served::plain(Answer::ok(json!([{ "name": "euler_a", "aliases": [], "options": {} }])))),
        _ => Err(Denial::wrong(Kind::NotFound, format!("no route {method} {}", call.path))),
    }
}

pub(crate) fn error(trouble: &Trouble) -> Answer {
    Answer::json(trouble.status(), json!({ "error": trouble.message }))
}

/// Fields that are read, and those that are taken and ignored.
const KNOWN: [&str; 10] =
    ["prompt", "n", "size", "output_format", "output_compression", "model", "quality", "background", "stream", "user"];

fn generate(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&[&KNOWN[..], &["response_format"]].concat())?;
    answer(shop, call, &fields, &["png", "jpeg", "webp"])
}

fn edit(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let parts = call.parts()?;
    let fields = Fields::of_form(parts)?;
    fields.only(&[&KNOWN[..], &["response_format"]].concat())?;
    let images: Vec<_> = parts.iter().filter(|part| part.name == "image" || part.name == "image[]").collect();
    if images.is_empty() {
        return Err(Denial::field("image", "is required"));
    }
    let sizes = images.into_iter().map(picture_part).collect::<Result<Vec<_>, _>>()?;
    if let Some(mask) = parts.iter().find(|part| part.name == "mask")
        && picture_part(mask)?.size() != sizes[0].size()
    {
        return Err(Denial::field("mask", "its size is not that of the image"));
    }
    answer(shop, call, &fields, &["png", "jpeg"])
}

fn answer(shop: &Shop, call: &Call, fields: &Fields<'_>, formats: &[&str]) -> Result<Served, Denial> {
    let prompt = checked_prompt(fields)?;
    let count = fields.int("n", 1, 8)?.unwrap_or(1).unsigned_abs();
    fields.int("output_compression", 0, 100)?;
    let format = fields.one_of("output_format", formats)?.unwrap_or("png");
    let faults = shop.faults(prompt);
    shop.gate(call, prompt, &faults, Phase::Submit)?;
    // A bad size falls back silently.
    let wanted = fields.text("size", 20)?.and_then(|text| size(text, 'x')).unwrap_or((512, 512));
    let kind = Format::named(format).unwrap_or(Format::Png);
    let items: Vec<Value> = (0..count)
        .map(|index| shop.item(Order::new(prompt, index, wanted, kind), &faults, usize::try_from(index).unwrap_or(0), false))
        .collect();
    let body = json!({ "created": now(), "output_format": format, "data": items });
    Ok(Served::under(Answer::ok(body), &faults, SYNC).items("/data"))
}

/// The prompt. A block of native parameters in it is somebody's injection: a product never sends one.
fn checked_prompt<'a>(fields: &'a Fields<'_>) -> Result<&'a str, Denial> {
    let prompt = fields.required("prompt", 100_000)?;
    if prompt.contains("<sd_cpp_extra_args>") {
        return Err(Denial::field("prompt", "holds a block of native parameters"));
    }
    Ok(prompt)
}
