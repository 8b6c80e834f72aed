//! The request to the embedded engine: the stored pictures as they are, and the tool's parameters by their own names.

use imaging::Format;
use providers::{ImageRequest, Model, Picture, Settings};

use super::{Wish, task_type};
use crate::database::files::FileRow;
use crate::error::Code;
use crate::jobs::run_task::{Halt, Shift, pictures};
use crate::models::catalogue::AiModel;

/// The request for a part of a task.
pub async fn request(shift: &Shift<'_>, model: &AiModel, wish: &Wish) -> Result<ImageRequest, Halt> {
    let mut images = Vec::new();
    for row in wish.inputs()? {
        images.push(whole(shift, row).await?);
    }
    let style_image = match wish.named("styleImage")? {
        Some(row) => Some(whole(shift, row).await?),
        None => None,
    };
    let settings = Settings { style_preset: shift.task.style.clone(), extra: wish.parameters.clone(), ..Settings::default() };
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
        count: wish.count,
        seed: None,
        settings,
        previews: 0,
        end_user: None,
        request_id: String::new(),
    })
}

async fn whole(shift: &Shift<'_>, row: &FileRow) -> Result<Picture, Halt> {
    let format = Format::from_mime(&row.mime).ok_or_else(|| Halt::Failed(Code::FileCorrupt, format!("{} is no picture", row.mime)))?;
    let bytes = pictures::read(shift.app, row).await?;
    Ok(Picture { bytes, mime: format.mime(), width: row.width.unsigned_abs(), height: row.height.unsigned_abs() })
}
