//! The fields of generations and edits, and what each model allows.

use super::no_such_model;
use crate::answer::Denial;
use crate::check::{Fields, size};

/// Models that take requests.
pub(super) const MODELS: [(&str, Model); 12] = [
    ("gpt-image-2.6-sunburst", Model::Newest),
    ("gpt-image-2.6-flare", Model::Newest),
    ("gpt-image-2.5-sunburst", Model::Newest),
    ("gpt-image-2.5-flare", Model::Newest),
    ("gpt-image-2.5-sunburst-2026-09-08", Model::Newest),
    ("gpt-image-2.5-flare-2026-09-08", Model::Newest),
    ("gpt-image-2", Model::Two),
    ("gpt-image-2-2026-04-21", Model::Two),
    ("gpt-image-1.5", Model::OneFive),
    ("gpt-image-1-mini", Model::Mini),
    ("chatgpt-image-latest", Model::OneFive),
    // Text, for improving prompts.
    ("gpt-4.1-mini", Model::Text),
];

/// Models that are alike on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    /// 2.5 and 2.6.
    Newest,
    Two,
    OneFive,
    Mini,
    Text,
}

impl Model {
    pub(super) fn named(id: &str) -> Option<Self> {
        MODELS.iter().find(|(known, _)| *known == id).map(|(_, model)| *model)
    }

    /// Whether any size within limits will do.
    fn takes_any_size(self) -> bool {
        matches!(self, Model::Newest | Model::Two)
    }
}

const SHARED: [&str; 17] = [
    "prompt",
    "model",
    "n",
    "size",
    "quality",
    "background",
    "output_format",
    "output_compression",
    "moderation",
    "stream",
    "partial_images",
    "complexity",
    "frame_count",
    "frame_duration_ms",
    "svg",
    "safety_identifier",
    "user",
];

/// Checks a generation.
pub(super) fn generation(fields: &Fields<'_>) -> Result<(), Denial> {
    shared(fields, &[])
}

/// Checks the fields of an edit besides its pictures.
pub(super) fn edit(fields: &Fields<'_>, pictures: &[&str]) -> Result<(), Denial> {
    shared(fields, &[&["input_fidelity"], pictures].concat())?;
    let fidelity = fields.one_of("input_fidelity", &["low", "high"])?;
    match (Model::named(fields.required("model", 100)?), fidelity) {
        (Some(Model::Two), Some(_)) => Err(Denial::field("input_fidelity", "is not supported by this model")),
        (Some(Model::Mini), Some("high")) => Err(Denial::field("input_fidelity", "this model only takes low")),
        _ => Ok(()),
    }
}

fn shared(fields: &Fields<'_>, more: &[&str]) -> Result<(), Denial> {
    let id = fields.required("model", 100)?;
    for legacy in ["response_format", "style"] {
        if fields.has(legacy) {
            return Err(Denial::field(legacy, format!("Unknown parameter: '{legacy}' is not supported by {id}")));
        }
    }
    fields.only(&[&SHARED, more].concat())?;
    let model = Model::named(id).filter(|model| *model != Model::Text).ok_or_else(|| no_such_model(id))?;
    fields.required("prompt", 32_000)?;
    let n = fields.int("n", 1, 10)?;
    check_size(fields.text("size", 20)?, model)?;
    let qualities: &[&str] =
        if model == Model::Newest { &["low", "medium", "high", "auto", "xhigh", "max"] } else { &["low", "medium", "high", "auto"] };
    fields.one_of("quality", qualities)?;
    let format = fields.one_of("output_format", &["png", "jpeg", "webp"])?.unwrap_or("png");
    let background = fields.one_of("background", &["transparent", "opaque", "auto"])?;
    if background == Some("transparent") && format == "jpeg" {
        return Err(Denial::field("background", "a transparent background needs png or webp"));
    }
    if fields.int("output_compression", 0, 100)?.is_some_and(|compression| format == "png" && compression != 100) {
        return Err(Denial::field("output_compression", "is only for jpeg and webp"));
    }
    fields.one_of("moderation", &["auto", "low"])?;
    fields.one_of("complexity", &["low", "medium", "high"])?;
    fields.text("safety_identifier", 64)?;
    fields.text("user", 64)?;
    let stream = fields.bool("stream")?.unwrap_or(false);
    if fields.int("partial_images", 0, 3)?.is_some() && !stream {
        return Err(Denial::field("partial_images", "needs stream"));
    }
    for gated in ["svg", "frame_count", "frame_duration_ms"] {
        if fields.has(gated) {
            return Err(Denial::field(gated, format!("needs a gated output format (n is {n:?})")));
        }
    }
    Ok(())
}

fn check_size(text: Option<&str>, model: Model) -> Result<(), Denial> {
    let fixed = ["auto", "1024x1024", "1536x1024", "1024x1536"];
    let Some(text) = text.filter(|text| !fixed.contains(text)) else { return Ok(()) };
    let wrong = |why: &str| Err(Denial::field("size", format!("{text:?} {why}")));
    if !model.takes_any_size() {
        return wrong("is not one of the sizes of this model");
    }
    let Some((width, height)) = size(text, 'x') else { return wrong("is no size") };
    let pixels = u64::from(width) * u64::from(height);
    if width % 16 != 0 || height % 16 != 0 {
        return wrong("is not divisible by 16");
    }
    if width.max(height) > 3840 || !(655_360..=8_294_400).contains(&pixels) {
        return wrong("is outside the limits");
    }
    if width.max(height) > 3 * width.min(height) { wrong("is narrower than 1:3") } else { Ok(()) }
}
