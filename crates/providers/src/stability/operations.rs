//! What can be asked for: an entry for each path and task, with the fields and pictures that it takes.

use crate::error::{Class, Error};
use crate::request::{ImageRequest, OutputFormat, TaskType, UpscaleMode};

/// A parameter that some operations take, by its name in the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    Prompt,
    NegativePrompt,
    Seed,
    Size,
    Strength,
    Guidance,
    StylePreset,
    Creativity,
    ControlStrength,
    SearchPrompt,
    BorderLeft,
    BorderRight,
    BorderTop,
    BorderBottom,
}

/// How an operation takes a parameter.
#[derive(Debug)]
pub struct Take {
    /// Which.
    pub parameter: Parameter,
    /// In this field.
    pub field: &'static str,
    /// Whether nothing works without it.
    pub needed: bool,
}

/// What a picture of the request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The picture worked on.
    First,
    /// The one whose style is borrowed.
    Style,
    /// One to go by. The only one that may be missing.
    Reference,
    /// White where something may change.
    Mask,
}

/// One task at one path.
#[derive(Debug)]
pub struct Operation {
    /// Below `v2beta/stable-image`.
    pub path: &'static str,
    /// The task.
    pub task: TaskType,
    /// The parameters it takes. Any other one is refused, not dropped.
    pub takes: &'static [Take],
    /// The pictures it takes, by their fields.
    pub pictures: &'static [(Role, &'static str)],
    /// What follows from the task.
    pub fixed: Option<(&'static str, &'static str)>,
    /// File types it makes.
    pub formats: &'static [OutputFormat],
    /// How it enlarges, if it does.
    pub upscale_mode: Option<UpscaleMode>,
    /// By how much, where that is fixed.
    pub scale: Option<u32>,
}

/// The operation for this request.
///
/// # Errors
/// [`Class::InvalidRequest`] for a path or a task that is not served.
pub fn of(request: &ImageRequest) -> Result<&'static Operation, Error> {
    let found = OPERATIONS.iter().find(|known| known.path == request.model.wire_id && known.task == request.task_type);
    found.ok_or_else(|| Error::new(Class::InvalidRequest, format!("{} does not serve {:?}", request.model.wire_id, request.task_type)))
}

const fn may(parameter: Parameter, field: &'static str) -> Take {
    Take { parameter, field, needed: false }
}

const fn must(parameter: Parameter, field: &'static str) -> Take {
    Take { parameter, field, needed: true }
}

const PROMPT: Take = must(Parameter::Prompt, "prompt");
const NEGATIVE: Take = may(Parameter::NegativePrompt, "negative_prompt");
const SEED: Take = may(Parameter::Seed, "seed");
const RATIO: Take = may(Parameter::Size, "aspect_ratio");
const PRESET: Take = may(Parameter::StylePreset, "style_preset");
const GUIDANCE: Take = may(Parameter::Guidance, "cfg_scale");
const STRENGTH: Take = must(Parameter::Strength, "strength");
const CREATIVITY: Take = may(Parameter::Creativity, "creativity");
const CONTROL: Take = may(Parameter::ControlStrength, "control_strength");

const IMAGE: (Role, &str) = (Role::First, "image");
const MASK: (Role, &str) = (Role::Mask, "mask");
/// What [`Operation`] has unless an entry says otherwise.
const BASE: Operation = Operation {
    path: "",
    task: TaskType::TextToImage,
    takes: &[PROMPT, NEGATIVE, SEED],
    pictures: &[IMAGE],
    fixed: None,
    formats: &[OutputFormat::Png, OutputFormat::Jpeg, OutputFormat::Webp],
    upscale_mode: None,
    scale: None,
};
/// The models of Stable Diffusion 3 make no WebP.
const SD3_FORMATS: &[OutputFormat] = &[OutputFormat::Png, OutputFormat::Jpeg];

const STYLED: &[Take] = &[PROMPT, NEGATIVE, SEED, RATIO];

static OPERATIONS: [Operation; 20] = [
    Operation { path: "generate/core", takes: &[PROMPT, NEGATIVE, SEED, RATIO, PRESET], pictures: &[], ..BASE },
    Operation { path: "generate/ultra", takes: &[PROMPT, NEGATIVE, SEED, RATIO, PRESET], pictures: &[], ..BASE },
    Operation { path: "generate/ultra", task: TaskType::ImageToImage, takes: &[PROMPT, NEGATIVE, SEED, RATIO, PRESET, STRENGTH], ..BASE },
    Operation {
        path: "generate/sd3",
        takes: &[PROMPT, NEGATIVE, SEED, RATIO, PRESET, GUIDANCE],
        pictures: &[],
        formats: SD3_FORMATS,
        ..BASE
    },
    Operation {
        path: "generate/sd3",
        task: TaskType::ImageToImage,
        takes: &[PROMPT, NEGATIVE, SEED, PRESET, GUIDANCE, STRENGTH],
        fixed: Some(("mode", "image-to-image")),
        formats: SD3_FORMATS,
        ..BASE
    },
    Operation { path: "upscale/fast", task: TaskType::Upscale, takes: &[], upscale_mode: Some(UpscaleMode::Fast), scale: Some(4), ..BASE },
    Operation {
        path: "upscale/conservative",
        task: TaskType::Upscale,
        takes: &[PROMPT, NEGATIVE, SEED, CREATIVITY],
        upscale_mode: Some(UpscaleMode::Faithful),
        ..BASE
    },
    Operation {
        path: "upscale/creative",
        task: TaskType::Upscale,
        takes: &[PROMPT, NEGATIVE, SEED, CREATIVITY, PRESET],
        upscale_mode: Some(UpscaleMode::Creative),
        ..BASE
    },
    Operation { path: "edit/erase", task: TaskType::Erase, takes: &[SEED], pictures: &[IMAGE, MASK], ..BASE },
    Operation { path: "edit/inpaint", task: TaskType::Inpaint, takes: &[PROMPT, NEGATIVE, SEED, PRESET], pictures: &[IMAGE, MASK], ..BASE },
    Operation {
        path: "edit/outpaint",
        task: TaskType::Outpaint,
        takes: &[
            may(Parameter::Prompt, "prompt"),
            SEED,
            CREATIVITY,
            may(Parameter::BorderLeft, "left"),
            may(Parameter::BorderRight, "right"),
            may(Parameter::BorderTop, "up"),
            may(Parameter::BorderBottom, "down"),
        ],
        ..BASE
    },
    Operation {
        path: "edit/search-and-replace",
        task: TaskType::SearchReplace,
        takes: &[PROMPT, must(Parameter::SearchPrompt, "search_prompt"), NEGATIVE, SEED],
        ..BASE
    },
    Operation {
        path: "edit/search-and-recolor",
        task: TaskType::Recolor,
        takes: &[PROMPT, must(Parameter::SearchPrompt, "select_prompt"), NEGATIVE, SEED],
        ..BASE
    },
    Operation {
        path: "edit/remove-background",
        task: TaskType::RemoveBackground,
        takes: &[],
        formats: &[OutputFormat::Png, OutputFormat::Webp],
        ..BASE
    },
    Operation {
        path: "edit/replace-background-and-relight",
        task: TaskType::ReplaceBackground,
        takes: &[may(Parameter::Prompt, "background_prompt"), NEGATIVE, SEED],
        pictures: &[(Role::First, "subject_image"), (Role::Reference, "background_reference")],
        ..BASE
    },
    Operation { path: "control/sketch", task: TaskType::SketchToImage, takes: &[PROMPT, NEGATIVE, SEED, CONTROL], ..BASE },
    Operation { path: "control/structure", task: TaskType::StructureToImage, takes: &[PROMPT, NEGATIVE, SEED, CONTROL], ..BASE },
    // It makes a picture of words in the style of another one; a picture to work on has no place there.
    Operation { path: "control/style", takes: STYLED, pictures: &[(Role::Style, "image")], ..BASE },
    Operation { path: "control/style", task: TaskType::StyleTransfer, takes: STYLED, pictures: &[(Role::Style, "image")], ..BASE },
    Operation {
        path: "control/style-transfer",
        task: TaskType::StyleTransfer,
        takes: &[
            may(Parameter::Prompt, "prompt"),
            NEGATIVE,
            SEED,
            may(Parameter::Strength, "change_strength"),
            may(Parameter::ControlStrength, "composition_fidelity"),
        ],
        pictures: &[(Role::First, "init_image"), (Role::Style, "style_image")],
        ..BASE
    },
];
