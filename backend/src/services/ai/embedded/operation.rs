//! From checked parameters to an operation of the engine, how long it takes, and its errors in our words.

use engine::{Background, Blend, Content, Operation, Quality, Scale, StyleSource};
use imaging::Format;
use providers::TaskType;
use serde_json::{Map, Value};

use crate::app::App;
use crate::database::files::FileRow;
use crate::error::{Code, Failure};
use crate::models::catalogue::{Style, Tool};
use crate::services::catalogue::Catalogue;
use crate::services::tasks::parameters::color;

/// The operation that a tool asks for. Parameters were checked against the catalogue before.
///
/// # Errors
/// `tool_unavailable` for a tool that the engine does not have.
pub fn of_tool(catalogue: &Catalogue, tool: &Tool, parameters: &Map<String, Value>, style: Option<&Style>) -> Result<Operation, Failure> {
    let task_type = TaskType::named(&tool.task_type).ok_or_else(|| unavailable(&tool.task_type))?;
    operation(catalogue, task_type, parameters, style)
}

/// The same for a task type.
///
/// # Errors
/// `tool_unavailable` for a tool that the engine does not have.
pub fn operation(
    catalogue: &Catalogue,
    task_type: TaskType,
    parameters: &Map<String, Value>,
    style: Option<&Style>,
) -> Result<Operation, Failure> {
    let text = |name: &str| parameters.get(name).and_then(Value::as_str).unwrap_or_default();
    let flag = |name: &str| parameters.get(name).and_then(Value::as_bool).unwrap_or_default();
    match task_type {
        TaskType::RemoveBackground => {
            Ok(Operation::RemoveBackground { background: background(parameters), refine_edges: flag("refineEdges") })
        }
        TaskType::Upscale => Ok(Operation::Upscale {
            scale: if parameters.get("scale").and_then(Value::as_i64) == Some(4) { Scale::X4 } else { Scale::X2 },
            content: if text("content") == "art" { Content::Art } else { Content::Photo },
            quality: if text("quality") == "high" { Quality::High } else { Quality::Standard },
        }),
        TaskType::StyleTransfer => Ok(Operation::StyleTransfer {
            style: style.map_or(StyleSource::Picture, |style| StyleSource::Named(style.index)),
            blend: catalogue
                .style(text("blendStyle"))
                .map(|second| Blend { style: second.index, amount: number(parameters, "blendAmount", 0.5) }),
            strength: number(parameters, "strength", 1.0),
            preserve_colors: flag("preserveColors"),
        }),
        other => Err(unavailable(&format!("{other:?}"))),
    }
}

fn unavailable(tool: &str) -> Failure {
    Failure::new(Code::ToolUnavailable).with("tool", tool).with("reason", "")
}

fn background(parameters: &Map<String, Value>) -> Background {
    match parameters.get("background").and_then(Value::as_str) {
        Some("color") => Background::Color(parameters.get("color").and_then(Value::as_str).and_then(color).unwrap_or([255; 3])),
        Some("blur") => Background::Blur { radius: number(parameters, "blurRadius", 24.0) },
        _ => Background::Transparent,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "parameters are bounded by the catalogue")]
fn number(parameters: &Map<String, Value>, name: &str, default: f64) -> f32 {
    parameters.get(name).and_then(Value::as_f64).unwrap_or(default) as f32
}

/// The format in which a result is stored.
#[must_use]
pub fn output_format(parameters: &Map<String, Value>) -> Format {
    match parameters.get("outputFormat").and_then(Value::as_str) {
        Some("jpeg") => Format::Jpeg,
        Some("webp") => Format::WebP,
        _ => Format::Png,
    }
}

/// Seconds that the operation takes on all pictures, when nothing else runs.
///
/// # Errors
/// As [`refusal`], for a picture that the engine would not take.
pub fn estimate(app: &App, operation: &Operation, pictures: &[&FileRow]) -> Result<f64, Failure> {
    let mut seconds = 0.0;
    for picture in pictures {
        let (width, height) = (picture.width.unsigned_abs(), picture.height.unsigned_abs());
        seconds += app.engine.plan(operation, width, height).map_err(|error| refusal(&error))?.estimated_seconds;
    }
    Ok(seconds)
}

/// An engine error in our words.
#[must_use]
pub fn refusal(error: &engine::Error) -> Failure {
    match error {
        engine::Error::TooLarge { width, height, max_pixels, .. } => {
            Failure::new(Code::OutputTooLarge).with("width", width).with("height", height).with("max", max_pixels / 1_000_000)
        }
        engine::Error::BadParameter { name, reason } => {
            Failure::new(Code::ParameterInvalid).field(format!("parameters.{name}"), "malformed").field_with("reason", reason)
        }
        engine::Error::PackMissing { pack } => Failure::new(Code::ToolUnavailable)
            .with("tool", "upscale")
            .with("reason", format!("danqing models install {pack} weights/packs")),
        engine::Error::NoSubject => Failure::new(Code::NoSubject),
        other => {
            tracing::error!(cause = %other, "the engine failed");
            Failure::new(Code::EngineFailed)
        }
    }
}
