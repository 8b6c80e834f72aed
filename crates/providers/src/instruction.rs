//! Says a task in words, for vendors that know instructions only: OpenAI, Gemini, Seedream, FLUX Kontext and others
//! have no operation "erase" or "recolour", but do what they are told. English, which all of them understand best.

use std::borrow::Cow;

use crate::error::{Class, Error};
use crate::outpaint;
use crate::request::{ImageRequest, Picture, TaskType};

/// What vendors do that are only told in words and take no mask.
pub const IN_WORDS: &[TaskType] = &[
    TaskType::TextToImage,
    TaskType::ImageEdit,
    TaskType::Erase,
    TaskType::Outpaint,
    TaskType::ReplaceBackground,
    TaskType::StyleTransfer,
    TaskType::SearchReplace,
    TaskType::Recolor,
    TaskType::SketchToImage,
    TaskType::StructureToImage,
    TaskType::Variation,
];

/// The pictures that go with an instruction, in order: those worked on, those to go by, the style. For
/// [`TaskType::Outpaint`] the first stands on its larger canvas.
///
/// # Errors
/// [`Class::InvalidRequest`] when there are more than `most`, or none where the task needs one.
pub async fn pictures(request: &ImageRequest, most: usize) -> Result<Vec<Picture>, Error> {
    if request.task_type != TaskType::TextToImage && request.images.is_empty() {
        return Err(Error::new(Class::InvalidRequest, "there is no picture to work on"));
    }
    let mut images = request.images.clone();
    if request.task_type == TaskType::Outpaint {
        images = outpaint::extended(request).await?.images;
    }
    let pictures: Vec<Picture> = images.into_iter().chain(request.references.clone()).chain(request.style_image.clone()).collect();
    if pictures.len() > most {
        return Err(Error::new(Class::InvalidRequest, format!("{} pictures, {most} are possible", pictures.len())));
    }
    Ok(pictures)
}

/// The instruction for this request. For what needs no more words than the user's it is the prompt itself.
#[must_use]
pub fn instruction(request: &ImageRequest) -> Cow<'_, str> {
    let prompt = request.prompt.trim();
    let what = request.settings.search_prompt.as_deref().unwrap_or("the main subject");
    let text = match request.task_type {
        TaskType::Erase if request.mask.is_some() => then("Remove what is in the marked area and continue the surroundings there.", prompt),
        TaskType::Erase => {
            let what = if prompt.is_empty() { what } else { prompt };
            format!("Remove this from the picture and continue the surroundings there: {what}. Change nothing else.")
        }
        TaskType::Outpaint => then("Continue the picture into its empty borders, seamlessly. Keep what is there unchanged.", prompt),
        TaskType::RemoveBackground => "Cut out the main subject exactly, unchanged, on a fully transparent background.".to_owned(),
        TaskType::ReplaceBackground => {
            then("Replace the background and fit light and shadows to it. Keep the subject unchanged. The new background:", prompt)
        }
        TaskType::StyleTransfer => {
            then("Repaint the first picture in the style of the other one. Keep its content and composition.", prompt)
        }
        TaskType::SearchReplace => format!("Replace {what} with: {prompt}. Change nothing else."),
        TaskType::Recolor => format!("Change only the colour of {what} to: {prompt}. Keep shapes, texture and light."),
        TaskType::SketchToImage => then("Turn this sketch into a finished picture that keeps to its lines:", prompt),
        TaskType::StructureToImage => then("Make a new picture with exactly the composition and structure of this one:", prompt),
        TaskType::Variation => then("Make a new variation of this picture: the same subject and style, another composition.", prompt),
        TaskType::TextToImage | TaskType::ImageToImage | TaskType::ImageEdit | TaskType::Inpaint | TaskType::Upscale => {
            return Cow::Borrowed(&request.prompt);
        }
    };
    Cow::Owned(text)
}

fn then(task: &str, prompt: &str) -> String {
    if prompt.is_empty() { task.to_owned() } else { format!("{task} {prompt}") }
}
