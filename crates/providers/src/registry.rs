//! The wire shapes by the names that catalogue and configuration use.

use std::sync::Arc;

use crate::a1111::A1111;
use crate::bfl::Bfl;
use crate::comfyui::ComfyUi;
use crate::dashscope::DashScope;
use crate::discreet::Discreet;
use crate::fal::Fal;
use crate::gemini::Gemini;
use crate::openai::{Dialect, OpenAi};
use crate::provider::ImageProvider;
use crate::replicate::Replicate;
use crate::stability::Stability;
use crate::volcengine::Volcengine;
use crate::zhipu::Zhipu;

/// All names that [`named`] knows.
pub const NAMES: &[&str] = &[
    "a1111",
    "bfl",
    "comfyui",
    "dashscope",
    "fal",
    "gemini",
    "localai",
    "openai",
    "openai-compatible",
    "replicate",
    "sd-server",
    "siliconflow",
    "stability",
    "volcengine",
    "zhipu",
];

/// The provider of this name.
#[must_use]
pub fn named(name: &str) -> Option<Arc<dyn ImageProvider>> {
    let provider: Arc<dyn ImageProvider> = match name {
        "a1111" => Arc::new(A1111),
        "bfl" => Arc::new(Bfl),
        "comfyui" => Arc::new(ComfyUi),
        "dashscope" => Arc::new(DashScope),
        "fal" => Arc::new(Fal::default()),
        "gemini" => Arc::new(Gemini),
        "localai" => Arc::new(OpenAi(&Dialect::LOCALAI)),
        "openai" => Arc::new(OpenAi(&Dialect::OPENAI)),
        "openai-compatible" => Arc::new(OpenAi(&Dialect::GATEWAY)),
        "replicate" => Arc::new(Replicate),
        "sd-server" => Arc::new(OpenAi(&Dialect::SD_SERVER)),
        "siliconflow" => Arc::new(OpenAi(&Dialect::SILICONFLOW)),
        "stability" => Arc::new(Stability),
        "volcengine" => Arc::new(Volcengine),
        "zhipu" => Arc::new(Zhipu),
        _ => return None,
    };
    Some(Arc::new(Discreet(provider)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_provider() {
        assert!(NAMES.iter().all(|name| named(name).is_some()));
        assert!(named("nobody").is_none());
    }
}
