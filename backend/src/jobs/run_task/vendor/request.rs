//! From a stored task to a vendor's request. Parameters were checked when the task was accepted; what this model does not
//! take is a default of another one, and left out.

use imaging::Format;
use providers::size::{Size, Wanted};
use providers::{Background, Expand, ImageRequest, Model, OutputFormat, Settings, TaskType};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::previews::WANTED;
use super::{Chosen, sent};
use crate::database::files::FileRow;
use crate::error::Code;
use crate::jobs::run_task::{Halt, Shift, pictures};
use crate::models::catalogue::{AiModel, VendorModel};
use crate::services::ai::embedded::output_format;
use crate::services::tasks::picture_rules::SIDES;

/// Parameters that are settings of the vocabulary, by the same names.
const SETTINGS: [&str; 6] = ["quality", "background", "strength", "controlStrength", "scale", "searchPrompt"];

/// What a vendor is asked for, and what becomes of it.
pub struct Wish {
    /// The request; its id is filled in when the try has a number.
    pub request: ImageRequest,
    /// How results are stored.
    pub format: Format,
    /// The name of the picture that was worked on.
    pub label: Option<String>,
}

/// The request of a task to a model.
pub async fn wish(shift: &Shift<'_>, chosen: &Chosen<'_>) -> Result<Wish, Halt> {
    let model = chosen.model;
    let gone = |what: String| Halt::Failed(Code::ToolUnavailable, what);
    let vendor = model.vendor.as_ref().ok_or_else(|| gone(format!("{} is no vendor's model", model.id)))?;
    let task_type: TaskType = serde_json::from_value(shift.task.task_type.clone().into()).map_err(|error| gone(error.to_string()))?;
    let parameters = shift.task.parameters()?;
    let mut rows = Vec::new();
    for id in shift.task.input_ids()? {
        rows.push(pictures::row(shift.app, id).await?);
    }
    let size = size(vendor, &shift.task.task_type, &parameters, rows.first());
    let mut images = Vec::new();
    for row in &rows {
        images.push(sent::picture(shift, vendor, row).await?);
    }
    let mut references = images.split_off(images.len().min(1));
    references.extend(sent::named(shift, vendor, &parameters, "backgroundImage").await?);
    let mask = sent::mask(shift, &parameters, images.first()).await?;
    let style_image = sent::named(shift, vendor, &parameters, "styleImage").await?;
    let format = output_format(&parameters);
    let taken = |name: &str| parameters.get(name).filter(|value| model.takes(name) && !value.is_null());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let count = shift.task.picture_count.unsigned_abs();
    // How partial pictures of several at once come is documented nowhere.
    let previews = if count == 1 && chosen.seat.adapter.abilities().previews { WANTED } else { 0 };
    let request = ImageRequest {
        task_type,
        model: Model { wire_id: vendor.wire_id.clone(), options: vendor.options.clone(), inputs: vendor.inputs.clone() },
        prompt: parameters.get("prompt").and_then(text).unwrap_or_default(),
        negative_prompt: taken("negativePrompt").and_then(text).filter(|words| !words.trim().is_empty()),
        images,
        mask,
        references,
        style_image,
        size,
        count,
        seed: taken("seed").and_then(Value::as_u64).and_then(|seed| u32::try_from(seed).ok()),
        settings: settings(model, &parameters, format)?,
        previews,
        end_user: Some(end_user(&shift.task.user_id)),
        request_id: String::new(),
        callback: None,
    };
    Ok(Wish { request, format, label: rows.into_iter().next().map(|row| row.name) })
}

/// The size of the model that comes nearest to what was asked. `auto` is the shape of the picture; its size is the
/// model's own, which is what the price is for.
fn size(vendor: &VendorModel, task_type: &str, parameters: &Map<String, Value>, first: Option<&FileRow>) -> Option<Size> {
    if !vendor.size_tasks.is_empty() && !vendor.size_tasks.iter().any(|task| task == task_type) {
        return None;
    }
    let asked = parameters.get("aspectRatio").and_then(Value::as_str).filter(|ratio| *ratio != "auto");
    let Expand { left, right, top, bottom } = expand(parameters);
    let grown = |row: &FileRow| format!("{}:{}", row.width.unsigned_abs() + left + right, row.height.unsigned_abs() + top + bottom);
    let ratio = asked.map(str::to_owned).or_else(|| first.map(grown));
    vendor.sizes.as_ref()?.resolve(&Wanted { ratio, ..Wanted::default() })
}

/// Pixels that the picture grows on each side.
fn expand(parameters: &Map<String, Value>) -> Expand {
    let [left, right, top, bottom] = SIDES.map(|side| {
        let pixels = parameters.get(side).and_then(Value::as_u64);
        pixels.and_then(|pixels| u32::try_from(pixels).ok()).unwrap_or_default()
    });
    Expand { left, right, top, bottom }
}

/// The parameters that this model takes, in the vocabulary of all vendors. `searchPrompt` is of tools of which all models
/// take it.
fn settings(model: &AiModel, parameters: &Map<String, Value>, format: Format) -> Result<Settings, Halt> {
    let mut taken = parameters.clone();
    taken.retain(|name, _| SETTINGS.contains(&name.as_str()) && (model.takes(name) || name == "searchPrompt"));
    let settings: Result<Settings, _> = serde_json::from_value(Value::Object(taken));
    let mut settings = settings.map_err(|error| Halt::Failed(Code::ParameterInvalid, error.to_string()))?;
    settings.expand = Some(expand(parameters)).filter(|expand| *expand != Expand::default());
    settings.background = settings.background.filter(|background| *background != Background::Auto);
    if model.takes("outputFormat") {
        // JPEG has no transparency: the vendor makes a PNG, and white comes behind it here.
        let transparent = settings.background == Some(Background::Transparent);
        settings.output_format = Some(match format {
            Format::Jpeg if !transparent => OutputFormat::Jpeg,
            Format::WebP => OutputFormat::Webp,
            _ => OutputFormat::Png,
        });
    }
    Ok(settings)
}

/// Names the person to the vendor without saying who it is: the id is random, and its hash tells nothing of it.
fn end_user(user_id: &str) -> String {
    let hash = hex::encode(Sha256::digest(format!("danqing end user {user_id}")));
    hash.chars().take(32).collect()
}
