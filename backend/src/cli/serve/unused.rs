//! Settings that are given but that this version does nothing with: said at start, so that nobody waits for an
//! effect that does not come.

use crate::config::Config;
use crate::models::locale::Locale;

/// Read and checked, without effect so far.
const WITHOUT_EFFECT: [&str; 3] = ["ALLOWED_ORIGINS", "STRIPE_PUBLIC_KEY", "ENABLE_TRACING"];

/// A sentence about what was changed without effect, if anything was. A default that is only written down promises nothing.
pub fn without_effect(config: &Config, locale: Locale) -> Option<String> {
    let changed: Vec<&str> = WITHOUT_EFFECT.into_iter().filter(|name| config.is_changed(name)).collect();
    if changed.is_empty() {
        return None;
    }
    let names = changed.join(", ");
    Some(match locale {
        Locale::En => format!("This version does not use these settings yet: {names}."),
        Locale::ZhCn => format!("当前版本尚未使用这些设置：{names}。"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::*;
    use crate::config::Sources;

    fn said(environment: &[(&str, &str)], dotenv: Option<PathBuf>) -> Option<String> {
        let environment: BTreeMap<String, String> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        without_effect(&Config::load(&Sources { environment, dotenv }).unwrap(), Locale::En)
    }

    #[test]
    fn whoever_starts_with_the_sample_file_is_told_nothing() {
        assert_eq!(said(&[], Some(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.env.example")))), None);
        assert_eq!(said(&[("ENABLE_TRACING", "off"), ("DEFAULT_AI_PROVIDER", "openai"), ("OPENAI_API_KEY", "sk-1")], None), None);
    }

    #[test]
    fn what_is_changed_without_effect_is_named() {
        let changed = [("ENABLE_TRACING", "yes"), ("ALLOWED_ORIGINS", "https://example.com")];
        let sentence = said(&changed, None).unwrap();
        for (name, _) in changed {
            assert!(sentence.contains(name), "{name}: {sentence}");
        }
        assert!(!sentence.contains("PORT"), "{sentence}");
    }

    #[test]
    fn each_name_is_one_that_is_read() {
        let config = Config::load(&Sources { environment: BTreeMap::new(), dotenv: None }).unwrap();
        for name in WITHOUT_EFFECT {
            assert!(config.settings.iter().any(|setting| setting.name == name), "{name}");
        }
    }
}
