//! The request to the embedded engine: the stored pictures as they are, and the tool's parameters by their own names.

use imaging::Format;
use providers::{ImageRequest, Model, Picture, Settings};
use serde_json::{Map, Value};

use super::task_type;
use crate::database::files::FileRow;
use crate::error::Code;
use crate::jobs::run_task::{Halt, Shift, pictures};
use crate::models::catalogue::AiModel;
use crate::models::id::FileId;

/// The request for these pictures.
pub async fn request(shift: &Shift<'_>, model: &AiModel, parameters: Map<String, Value>, rows: &[FileRow]) -> Result<ImageRequest, Halt> {
    let mut images = Vec::new();
    for row in rows {
        images.push(whole(shift, row).await?);
    }
    let style_image = style_image(shift, &parameters).await?;
    let settings = Settings { style_preset: shift.task.style.clone(), extra: parameters, ..Settings::default() };
    Ok(ImageRequest {
        task_type: task_type(shift)?,
        model: Model { wire_id: model.id.clone(), ..Model::default() },
        prompt: String::new(),
        negative_prompt: None,
        images,
        mask: None,
        references: Vec::new(),
        style_image,
        size: None,
        count: 1,
        seed: None,
        settings,
        previews: 0,
        end_user: None,
        request_id: String::new(),
    })
}

/// The picture whose style is borrowed, when the task names one.
async fn style_image(shift: &Shift<'_>, parameters: &Map<String, Value>) -> Result<Option<Picture>, Halt> {
    let Some(id) = parameters.get("styleImage").and_then(Value::as_str) else { return Ok(None) };
    let id: FileId = id.parse().map_err(|_| Halt::Failed(Code::FileNotReady, format!("{id} is no file id")))?;
    let row = pictures::row(shift.app, id).await?;
    whole(shift, &row).await.map(Some)
}

async fn whole(shift: &Shift<'_>, row: &FileRow) -> Result<Picture, Halt> {
    let format = Format::from_mime(&row.mime).ok_or_else(|| Halt::Failed(Code::FileCorrupt, format!("{} is no picture", row.mime)))?;
    let bytes = pictures::read(shift.app, row).await?;
    Ok(Picture { bytes, mime: format.mime(), width: row.width.unsigned_abs(), height: row.height.unsigned_abs() })
}
