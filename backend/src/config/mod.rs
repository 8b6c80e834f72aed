//! Settings: one struct per topic, read once at the start from defaults in code, a `.env` file and the
//! environment, each stronger than the one before. Everything that is wrong is reported at once, in words.
//! What admins change in `system_config` comes on top at run time; see [`runtime`].

pub mod accounts;
pub mod address;
pub mod app;
pub mod bucket;
pub mod credits;
pub mod database;
pub mod egress;
mod from_file;
pub mod limits;
pub mod mail;
pub mod observability;
pub mod payments;
mod placeholder;
pub mod problem;
pub mod prompt_model;
pub mod providers;
mod reader;
pub mod redis;
pub mod runtime;
pub mod secrets;
pub mod server;
mod setting;
mod sources;
pub mod storage;
#[cfg(test)]
mod tests;
pub mod text;
pub mod workers;

pub use problem::{ConfigError, Warning};
pub use reader::{Fallback, Setting};
pub use sources::Sources;
// A key goes from here to the vendor's account, so it is the same type in both.
pub use ::providers::Secret;

use std::collections::BTreeMap;

use reader::Reader;
use text::Text;

/// Variables of the sample file that other programs read. They are known, so that nobody is warned about them.
pub const READ_ELSEWHERE: [&str; 11] = [
    "VITE_API_BASE_URL",
    "POSTGRES_DB",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "HTTP_PORT",
    "HTTPS_PORT",
    "EDGE_SUBNET",
    "COMPOSE_PROFILES",
    "APP_ROLE",
    "APP_REPLICAS",
    "WORKER_REPLICAS",
];

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The product as a whole.
    pub app: app::App,
    /// The HTTP server.
    pub server: server::Server,
    /// The database.
    pub database: database::Database,
    /// Redis.
    pub redis: redis::Redis,
    /// Where pictures are kept.
    pub storage: storage::Storage,
    /// AI vendors.
    pub providers: providers::Providers,
    /// The text model for prompts.
    pub prompt_model: prompt_model::PromptModel,
    /// Calls to others.
    pub outgoing: egress::Outgoing,
    /// Limits per person.
    pub limits: limits::Limits,
    /// Accounts and the server's own secrets.
    pub accounts: accounts::Accounts,
    /// Credits.
    pub credits: credits::Credits,
    /// Mail.
    pub mail: mail::Mail,
    /// Payments.
    pub payments: payments::Payments,
    /// Logs, metrics, traces.
    pub observability: observability::Observability,
    /// Background work.
    pub workers: workers::Workers,
    /// What the operator should know about them.
    pub warnings: Vec<Warning>,
    /// Every setting by name, with its default and whether somebody wrote it, in the order of the sample file.
    pub settings: Vec<Setting>,
}
impl Config {
    /// Reads and checks every setting.
    ///
    /// # Errors
    /// Names every setting that cannot be used, not only the first.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let file = sources.dotenv.as_deref().map(sources::read_file).unwrap_or_default();
        let mut reader = Reader::new(&sources.environment, &file.values);
        reader.problems = file.problems;
        reader.warnings = file.warnings;
        let config = Self::read(&mut reader);
        warn_about_placeholders(&mut reader);
        warn_about_unknown_names(&mut reader, &file.values);
        warn_about_open_connection(&mut reader, &config);
        if reader.problems.is_empty() {
            return Ok(Self { settings: reader.settings, warnings: reader.warnings, ..config });
        }
        Err(ConfigError { problems: reader.problems, locale: config.app.terminal_locale })
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let app = app::App::read(reader);
        Self {
            server: server::Server::read(reader),
            database: database::Database::read(reader, &app.data_dir),
            redis: redis::Redis::read(reader),
            storage: storage::Storage::read(reader),
            providers: providers::Providers::read(reader),
            prompt_model: prompt_model::PromptModel::read(reader),
            outgoing: egress::Outgoing::read(reader),
            limits: limits::Limits::read(reader),
            accounts: accounts::Accounts::read(reader),
            credits: credits::Credits::read(reader),
            mail: mail::Mail::read(reader, &app.name),
            payments: payments::Payments::read(reader),
            observability: observability::Observability::read(reader),
            workers: workers::Workers::read(reader),
            warnings: Vec::new(),
            settings: Vec::new(),
            app,
        }
    }

    /// Whether secrets that nobody gave are made at the first start: where one process on one machine owns the data.
    #[must_use]
    pub fn makes_secrets(&self) -> bool {
        matches!(self.database.url, database::DatabaseUrl::Sqlite(_))
    }

    /// Whether somebody wrote this variable, in the environment or the file.
    #[must_use]
    pub fn is_given(&self, name: &str) -> bool {
        self.settings.iter().any(|setting| setting.name == name && setting.given)
    }

    /// Whether somebody gave this variable another value than its default.
    #[must_use]
    pub fn is_changed(&self, name: &str) -> bool {
        self.settings.iter().any(|setting| setting.name == name && setting.changed)
    }
}

fn warn_about_placeholders(reader: &mut Reader<'_>) {
    let names: Vec<String> = reader.placeholders.iter().map(|name| (*name).to_owned()).collect();
    if names.is_empty() {
        return;
    }
    let message = Text::new(
        format!("These settings still have the value of a sample file and count as not set: {}.", names.join(", ")),
        format!("以下设置仍是示例值，按未设置处理：{}。", names.join("、")),
    );
    reader.warnings.push(Warning { variables: names, message });
}

/// A misspelt name in the file would otherwise do nothing, silently. The environment is full of names of others.
fn warn_about_unknown_names(reader: &mut Reader<'_>, file: &BTreeMap<String, String>) {
    let is_setting = |name: &str| reader.settings.iter().any(|setting| setting.name == name);
    let known = |name: &str| READ_ELSEWHERE.contains(&name) || is_setting(name.strip_suffix(from_file::SUFFIX).unwrap_or(name));
    let names: Vec<String> = file.keys().filter(|name| !known(name)).cloned().collect();
    if names.is_empty() {
        return;
    }
    let message = Text::new(
        format!("The settings file has names that nothing reads: {}. Check their spelling against .env.example.", names.join(", ")),
        format!("设置文件中有无人读取的名称：{}。请对照 .env.example 检查拼写。", names.join("、")),
    );
    reader.warnings.push(Warning { variables: names, message });
}

fn warn_about_open_connection(reader: &mut Reader<'_>, config: &Config) {
    let domain = &config.server.domain;
    let open = config.app.environment == app::Environment::Production && !domain.is_https() && !domain.is_this_machine();
    if !open {
        return;
    }
    let message = Text::new(
        format!("DOMAIN is {domain}: passwords and pictures travel unencrypted. Put the server behind https and change DOMAIN."),
        format!("DOMAIN 为 {domain}：密码和图片将以明文传输。请启用 https 并修改 DOMAIN。"),
    );
    reader.warnings.push(Warning { variables: vec!["DOMAIN".to_owned()], message });
}
