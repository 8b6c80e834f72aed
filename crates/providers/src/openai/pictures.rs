//! The call: a generation in JSON, or whatever takes the request's pictures along.

use egress::Call;
use http::Method;
use serde_json::{Map, Value, json};

use super::dialect::{Dialect, Pictures};
use super::fields::{fields, unsupported};
use crate::account::Account;
use crate::error::{Class, Error};
use crate::form;
use crate::http as wire;
use crate::mask::{MaskForm, mask};
use crate::outpaint;
use crate::request::{ImageRequest, Picture, TaskType};

const GENERATIONS: &str = "images/generations";
/// OpenAI takes masks below 4 MB.
const MASK_BYTES: usize = 4_000_000;

/// The paid call, without the key.
///
/// # Errors
/// [`Class::InvalidRequest`] for what cannot be said in this dialect. Nothing was sent.
pub async fn call(dialect: &Dialect, account: &Account, request: &ImageRequest) -> Result<Call, Error> {
    let mut fields = fields(dialect, request)?;
    let extended = if request.task_type == TaskType::Outpaint { Some(outpaint::extended(request).await?) } else { None };
    let request = extended.as_ref().unwrap_or(request);
    let pictures: Vec<&Picture> = request.images.iter().chain(&request.references).chain(&request.style_image).collect();
    if request.task_type != TaskType::TextToImage && request.images.is_empty() {
        return Err(Error::new(Class::InvalidRequest, "there is no picture to work on"));
    }
    if pictures.is_empty() && request.mask.is_none() {
        return json_call(account, &fields);
    }
    match dialect.pictures {
        Pictures::Form { most } if pictures.len() > most => Err(unsupported(dialect, &format!("more than {most} pictures"))),
        Pictures::Form { .. } => edit(account, request, &fields, &pictures).await,
        Pictures::Fields(names) => {
            if pictures.len() > names.len() || request.mask.is_some() {
                return Err(unsupported(dialect, "a mask, or so many pictures"));
            }
            fields.extend(names.iter().zip(pictures).map(|(name, picture)| ((*name).to_owned(), json!(picture.data_url()))));
            json_call(account, &fields)
        }
        Pictures::LocalAi => local(dialect, account, request, fields, &pictures).await,
    }
}

fn json_call(account: &Account, fields: &Map<String, Value>) -> Result<Call, Error> {
    account.call(Method::POST, GENERATIONS).json(fields).map_err(|error| wire::of_submit(&error))
}

async fn edit(account: &Account, request: &ImageRequest, fields: &Map<String, Value>, pictures: &[&Picture]) -> Result<Call, Error> {
    let mut form = form::of(fields);
    // Servers that know only one spelling know this one: one picture without brackets, several with them.
    let name = if pictures.len() == 1 { "image" } else { "image[]" };
    for (index, picture) in pictures.iter().enumerate() {
        form = form::with_file(form, name, &format!("image-{}", index + 1), picture)?;
    }
    if let Some(mask) = mask(request, MaskForm::Transparent).await? {
        if mask.bytes.len() >= MASK_BYTES {
            return Err(Error::new(Class::InvalidRequest, "the mask is too detailed: its file reaches 4 MB"));
        }
        form = form::with_file(form, "mask", "mask", &mask)?;
    }
    Ok(account.call(Method::POST, "images/edits").form(form))
}

/// LocalAI's own ways: generations take pictures as base64, a mask and an enlargement have paths of their own.
async fn local(
    dialect: &Dialect,
    account: &Account,
    request: &ImageRequest,
    mut fields: Map<String, Value>,
    pictures: &[&Picture],
) -> Result<Call, Error> {
    let Some((first, others)) = pictures.split_first() else { return Err(unsupported(dialect, "a mask without a picture")) };
    if request.mask.is_some() != (request.task_type == TaskType::Inpaint) {
        return Err(unsupported(dialect, "a mask with another task than inpainting, or inpainting without one"));
    }
    let path = match request.task_type {
        TaskType::Inpaint => "images/inpainting",
        TaskType::Upscale => "images/upscale",
        _ => {
            fields.insert("file".to_owned(), json!(first.base64()));
            if !others.is_empty() {
                fields.insert("ref_images".to_owned(), others.iter().map(|picture| picture.base64()).collect());
            }
            return json_call(account, &fields);
        }
    };
    // These two make one picture, whose size follows from the first, and always answer a link.
    if request.count > 1 || request.size.is_some() || !others.is_empty() {
        return Err(unsupported(dialect, "several pictures, or a size, with a mask or an enlargement"));
    }
    fields.remove("response_format");
    if let Some(steps) = fields.remove("step") {
        fields.insert("steps".to_owned(), steps);
    }
    if request.task_type == TaskType::Upscale {
        fields.remove("prompt");
        fields.extend(request.settings.scale.map(|scale| ("scale".to_owned(), json!(scale))));
    }
    let mut form = form::with_file(form::of(&fields), "image", "image", first)?;
    if let Some(mask) = mask(request, MaskForm::White).await? {
        form = form::with_file(form, "mask", "mask", &mask)?;
    }
    Ok(account.call(Method::POST, path).form(form))
}
