//! Looks at everything that a studio needs to work, and says of each part that it is well or exactly what to change.
//! Nothing is changed by looking: no migration runs, no secret is made, no vendor charges.

use std::time::Duration;

use serde::Serialize;

use crate::config::{Config, secrets};
use crate::messages;
use crate::models::locale::Locale;

pub mod bucket;
mod clock;
mod data;
mod database;
mod machine;
mod mail;
mod redis;
mod settings;
mod vendors;

use database::Opened;

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[schema(as = DoctorState)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DoctorLine)]
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

/// Looks at everything, in the order in which one thing needs the other; what does not need another is looked at meanwhile.
/// With a patience, a group of parts that takes longer is told so and does not keep the others waiting.
pub async fn examine(config: &Config, locale: Locale, patience: Option<Duration>) -> Vec<Line> {
    let secrets = secrets::Secrets::present(config);
    let mut lines = settings::lines(config, locale);
    lines.extend(data::lines(config, locale));
    lines.extend(machine::lines(locale));
    lines.extend(settings::secret_lines(config, secrets.as_ref(), locale));
    let of_database = async {
        let opened = Opened::open(config).await;
        let mut lines = database::lines(&opened, locale).await;
        lines.extend(clock::lines(&opened, locale).await);
        lines
    };
    let of_vendors = async {
        let opened = Opened::open(config).await;
        vendors::lines(config, secrets, &opened, locale).await
    };
    let of_redis = async {
        match &config.redis.url {
            Some(url) => vec![redis::line(url, locale).await],
            None => Vec::new(),
        }
    };
    let of_mail = async { vec![mail::line(config, locale).await] };
    let (database, redis, bucket, mail, vendors) = futures::join!(
        within(patience, "database", locale, of_database),
        within(patience, "redis", locale, of_redis),
        within(patience, "bucket", locale, bucket::lines(config, locale)),
        within(patience, "mail", locale, of_mail),
        within(patience, "vendors", locale, of_vendors),
    );
    lines.extend([database, redis, bucket, mail, vendors].into_iter().flatten());
    lines
}

async fn within(patience: Option<Duration>, check: &'static str, locale: Locale, lines: impl Future<Output = Vec<Line>>) -> Vec<Line> {
    let Some(patience) = patience else { return lines.await };
    tokio::time::timeout(patience, lines).await.unwrap_or_else(|_| {
        let message = messages::text(locale, "doctor.late.is", &[("seconds", patience.as_secs().to_string())]);
        let advice = Some(messages::plain(locale, "doctor.late.do"));
        vec![Line { check, state: State::Warning, message, advice }]
    })
}
