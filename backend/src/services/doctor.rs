//! Looks at everything that a studio needs to work, and says of each part that it is well or exactly what to change.
//! Nothing is changed by looking: no migration runs, no secret is made, no vendor charges.

use serde::Serialize;

use crate::config::{Loaded, secrets};
use crate::messages;
use crate::models::locale::Locale;

pub mod bucket;
mod clock;
mod data;
mod database;
mod machine;
mod redis;
mod settings;
mod vendors;

use database::Opened;

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Well.
    Ok,
    /// It works, and something is worth a change.
    Warning,
    /// Something does not work.
    Failure,
}

/// What was found out about one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The part, in a stable word.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    /// What is, in the reader's language.
    pub message: String,
    /// What to change.
    pub advice: Option<String>,
}

impl Line {
    /// A line whose words stand under `doctor.<check>.<what>`, and what to do about it under `doctor.<check>.<what>_do`.
    fn new(locale: Locale, check: &'static str, state: State, what: &str, values: &[(&str, &str)]) -> Self {
        let key = format!("doctor.{check}.{what}");
        let advice = format!("{key}_do");
        Self {
            check,
            state,
            message: messages::text(locale, &key, values),
            advice: messages::find(locale, &advice).map(|_| messages::text(locale, &advice, values)),
        }
    }
}

/// Looks at everything, in the order in which one thing needs the other.
pub async fn examine(loaded: &Loaded) -> Vec<Line> {
    let config = &loaded.config;
    let locale = config.app.terminal_locale;
    let mut lines = settings::lines(loaded, locale);
    lines.extend(data::lines(config, locale));
    lines.extend(machine::lines(locale));
    let secrets = secrets::Secrets::present(config);
    lines.extend(settings::secret_lines(config, secrets.as_ref(), locale));
    let opened = Opened::open(config).await;
    lines.extend(database::lines(&opened, locale).await);
    lines.extend(clock::lines(&opened, locale).await);
    if let Some(url) = &config.redis.url {
        lines.push(redis::line(url, locale).await);
    }
    lines.extend(bucket::lines(config, locale).await);
    lines.extend(vendors::lines(config, secrets, &opened, locale).await);
    lines
}
