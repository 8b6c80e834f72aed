//! How servers that speak the Images API differ. A new one is a constant here.

use crate::error::Class;
use crate::request::TaskType;
use crate::syntax::Syntax;

/// How a server differs from OpenAI's own.
#[derive(Debug)]
pub struct Dialect {
    /// Who it is, for the operator.
    pub name: &'static str,
    /// Whether nothing works without a key.
    pub needs_key: bool,
    /// What it can be asked for.
    pub tasks: &'static [TaskType],
    /// The parameters it takes, by the names of their fields. Any other one is refused, not dropped.
    pub parameters: &'static [(Parameter, &'static str)],
    /// How pictures are sent.
    pub pictures: Pictures,
    /// Whether base64 must be asked for. OpenAI's own models refuse the question, whoever passes it on.
    pub asks_for_base64: bool,
    /// Whether it streams partial pictures.
    pub streams: bool,
    /// What it reads in a prompt besides words.
    pub syntax: &'static [Syntax],
    /// Its own codes of errors.
    pub codes: &'static [(&'static str, Class)],
}

/// A parameter that some servers take, by its name in the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    Size,
    Count,
    Seed,
    NegativePrompt,
    Quality,
    Background,
    OutputFormat,
    OutputCompression,
    Moderation,
    Steps,
    Guidance,
    EndUser,
}

/// How pictures are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// A form to `images/edits`: `image`, or `image[]` for several, and `mask`.
    Form {
        /// How many it takes.
        most: usize,
    },
    /// As data URLs in these fields of a generation; no mask.
    Fields(&'static [&'static str]),
    /// LocalAI: base64 in `file` and `ref_images` of a generation; a mask and an enlargement have paths of their own.
    LocalAi,
}

use Parameter::{
    Background, Count, EndUser, Guidance, Moderation, NegativePrompt, OutputCompression, OutputFormat, Quality, Seed, Size, Steps,
};

/// What instructions can say.
const INSTRUCTED: &[TaskType] = &[
    TaskType::TextToImage,
    TaskType::ImageEdit,
    TaskType::Inpaint,
    TaskType::Erase,
    TaskType::Outpaint,
    TaskType::RemoveBackground,
    TaskType::ReplaceBackground,
    TaskType::StyleTransfer,
    TaskType::SearchReplace,
    TaskType::Recolor,
    TaskType::SketchToImage,
    TaskType::StructureToImage,
    TaskType::Variation,
];

impl Dialect {
    /// OpenAI itself, `https://api.openai.com/v1`.
    pub const OPENAI: Self = Self {
        name: "OpenAI",
        needs_key: true,
        tasks: INSTRUCTED,
        parameters: &[
            (Size, "size"),
            (Count, "n"),
            (Quality, "quality"),
            (Background, "background"),
            (OutputFormat, "output_format"),
            (OutputCompression, "output_compression"),
            (Moderation, "moderation"),
            (EndUser, "safety_identifier"),
        ],
        pictures: Pictures::Form { most: 16 },
        asks_for_base64: false,
        streams: true,
        syntax: &[],
        codes: &[],
    };

    /// A gateway (LiteLLM, new-api, one-api): OpenAI's fields, streams and keys are its own affair.
    pub const GATEWAY: Self = Self {
        name: "an OpenAI-compatible server",
        // Behind such an address there may be an engine that reads more than words.
        syntax: &[Syntax::SdCppExtraArgs, Syntax::AngleTags, Syntax::Bar],
        needs_key: false,
        parameters: &[
            (Size, "size"),
            (Count, "n"),
            (Quality, "quality"),
            (Background, "background"),
            (OutputFormat, "output_format"),
            (OutputCompression, "output_compression"),
            (Moderation, "moderation"),
            (EndUser, "user"),
        ],
        asks_for_base64: true,
        streams: false,
        // one-api and new-api: the account at the gateway is empty.
        codes: &[("insufficient_user_quota", Class::ProviderBilling)],
        ..Self::OPENAI
    };

    /// LocalAI, `http://localhost:8080/v1` (commit 82c191a).
    pub const LOCALAI: Self = Self {
        name: "LocalAI",
        needs_key: false,
        tasks: &[TaskType::TextToImage, TaskType::ImageToImage, TaskType::ImageEdit, TaskType::Inpaint, TaskType::Upscale],
        // The negative prompt has no field; it follows a bar.
        parameters: &[(Size, "size"), (Count, "n"), (Steps, "step"), (NegativePrompt, "|")],
        pictures: Pictures::LocalAi,
        asks_for_base64: true,
        streams: false,
        syntax: &[Syntax::Bar],
        codes: &[],
    };

    /// The server of stable-diffusion.cpp, `http://127.0.0.1:1234/v1` (commit 97d2990), by its OpenAI routes.
    pub const SD_SERVER: Self = Self {
        name: "sd-server",
        needs_key: false,
        tasks: &[TaskType::TextToImage, TaskType::ImageEdit, TaskType::Inpaint],
        parameters: &[(Size, "size"), (Count, "n"), (OutputFormat, "output_format"), (OutputCompression, "output_compression")],
        pictures: Pictures::Form { most: 16 },
        asks_for_base64: false,
        streams: false,
        // Earlier builds read tags, and nothing says which build answers.
        syntax: &[Syntax::SdCppExtraArgs, Syntax::AngleTags],
        codes: &[],
    };

    /// SiliconFlow, `https://api.siliconflow.cn/v1` (documentation of its image page). Its answers are links.
    pub const SILICONFLOW: Self = Self {
        name: "SiliconFlow",
        needs_key: true,
        tasks: &[TaskType::TextToImage, TaskType::ImageEdit],
        parameters: &[
            (Size, "image_size"),
            (Count, "batch_size"),
            (Seed, "seed"),
            (NegativePrompt, "negative_prompt"),
            (Steps, "num_inference_steps"),
            (Guidance, "guidance_scale"),
        ],
        pictures: Pictures::Fields(&["image", "image2", "image3"]),
        asks_for_base64: false,
        streams: false,
        syntax: &[],
        codes: &[
            ("20012", Class::InvalidRequest),
            ("20015", Class::ContentPolicyInput),
            ("451", Class::ContentPolicyInput),
            ("30001", Class::ProviderBilling),
            ("50603", Class::RateLimited),
        ],
    };
}
