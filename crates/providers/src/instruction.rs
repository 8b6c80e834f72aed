//! Says a task in words, for vendors that know instructions only: OpenAI, Gemini, Seedream, FLUX Kontext and others
//! have no operation "erase" or "recolour", but do what they are told. English, which all of them understand best.

use std::borrow::Cow;

use crate::request::{ImageRequest, TaskType};

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
