//! The model with functions: one picture, a function, perhaps a mask that is white where it may change.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::protocol::Protocol;
use crate::error::{Class, Error};
use crate::instruction::instruction;
use crate::mask::{MaskForm, mask};
use crate::outpaint;
use crate::request::{ImageRequest, TaskType};
use crate::vocabulary::number;

/// What the functions are called, as far as a task needs them.
const EDIT: &str = "description_edit";
const EDIT_WITH_MASK: &str = "description_edit_with_mask";
const STYLIZE: &str = "stylization_all";
const ENLARGE: &str = "super_resolution";
/// Draws anew along the lines that it finds in the picture.
const DOODLE: &str = "doodle";

/// The input, and what the function wants among the parameters.
///
/// # Errors
/// [`Class::InvalidRequest`] for what no function does.
pub async fn input(request: &ImageRequest, parameters: &mut Map<String, Value>) -> Result<Value, Error> {
    let unsupported = |what| Protocol::ImageEdit.vocabulary().unsupported(what);
    // `expand` takes ratios whose centre the documentation leaves open; a canvas and a mask say it to the pixel.
    let extended = if request.task_type == TaskType::Outpaint { Some(outpaint::extended(request).await?) } else { None };
    let request = extended.as_ref().unwrap_or(request);
    let function = function(request);
    let [picture] = request.images.as_slice() else {
        return Err(Error::new(Class::InvalidRequest, format!("{} pictures, this model works on one", request.images.len())));
    };
    if request.mask.is_some() != (function == EDIT_WITH_MASK) {
        return Err(unsupported("a mask with this task, or this task without one"));
    }
    if let Some(strength) = request.settings.strength {
        if ![EDIT, STYLIZE].contains(&function) {
            return Err(unsupported("strength, with this task"));
        }
        parameters.insert("strength".to_owned(), number(strength));
    }
    if let Some(scale) = request.settings.scale {
        parameters.insert("upscale_factor".to_owned(), json!(scale));
    }
    let mut input = json!({ "function": function, "prompt": words(function, request), "base_image_url": picture.data_url() });
    if let Some(mask) = mask(request, MaskForm::White).await? {
        input["mask_image_url"] = mask.data_url().into();
    }
    Ok(input)
}

fn function(request: &ImageRequest) -> &'static str {
    match request.task_type {
        TaskType::Upscale => ENLARGE,
        TaskType::StyleTransfer => STYLIZE,
        TaskType::SketchToImage | TaskType::StructureToImage => DOODLE,
        TaskType::Inpaint => EDIT_WITH_MASK,
        _ if request.mask.is_some() => EDIT_WITH_MASK,
        _ => EDIT,
    }
}

/// Functions that say the task themselves take the user's words alone. All of them want some.
fn words<'a>(function: &str, request: &'a ImageRequest) -> Cow<'a, str> {
    match function {
        ENLARGE if request.prompt.trim().is_empty() => Cow::Borrowed("Super resolution."),
        ENLARGE | STYLIZE | DOODLE => Cow::Borrowed(&request.prompt),
        _ => instruction(request),
    }
}
