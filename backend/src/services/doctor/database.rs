//! The database: whether it can be reached, has our schema, is sound, and its books add up.

use db::{Database, MigrateError, Options};

use super::{Line, State};
use crate::config::Config;
use crate::config::database::DatabaseUrl;
use crate::database::condition;
use crate::error::Failure;
use crate::models::locale::Locale;
use crate::services::credits::verify::verify;

/// How far one gets with the database.
pub enum Opened {
    /// There is no file yet; the first start makes it.
    New(String),
    /// Nobody answers, or what answers is not ours.
    Unusable(String),
    /// The file cannot be read as a database.
    Unreadable(String),
    /// It can be reached, and so many migrations are to come.
    Behind(usize),
    /// Its schema is not one of this program.
    Foreign(String),
    /// It can be asked everything.
    Current(Database),
}

impl Opened {
    /// Opens the database beside a server that may be running.
    pub async fn open(config: &Config) -> Self {
        let is_file = matches!(config.database.url, DatabaseUrl::Sqlite(_));
        let unusable = |reason: String| if is_file { Self::Unreadable(reason) } else { Self::Unusable(reason) };
        let url = match &config.database.url {
            DatabaseUrl::Sqlite(path) if !path.exists() => return Self::New(path.display().to_string()),
            DatabaseUrl::Sqlite(path) => path.display().to_string(),
            DatabaseUrl::Postgres(url) => url.expose().to_owned(),
        };
        // A check of a whole file takes as long as it takes.
        let database = match Database::open(Options { pool_size: 1, ..Options::new(url) }).await {
            Ok(database) => database,
            Err(error) => return unusable(error.to_string()),
        };
        match database.pending(crate::database::migrations()).await {
            Ok(pending) if pending.is_empty() => Self::Current(database),
            Ok(pending) => Self::Behind(pending.len()),
            Err(error @ (MigrateError::Newer(_) | MigrateError::Foreign(_))) => Self::Foreign(error.to_string()),
            Err(error) => unusable(error.to_string()),
        }
    }
}

/// Says how it is.
pub async fn lines(opened: &Opened, locale: Locale) -> Vec<Line> {
    let line = |check, state, what: &str, value: &str| Line::new(locale, check, state, what, &[("value", value)]);
    let database = match opened {
        Opened::New(path) => return vec![line("database", State::Ok, "new", path)],
        Opened::Unusable(reason) => return vec![line("database", State::Failure, "unusable", reason)],
        Opened::Unreadable(reason) => return vec![line("database", State::Failure, "unreadable", reason)],
        Opened::Foreign(reason) => {
            return vec![line("database", State::Ok, "reachable", ""), line("schema", State::Failure, "foreign", reason)];
        }
        Opened::Behind(count) => {
            return vec![line("database", State::Ok, "reachable", ""), line("schema", State::Warning, "behind", &count.to_string())];
        }
        Opened::Current(database) => database,
    };
    vec![
        line("database", State::Ok, "reachable", ""),
        line("schema", State::Ok, "current", ""),
        integrity(database, locale).await,
        books(database, locale).await,
    ]
}

async fn integrity(database: &Database, locale: Locale) -> Line {
    let line = |state, what: &str, value: &str| Line::new(locale, "integrity", state, what, &[("value", value)]);
    match database.read::<_, db::Error, _>(|conn| Ok(condition::faults(conn)?)).await {
        Ok(faults) if faults.is_empty() => line(State::Ok, "sound", ""),
        Ok(faults) => line(State::Failure, "damaged", &faults.join("; ")),
        Err(error) => line(State::Failure, "damaged", &error.to_string()),
    }
}

async fn books(database: &Database, locale: Locale) -> Line {
    let line = |state, what: &str, value: &str| Line::new(locale, "books", state, what, &[("value", value)]);
    let report: Result<_, Failure> = verify(database).await;
    match report {
        Ok(report) if report.faults.is_empty() => line(State::Ok, "sound", &report.transactions.to_string()),
        Ok(report) => line(State::Failure, "faults", &report.faults.len().to_string()),
        Err(failure) => line(State::Failure, "unread", failure.code.as_str()),
    }
}
