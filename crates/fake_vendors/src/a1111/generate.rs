//! txt2img, img2img, extra-single-image.

use serde_json::{Value, json};

use super::{SAMPLERS, SCHEDULERS, UPSCALERS, progress};
use crate::answer::{Answer, Denial, Kind, SYNC, Served};
use crate::call::Call;
use crate::check::Fields;
use crate::fault::{Fault, Phase};
use crate::picture::{Format, Order};
use crate::shop::Shop;

const SHARED: [&str; 40] = [
    "prompt",
    "negative_prompt",
    "seed",
    "subseed",
    "subseed_strength",
    "width",
    "height",
    "batch_size",
    "n_iter",
    "styles",
    "steps",
    "cfg_scale",
    "distilled_cfg_scale",
    "sampler_name",
    "sampler_index",
    "scheduler",
    "restore_faces",
    "tiling",
    "denoising_strength",
    "override_settings",
    "override_settings_restore_afterwards",
    "refiner_checkpoint",
    "refiner_switch_at",
    "alwayson_scripts",
    "script_name",
    "script_args",
    "send_images",
    "save_images",
    "force_task_id",
    "infotext",
    "enable_hr",
    "hr_scale",
    "hr_resize_x",
    "hr_resize_y",
    "hr_upscaler",
    "hr_second_pass_steps",
    "hr_cfg",
    "eta",
    "do_not_save_samples",
    "do_not_save_grid",
];
const FROM_IMAGE: [&str; 12] = [
    "init_images",
    "resize_mode",
    "mask",
    "mask_blur",
    "mask_blur_x",
    "mask_blur_y",
    "inpainting_fill",
    "inpaint_full_res",
    "inpaint_full_res_padding",
    "inpainting_mask_invert",
    "initial_noise_multiplier",
    "include_init_images",
];

pub(super) fn answer(shop: &Shop, call: &Call, from_image: bool) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&[&SHARED[..], if from_image { &FROM_IMAGE } else { &[] }].concat())?;
    let prompt = fields.text("prompt", 100_000)?.unwrap_or_default();
    let (count, seed, size) = numbers(&fields)?;
    for (name, known) in [("sampler_name", &SAMPLERS[..]), ("scheduler", &SCHEDULERS)] {
        if let Some(value) = fields.text(name, 100)?
            && !known.iter().any(|known| known.eq_ignore_ascii_case(value))
        {
            return Err(Denial::wrong(Kind::Server(400), format!("{name} {value:?} not found")));
        }
    }
    if from_image {
        images(&fields)?;
    }
    let faults = shop.faults(prompt);
    shop.gate(call, prompt, &faults, Phase::Submit)?;
    progress::begin(shop, fields.text("force_task_id", 200)?.unwrap_or("anonymous"), faults.at(Fault::Slow, SYNC).unwrap_or(0));
    let orders = (0..count).map(|index| Order::new(prompt, seed + index, size, Format::Png));
    let pictures: Vec<String> = orders.map(|order| shop.base64(&order, &faults)).collect();
    let seeds: Vec<u64> = (0..count).map(|index| seed + index).collect();
    // A string with JSON in it, as the server has it.
    let info = json!({
        "prompt": prompt, "all_prompts": vec![prompt; pictures.len()],
        "negative_prompt": fields.text("negative_prompt", 100_000)?.unwrap_or_default(),
        "seed": seed, "all_seeds": seeds, "subseed": 1, "width": size.0, "height": size.1, "sampler_name": "Euler", "cfg_scale": 7.0,
        "steps": fields.int("steps", 1, 150)?.unwrap_or(50), "sd_model_name": "dreamshaper_8", "infotexts": vec![prompt; pictures.len()],
        "job_timestamp": "20261101100000",
    });
    let parameters: Value = call.object()?.clone().into();
    let body = json!({ "images": pictures, "parameters": parameters, "info": info.to_string() });
    let mut served = Served::under(Answer::ok(body), &faults, SYNC).items("/images");
    served.stop = Some(shop.house.interrupt.clone());
    Ok(served)
}

/// How many, from which seed, how large.
fn numbers(fields: &Fields<'_>) -> Result<(u64, u64, (u32, u32)), Denial> {
    let count = fields.int("batch_size", 1, 8)?.unwrap_or(1).unsigned_abs() * fields.int("n_iter", 1, 100)?.unwrap_or(1).unsigned_abs();
    let seed = fields.int("seed", -1, i64::from(u32::MAX))?.filter(|seed| *seed >= 0).unwrap_or(777).unsigned_abs();
    fields.int("steps", 1, 150)?;
    fields.number("cfg_scale", 0.0, 30.0)?;
    fields.number("denoising_strength", 0.0, 1.0)?;
    let side = |name: &str| -> Result<u32, Denial> {
        let side = fields.int(name, 64, 2048)?.unwrap_or(512);
        if side % 8 == 0 { Ok(u32::try_from(side).unwrap_or(512)) } else { Err(Denial::field(name, "must be a multiple of 8")) }
    };
    Ok((count, seed, (side("width")?, side("height")?)))
}

fn images(fields: &Fields<'_>) -> Result<(), Denial> {
    let list = fields.get("init_images").and_then(Value::as_array).filter(|images| !images.is_empty());
    let list = list.ok_or_else(|| Denial::wrong(Kind::NotFound, "Init image not found"))?;
    let mut first = None;
    for image in list {
        let text = image.as_str().unwrap_or_default();
        if text.starts_with("http") {
            return Err(Denial::wrong(Kind::Server(500), "Requests not allowed"));
        }
        first = first.or(crate::check::picture_text("init_images", text, true)?);
    }
    fields.int("resize_mode", 0, 3)?;
    fields.int("inpainting_fill", 0, 3)?;
    fields.int("inpainting_mask_invert", 0, 1)?;
    match (fields.picture("mask", true)?, first) {
        (Some(mask), Some(image)) if mask.size() != image.size() => Err(Denial::field("mask", "its size is not that of the image")),
        _ => Ok(()),
    }
}

pub(super) fn upscale(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    fields.only(&[
        "image",
        "resize_mode",
        "show_extras_results",
        "upscaling_resize",
        "upscaling_resize_w",
        "upscaling_resize_h",
        "upscaling_crop",
        "upscaler_1",
        "upscaler_2",
        "extras_upscaler_2_visibility",
        "gfpgan_visibility",
        "codeformer_visibility",
        "codeformer_weight",
        "upscale_first",
    ])?;
    let image = fields.picture("image", true)?.ok_or_else(|| Denial::field("image", "is required"))?;
    fields.one_of("upscaler_1", &UPSCALERS)?;
    let mode = fields.int("resize_mode", 0, 1)?.unwrap_or(0);
    let times = fields.number("upscaling_resize", 1.0, 8.0)?.unwrap_or(2.0);
    let side = |name| fields.int(name, 64, 8192).map(|side| u32::try_from(side.unwrap_or(512)).unwrap_or(512));
    // Truncation is what the server does, and the factor is small.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 8 times a picture's side")]
    let grown = |side: u32| (f64::from(side) * times) as u32;
    let size =
        if mode == 0 { (grown(image.width), grown(image.height)) } else { (side("upscaling_resize_w")?, side("upscaling_resize_h")?) };
    let faults = shop.faults("");
    shop.gate(call, "upscale", &faults, Phase::Submit)?;
    let picture = shop.base64(&Order::new("upscale", 0, size, Format::Png), &faults);
    Ok(Served::under(Answer::ok(json!({ "image": picture, "html_info": "" })), &faults, SYNC).items("/image"))
}
