//! The wire shapes by the names that catalogue and configuration use.

use std::sync::Arc;

use crate::bfl::Bfl;
use crate::openai::{Dialect, OpenAi};
use crate::provider::ImageProvider;
use crate::stability::Stability;

/// All names that [`named`] knows.
pub const NAMES: &[&str] = &["openai", "openai-compatible", "localai", "sd-server", "siliconflow", "stability", "bfl"];

/// The provider of this name.
#[must_use]
pub fn named(name: &str) -> Option<Arc<dyn ImageProvider>> {
    let provider: Arc<dyn ImageProvider> = match name {
        "openai" => Arc::new(OpenAi(&Dialect::OPENAI)),
        "openai-compatible" => Arc::new(OpenAi(&Dialect::GATEWAY)),
        "localai" => Arc::new(OpenAi(&Dialect::LOCALAI)),
        "sd-server" => Arc::new(OpenAi(&Dialect::SD_SERVER)),
        "siliconflow" => Arc::new(OpenAi(&Dialect::SILICONFLOW)),
        "stability" => Arc::new(Stability),
        "bfl" => Arc::new(Bfl),
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
