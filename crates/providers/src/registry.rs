//! The wire shapes by the names that catalogue and configuration use.

use std::sync::Arc;

use crate::a1111::A1111;
use crate::comfyui::ComfyUi;
use crate::openai::{Dialect, OpenAi};
use crate::provider::ImageProvider;

/// All names that [`named`] knows.
pub const NAMES: &[&str] = &["openai", "openai-compatible", "localai", "sd-server", "siliconflow", "a1111", "comfyui"];

/// The provider of this name.
#[must_use]
pub fn named(name: &str) -> Option<Arc<dyn ImageProvider>> {
    let provider: Arc<dyn ImageProvider> = match name {
        "openai" => Arc::new(OpenAi(&Dialect::OPENAI)),
        "openai-compatible" => Arc::new(OpenAi(&Dialect::GATEWAY)),
        "localai" => Arc::new(OpenAi(&Dialect::LOCALAI)),
        "sd-server" => Arc::new(OpenAi(&Dialect::SD_SERVER)),
        "siliconflow" => Arc::new(OpenAi(&Dialect::SILICONFLOW)),
        "a1111" => Arc::new(A1111),
        "comfyui" => Arc::new(ComfyUi),
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
