//! From a stored task to requests: one for each picture of a tool that works picture by picture on the embedded engine,
//! else one with all of them. Parameters were checked, and words put together, when the task was accepted; what a vendor's
//! model does not take is a default of another one, and left out.

use bytes::Bytes;
use imaging::Format;
use providers::size::{Size, Wanted};
use providers::{Background, ImageRequest, Model, OutputFormat, Picture, Settings, TaskType};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::Chosen;
use super::previews::WANTED;
use super::share::Share;
use crate::database::files::FileRow;
use crate::error::Code;
use crate::jobs::run_task::{Halt, Shift, pictures};
use crate::models::catalogue::{AiModel, VendorModel};
use crate::models::id::FileId;
use crate::services::ai::embedded::output_format;
use crate::services::ai::results::result_limits;

mod engine;

/// A picture larger than this is made smaller before it is sent: no model sees more, and vendors refuse what is far larger.
const LONGEST_SIDE: u32 = 4096;
/// Bytes of a file above which it is encoded anew.
const MOST_BYTES: i64 = 16 << 20;
/// Quality of a picture that is encoded anew.
const QUALITY: u8 = 92;

/// What is asked for, and what becomes of it.
pub struct Wish {
    /// The request; its id is filled in when the try has a number.
    pub request: ImageRequest,
    /// How results are stored.
    pub format: Format,
    /// The name of the picture that was worked on.
    pub label: Option<String>,
    /// The picture that was worked on, when there was one only.
    pub input: Option<FileId>,
    /// Its part of the task.
    pub share: Share,
}

/// The parts in which a task is asked for, each with its pictures. A paid request stands alone: its result must be safe
/// before the next, and a task has one end.
pub fn shares(shift: &Shift<'_>, chosen: &Chosen<'_>) -> Result<Vec<Share>, Halt> {
    let inputs = shift.task.input_ids()?;
    let apart = chosen.seat.adapter.abilities().repeatable && !inputs.is_empty();
    let parts: Vec<Vec<FileId>> = if apart { inputs.into_iter().map(|input| vec![input]).collect() } else { vec![inputs] };
    let of = parts.len();
    Ok(parts.into_iter().enumerate().map(|(index, inputs)| Share { index, of, inputs }).collect())
}

/// The request of a part of a task to a model.
pub async fn wish(shift: &Shift<'_>, chosen: &Chosen<'_>, share: Share) -> Result<Wish, Halt> {
    let mut rows = Vec::new();
    for id in &share.inputs {
        rows.push(pictures::row(shift.app, id.clone()).await?);
    }
    let parameters = shift.task.parameters()?;
    let format = output_format(&parameters);
    let request = match &chosen.model.vendor {
        Some(vendor) => of_vendor(shift, chosen, vendor, &parameters, &rows).await?,
        None => engine::request(shift, chosen.model, parameters, &rows).await?,
    };
    let input = share.inputs.first().filter(|_| share.inputs.len() == 1).cloned();
    Ok(Wish { request, format, label: rows.into_iter().next().map(|row| row.name), input, share })
}

fn task_type(shift: &Shift<'_>) -> Result<TaskType, Halt> {
    let name = &shift.task.task_type;
    TaskType::named(name).ok_or_else(|| Halt::Failed(Code::ToolUnavailable, format!("{name} is no task type")))
}

async fn of_vendor(
    shift: &Shift<'_>,
    chosen: &Chosen<'_>,
    vendor: &VendorModel,
    parameters: &Map<String, Value>,
    rows: &[FileRow],
) -> Result<ImageRequest, Halt> {
    let model = chosen.model;
    let size = size(vendor, parameters, rows.first());
    let mut images = Vec::new();
    for row in rows {
        images.push(picture(shift, row).await?);
    }
    let references = images.split_off(images.len().min(1));
    let taken = |name: &str| parameters.get(name).filter(|value| model.takes(name) && !value.is_null());
    let told = shift.task.prompt_details()?;
    let untold = || Halt::Failed(Code::ToolUnavailable, format!("{} was told nothing", model.id));
    let told = told.told(&model.id).ok_or_else(untold)?;
    let count = shift.task.picture_count.unsigned_abs();
    // How partial pictures of several at once come is documented nowhere.
    let previews = if count == 1 && chosen.seat.adapter.abilities().previews { WANTED } else { 0 };
    Ok(ImageRequest {
        task_type: task_type(shift)?,
        model: Model { wire_id: vendor.wire_id.clone(), options: vendor.options.clone(), inputs: vendor.inputs.clone() },
        prompt: told.prompt.clone(),
        negative_prompt: told.negative_prompt.clone(),
        images,
        mask: None,
        references,
        style_image: None,
        size,
        count,
        seed: taken("seed").and_then(Value::as_u64).and_then(|seed| u32::try_from(seed).ok()),
        settings: settings(model, parameters)?,
        previews,
        end_user: Some(end_user(&shift.task.user_id)),
        request_id: String::new(),
        callback: None,
    })
}

/// The size of the model that comes nearest to what was asked. `auto` is the shape of the picture; its size is the
/// model's own, which is what the price is for.
fn size(vendor: &VendorModel, parameters: &Map<String, Value>, first: Option<&FileRow>) -> Option<Size> {
    let asked = parameters.get("aspectRatio").and_then(Value::as_str).filter(|ratio| *ratio != "auto");
    let ratio = asked.map(str::to_owned).or_else(|| first.map(|row| format!("{}:{}", row.width, row.height)));
    vendor.sizes.as_ref()?.resolve(&Wanted { ratio, ..Wanted::default() })
}

/// The parameters that this model takes, in the vocabulary of all vendors.
fn settings(model: &AiModel, parameters: &Map<String, Value>) -> Result<Settings, Halt> {
    let mut taken = parameters.clone();
    taken.retain(|name, _| ["quality", "background"].contains(&name.as_str()) && model.takes(name));
    let settings: Result<Settings, _> = serde_json::from_value(Value::Object(taken));
    let mut settings = settings.map_err(|error| Halt::Failed(Code::ParameterInvalid, error.to_string()))?;
    settings.background = settings.background.filter(|background| *background != Background::Auto);
    if model.takes("outputFormat") {
        // JPEG has no transparency: the vendor makes a PNG, and white comes behind it here.
        let transparent = settings.background == Some(Background::Transparent);
        settings.output_format = Some(match output_format(parameters) {
            Format::Jpeg if !transparent => OutputFormat::Jpeg,
            Format::WebP => OutputFormat::Webp,
            _ => OutputFormat::Png,
        });
    }
    Ok(settings)
}

/// A stored picture as it is sent: upright and without camera data it is already.
async fn picture(shift: &Shift<'_>, row: &FileRow) -> Result<Picture, Halt> {
    let bytes = pictures::read(shift.app, row).await?;
    let (width, height) = (row.width.unsigned_abs(), row.height.unsigned_abs());
    let format = Format::from_mime(&row.mime).filter(|format| *format != Format::Gif);
    match format {
        Some(format) if row.size_bytes <= MOST_BYTES && width.max(height) <= LONGEST_SIDE => {
            Ok(Picture { bytes, mime: format.mime(), width, height })
        }
        _ => smaller(shift, bytes).await,
    }
}

async fn smaller(shift: &Shift<'_>, bytes: Bytes) -> Result<Picture, Halt> {
    let limits = result_limits();
    let memory = imaging::inspect(&bytes, &limits).map_or(0, |header| imaging::memory_estimate(&header, bytes.len() as u64));
    let shrink = move || {
        let image = imaging::shrink(&bytes, LONGEST_SIDE, &limits)?;
        let format = if image.color().has_alpha() { Format::Png } else { Format::Jpeg };
        let bytes = imaging::encode(&image, format, QUALITY)?;
        Ok(Picture { bytes: bytes.into(), mime: format.mime(), width: image.width(), height: image.height() })
    };
    let shrunk: Result<Picture, imaging::Error> = shift.app.decode_budget.run(memory, shrink).await?;
    shrunk.map_err(|error| Halt::Failed(Code::FileCorrupt, error.to_string()))
}

/// Names the person to the vendor without saying who it is: the id is random, and its hash tells nothing of it.
fn end_user(user_id: &str) -> String {
    let hash = hex::encode(Sha256::digest(format!("danqing end user {user_id}")));
    hash.chars().take(32).collect()
}
