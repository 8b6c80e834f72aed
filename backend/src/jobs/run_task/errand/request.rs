//! From a stored task to requests: one for each picture of a tool that works picture by picture on the embedded engine,
//! else one with all of them. Parameters were checked, and words put together, when the task was accepted; what a vendor's
//! model does not take is a default of another one, and left out.

use imaging::Format;
use providers::size::{Size, Wanted};
use providers::{Background, Expand, ImageRequest, Model, OutputFormat, Settings, TaskType};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::previews::WANTED;
use super::share::Share;
use super::{Chosen, sent};
use crate::database::files::FileRow;
use crate::error::Code;
use crate::jobs::run_task::pictures::Rows;
use crate::jobs::run_task::{Halt, Shift};
use crate::models::catalogue::{ASPECT_RATIO, AiModel, PROMPT, VendorModel};
use crate::models::id::FileId;
use crate::services::ai::embedded::output_format;
use crate::services::tasks::picture_rules::SIDES;

mod engine;

/// Parameters that are settings of the vocabulary, by the same names.
const SETTINGS: [&str; 6] = ["quality", "background", "strength", "controlStrength", "scale", "searchPrompt"];

/// What is asked for in a part of a task, and what becomes of it: all but the pictures themselves, which only a request
/// needs that is about to be sent.
pub struct Wish {
    /// How many pictures.
    pub count: u32,
    /// The size that a vendor is asked for.
    pub size: Option<Size>,
    /// How results are stored.
    pub format: Format,
    /// The name of the picture that was worked on.
    pub label: Option<String>,
    /// The picture that was worked on, when there was one only.
    pub input: Option<FileId>,
    /// Its part of the task.
    pub share: Share,
    parameters: Map<String, Value>,
    rows: Rows,
}

impl Wish {
    /// The pictures that are worked on, in their order.
    fn inputs(&self) -> Result<Vec<&FileRow>, Halt> {
        self.share.inputs.iter().map(|id| self.rows.get(id.as_str())).collect()
    }

    /// The picture that a parameter names, when it names one.
    pub fn named(&self, parameter: &str) -> Result<Option<&FileRow>, Halt> {
        self.parameters.get(parameter).and_then(Value::as_str).map(|id| self.rows.get(id)).transpose()
    }
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

/// What is asked of a model in a part of a task.
pub async fn wish(shift: &Shift<'_>, chosen: &Chosen<'_>, share: Share) -> Result<Wish, Halt> {
    let parameters = shift.task.parameters()?;
    let in_parameters = parameters.values().filter_map(|value| value.as_str()?.parse().ok());
    let named = share.inputs.iter().cloned().chain(in_parameters).collect();
    let rows = Rows::load(shift.app, shift.task, named).await?;
    let first = share.inputs.first().map(|id| rows.get(id.as_str())).transpose()?;
    let vendor = chosen.model.vendor.as_ref();
    Ok(Wish {
        // The embedded engine makes one picture of each.
        count: if vendor.is_some() { shift.task.picture_count.unsigned_abs() } else { 1 },
        size: vendor.and_then(|vendor| size(vendor, &shift.task.task_type, &parameters, first)),
        format: output_format(&parameters),
        label: first.map(|row| row.name.clone()),
        input: share.inputs.first().filter(|_| share.inputs.len() == 1).cloned(),
        share,
        parameters,
        rows,
    })
}

/// The request that says it; its id is filled in when the try has a number.
pub async fn request(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish) -> Result<ImageRequest, Halt> {
    match &chosen.model.vendor {
        Some(vendor) => of_vendor(shift, chosen, vendor, wish).await,
        None => engine::request(shift, chosen.model, wish).await,
    }
}

fn task_type(shift: &Shift<'_>) -> Result<TaskType, Halt> {
    let name = &shift.task.task_type;
    TaskType::named(name).ok_or_else(|| Halt::Failed(Code::ToolUnavailable, format!("{name} is no task type")))
}

async fn of_vendor(shift: &Shift<'_>, chosen: &Chosen<'_>, vendor: &VendorModel, wish: &Wish) -> Result<ImageRequest, Halt> {
    let (model, parameters, count, rows) = (chosen.model, &wish.parameters, wish.count, wish.inputs()?);
    let mut images = Vec::new();
    for row in &rows {
        images.push(sent::picture(shift, vendor, row).await?);
    }
    let mut references = images.split_off(images.len().min(1));
    let mut settings = settings(model, parameters)?;
    if let (Some(expand), Some(sent), Some(row)) = (settings.expand, images.first(), rows.first()) {
        settings.expand = Some(shrunk(expand, sent.width, row.width.unsigned_abs()));
    }
    references.extend(sent::named(shift, vendor, wish, "backgroundImage").await?);
    let mask = sent::mask(shift, wish, images.first()).await?;
    let style_image = sent::named(shift, vendor, wish, "styleImage").await?;
    let taken = |name: &str| parameters.get(name).filter(|value| model.takes(name) && !value.is_null());
    let words = words(shift, model, parameters)?;
    // How partial pictures of several at once come is documented nowhere.
    let previews = if count == 1 && chosen.seat.adapter.abilities().previews { WANTED } else { 0 };
    Ok(ImageRequest {
        task_type: task_type(shift)?,
        model: Model { wire_id: vendor.wire_id.clone(), options: vendor.options.clone(), inputs: vendor.inputs.clone() },
        prompt: words.prompt,
        negative_prompt: words.negative,
        images,
        mask,
        references,
        style_image,
        size: wish.size.clone(),
        count,
        seed: taken("seed").and_then(Value::as_u64).and_then(|seed| u32::try_from(seed).ok()),
        settings,
        previews,
        end_user: Some(end_user(&shift.task.user_id)),
        request_id: String::new(),
    })
}

/// What a model is told.
struct Said {
    prompt: String,
    negative: Option<String>,
}

/// What was put together when the task was accepted; for tools that are not about words, what the model takes of them.
fn words(shift: &Shift<'_>, model: &AiModel, parameters: &Map<String, Value>) -> Result<Said, Halt> {
    let details = shift.task.prompt_details()?;
    if details.built.is_empty() {
        let own = parameters.get(PROMPT).filter(|_| model.takes(PROMPT)).and_then(Value::as_str);
        return Ok(Said { prompt: own.unwrap_or_default().to_owned(), negative: None });
    }
    let untold = || Halt::Failed(Code::ToolUnavailable, format!("{} was told nothing", model.id));
    let told = details.told(&model.id).ok_or_else(untold)?;
    Ok(Said { prompt: told.prompt.clone(), negative: told.negative_prompt.clone() })
}

/// The size of the model that comes nearest to what was asked. `auto` is the shape of the picture; its size is the
/// model's own, which is what the price is for.
fn size(vendor: &VendorModel, task_type: &str, parameters: &Map<String, Value>, first: Option<&FileRow>) -> Option<Size> {
    if !vendor.size_tasks.is_empty() && !vendor.size_tasks.iter().any(|task| task == task_type) {
        return None;
    }
    let asked = parameters.get(ASPECT_RATIO).and_then(Value::as_str).filter(|ratio| *ratio != "auto");
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

/// The borders of a picture that is sent smaller than it is stored.
fn shrunk(expand: Expand, sent: u32, stored: u32) -> Expand {
    let part = |pixels: u32| u32::try_from(u64::from(pixels) * u64::from(sent) / u64::from(stored.max(1))).unwrap_or(pixels);
    Expand { left: part(expand.left), right: part(expand.right), top: part(expand.top), bottom: part(expand.bottom) }
}

/// The parameters that this model takes, in the vocabulary of all vendors. `searchPrompt` is of tools of which all models
/// take it.
fn settings(model: &AiModel, parameters: &Map<String, Value>) -> Result<Settings, Halt> {
    let mut taken = parameters.clone();
    taken.retain(|name, _| SETTINGS.contains(&name.as_str()) && (model.takes(name) || name == "searchPrompt"));
    let settings: Result<Settings, _> = serde_json::from_value(Value::Object(taken));
    let mut settings = settings.map_err(|error| Halt::Failed(Code::ParameterInvalid, error.to_string()))?;
    settings.expand = Some(expand(parameters)).filter(|expand| *expand != Expand::default());
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

/// Names the person to the vendor without saying who it is: the id is random, and its hash tells nothing of it.
fn end_user(user_id: &str) -> String {
    let hash = hex::encode(Sha256::digest(format!("danqing end user {user_id}")));
    hash.chars().take(32).collect()
}
