//! The protocols, of which a model speaks one or two.

use crate::error::{Class, Error};
use crate::instruction::IN_WORDS;
use crate::request::{Model, TaskType};
use crate::vocabulary::Vocabulary;

/// How a model is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Messages, answered at once.
    Messages,
    /// Messages, as a task.
    MessagesTask,
    /// The older protocol for words alone, as a task.
    Text2Image,
    /// The older protocol for up to three pictures and an instruction, as a task.
    Image2Image,
    /// The older protocol for one picture and a function, as a task.
    ImageEdit,
}

const VENDOR: &str = "DashScope";
const MESSAGES: Vocabulary = Vocabulary {
    vendor: VENDOR,
    tasks: IN_WORDS,
    parameters: &["images", "negative_prompt", "references", "style_image", "size", "count", "seed"],
};
const TEXT2IMAGE: Vocabulary =
    Vocabulary { vendor: VENDOR, tasks: &[TaskType::TextToImage], parameters: &["negative_prompt", "size", "count", "seed"] };
const IMAGEEDIT: Vocabulary = Vocabulary {
    vendor: VENDOR,
    tasks: &[
        TaskType::ImageToImage,
        TaskType::ImageEdit,
        TaskType::Inpaint,
        TaskType::Erase,
        TaskType::Outpaint,
        TaskType::Upscale,
        TaskType::ReplaceBackground,
        TaskType::StyleTransfer,
        TaskType::SearchReplace,
        TaskType::Recolor,
        TaskType::SketchToImage,
        TaskType::StructureToImage,
        TaskType::Variation,
    ],
    parameters: &["images", "mask", "count", "seed", "strength"],
};

impl Protocol {
    /// That of the model, by its option `protocol`.
    ///
    /// # Errors
    /// [`Class::InvalidRequest`] for a word that is none of them.
    pub fn of(model: &Model) -> Result<Self, Error> {
        match model.text("protocol") {
            None | Some("messages") => Ok(Self::Messages),
            Some("messages_task") => Ok(Self::MessagesTask),
            Some("text2image") => Ok(Self::Text2Image),
            Some("image2image") => Ok(Self::Image2Image),
            Some("imageedit") => Ok(Self::ImageEdit),
            Some(other) => Err(Error::new(Class::InvalidRequest, format!("DashScope has no protocol {other:?}"))),
        }
    }

    /// Below the base address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Messages => "api/v1/services/aigc/multimodal-generation/generation",
            Self::MessagesTask => "api/v1/services/aigc/image-generation/generation",
            Self::Text2Image => "api/v1/services/aigc/text2image/image-synthesis",
            Self::Image2Image | Self::ImageEdit => "api/v1/services/aigc/image2image/image-synthesis",
        }
    }

    /// Whether it is answered with a task, which must also be asked for.
    pub fn by_task(self) -> bool {
        self != Self::Messages
    }

    /// What can be said in it.
    pub const fn vocabulary(self) -> &'static Vocabulary {
        match self {
            Self::Messages | Self::MessagesTask | Self::Image2Image => &MESSAGES,
            Self::Text2Image => &TEXT2IMAGE,
            Self::ImageEdit => &IMAGEEDIT,
        }
    }
}
