//! What is asked of a vendor, in the common vocabulary. Everything was checked against the catalogue before: an
//! adapter drops nothing silently and adds nothing of its own.

use bytes::Bytes;
use serde::de::IntoDeserializer as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::inputs::Inputs;
use crate::size::Size;

/// One call's worth of pictures: `count` is at most what the vendor makes in one call.
#[derive(Debug, Clone)]
pub struct ImageRequest {
    /// What to do.
    pub task_type: TaskType,
    /// With which model.
    pub model: Model,
    /// The words, as the prompt builder left them. May be empty where the type needs none. The adapter takes the
    /// meaning out of whatever its engine would read as more than words ([`crate::syntax`]).
    pub prompt: String,
    /// What should not be in the picture; only where the model takes one. Treated as the prompt.
    pub negative_prompt: Option<String>,
    /// The pictures worked on, in order.
    pub images: Vec<Picture>,
    /// Where to change: 8-bit grey PNG, white = change, as large as `images[0]`. Adapters convert it.
    pub mask: Option<Picture>,
    /// Pictures to go by, in order.
    pub references: Vec<Picture>,
    /// The picture whose style is borrowed.
    pub style_image: Option<Picture>,
    /// The size to make, already one that the model takes.
    pub size: Option<Size>,
    /// How many pictures, from 1.
    pub count: u32,
    /// `None` is random.
    pub seed: Option<u32>,
    /// The other parameters.
    pub settings: Settings,
    /// Partial pictures wanted, 0 to 3; sent where [`crate::Abilities::previews`] says so.
    pub previews: u8,
    /// A hash that names the end user to the vendor, for its abuse handling; sent where the vendor takes one.
    pub end_user: Option<String>,
    /// Our own id of this call: unique, and sent where a vendor takes one.
    pub request_id: String,
}

/// A picture that goes to a vendor: JPEG, PNG or WebP, upright, without camera data.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The file.
    pub bytes: Bytes,
    /// Its type.
    pub mime: &'static str,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl Picture {
    /// `data:image/png;base64,…`, the form in which most vendors take a picture inside JSON.
    #[must_use]
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.mime, self.base64())
    }

    /// The bytes as standard base64.
    #[must_use]
    pub fn base64(&self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(&self.bytes)
    }

    /// A file name whose ending fits the type, for forms.
    #[must_use]
    pub fn file_name(&self, stem: &str) -> String {
        format!("{stem}.{}", self.mime.strip_prefix("image/").map_or("bin", |kind| if kind == "jpeg" { "jpg" } else { kind }))
    }
}

/// What an adapter must know of a model. Comes from the catalogue.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its name at the vendor.
    pub wire_id: String,
    /// Switches of the adapter and fixed fields of the model; each vendor's folder lists the names it knows.
    #[serde(default)]
    pub options: Map<String, Value>,
    /// What it calls its fields, where the vendor hosts models of many makers.
    #[serde(default)]
    pub inputs: Inputs,
}

impl Model {
    /// A text among the options.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.options.get(name).and_then(Value::as_str)
    }

    /// An object among the options; empty when absent.
    #[must_use]
    pub fn object(&self, name: &str) -> Map<String, Value> {
        self.options.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
    }

    /// A switch among the options; off when absent.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.options.get(name).and_then(Value::as_bool).unwrap_or_default()
    }
}

/// What is to be done: the vocabulary's task types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the vocabulary; the catalogue's tools describe them")]
pub enum TaskType {
    TextToImage,
    ImageToImage,
    ImageEdit,
    Inpaint,
    Erase,
    Outpaint,
    Upscale,
    RemoveBackground,
    ReplaceBackground,
    StyleTransfer,
    SearchReplace,
    Recolor,
    SketchToImage,
    StructureToImage,
    Variation,
}

impl TaskType {
    /// The type of this name, such as `text_to_image`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
        Self::deserialize(name).ok()
    }
}

/// Parameters in the vocabulary's names (camelCase in JSON). What the model does not declare is absent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// How much care.
    pub quality: Option<Quality>,
    /// 0 keeps the input, 1 ignores it.
    pub strength: Option<f32>,
    /// Sampling steps.
    pub steps: Option<u32>,
    /// How closely to follow the words.
    pub guidance: Option<f32>,
    /// Sampler's name at the engine.
    pub sampler: Option<String>,
    /// Scheduler's name at the engine.
    pub scheduler: Option<String>,
    /// A style preset of the vendor.
    pub style_preset: Option<String>,
    /// 0 to 1, how much to invent.
    pub creativity: Option<f32>,
    /// 0 to 1, how closely to keep to a sketch or structure.
    pub control_strength: Option<f32>,
    /// Pixels to add on each side.
    pub expand: Option<Expand>,
    /// 2 or 4.
    pub scale: Option<u32>,
    /// How to enlarge.
    pub upscale_mode: Option<UpscaleMode>,
    /// What to look for, to replace or recolour it.
    pub search_prompt: Option<String>,
    /// What is behind the subject.
    pub background: Option<Background>,
    /// File type wanted; converted by the caller where the vendor cannot.
    pub output_format: Option<OutputFormat>,
    /// 0 to 100.
    pub output_compression: Option<u32>,
    /// The vendor's own content check.
    pub moderation: Option<Moderation>,
    /// 0 (strict) to 5.
    pub safety_level: Option<u32>,
    /// Fields that the operator allowed by name for this model, passed as they are.
    pub extra: Map<String, Value>,
}

/// How much care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "four steps, from fast to slow")]
pub enum Quality {
    Draft,
    Standard,
    High,
    Max,
}

/// How to enlarge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpscaleMode {
    /// In a second or two.
    Fast,
    /// Keeps to the picture.
    Faithful,
    /// Invents detail.
    Creative,
}

/// What is behind the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "three plain words")]
pub enum Background {
    Auto,
    Transparent,
    Opaque,
}

/// A file type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "three file types")]
pub enum OutputFormat {
    Png,
    Jpeg,
    Webp,
}

/// The vendor's own content check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "two plain words")]
pub enum Moderation {
    Auto,
    Low,
}

/// Pixels to add on each side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "four sides")]
pub struct Expand {
    pub left: u32,
    pub right: u32,
    pub top: u32,
    pub bottom: u32,
}
