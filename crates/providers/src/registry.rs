//! The wire shapes by the names that catalogue and configuration use.

use std::sync::Arc;

use crate::dashscope::DashScope;
use crate::fal::Fal;
use crate::gemini::Gemini;
use crate::openai::{Dialect, OpenAi};
use crate::provider::ImageProvider;
use crate::replicate::Replicate;
use crate::volcengine::Volcengine;
use crate::zhipu::Zhipu;

/// All names that [`named`] knows.
pub const NAMES: &[&str] = &[
    "openai",
    "openai-compatible",
    "localai",
    "sd-server",
    "siliconflow",
    "replicate",
    "fal",
    "dashscope",
    "volcengine",
    "gemini",
    "zhipu",
];

/// The provider of this name.
#[must_use]
pub fn named(name: &str) -> Option<Arc<dyn ImageProvider>> {
    let provider: Arc<dyn ImageProvider> = match name {
        "openai" => Arc::new(OpenAi(&Dialect::OPENAI)),
        "openai-compatible" => Arc::new(OpenAi(&Dialect::GATEWAY)),
        "localai" => Arc::new(OpenAi(&Dialect::LOCALAI)),
        "sd-server" => Arc::new(OpenAi(&Dialect::SD_SERVER)),
        "siliconflow" => Arc::new(OpenAi(&Dialect::SILICONFLOW)),
        "replicate" => Arc::new(Replicate),
        "fal" => Arc::new(Fal::default()),
        "dashscope" => Arc::new(DashScope),
        "volcengine" => Arc::new(Volcengine),
        "gemini" => Arc::new(Gemini),
        "zhipu" => Arc::new(Zhipu),
        _ => return None,
    };
    Some(provider)
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
