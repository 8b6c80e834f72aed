//! Promises about the settings as a whole; the rules of single values are tested beside them.

mod buckets;
mod messages;
mod precedence;
mod sample;
mod secrets;

use std::path::PathBuf;

use super::{Config, ConfigError, Sources};

/// Loads from these environment variables alone.
fn load(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(&sources(environment, None))
}

fn sources(environment: &[(&str, &str)], dotenv: Option<PathBuf>) -> Sources {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Sources { environment, dotenv }
}

fn config(environment: &[(&str, &str)]) -> Config {
    load(environment).unwrap()
}

/// What refuses this one setting.
fn refusal(name: &str, value: &str) -> String {
    let error = load(&[(name, value)]).unwrap_err();
    assert_eq!(error.problems.len(), 1, "{error}");
    assert_eq!(error.problems[0].variable, name);
    error.problems[0].render(crate::models::locale::Locale::En)
}
