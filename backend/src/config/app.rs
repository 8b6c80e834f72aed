//! Who the product is: its name, mode, language, calendar and folder.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::problem::Complaint;
use super::reader::{Fallback, Reader};
use super::setting::Choice;
use super::text::Text;
use crate::models::locale::Locale;

/// Longest name, in characters: it stands in the title of a page and the subject of a mail.
const NAME_CHARACTERS: usize = 60;

const ENVIRONMENT: Choice<Environment> = Choice {
    name: "APP_ENV",
    default: Environment::Development,
    // Test runners of the JavaScript world set NODE_ENV=test for everything they start.
    options: &[("development", Environment::Development), ("production", Environment::Production), ("test", Environment::Development)],
};

const LOCALE: Choice<Locale> =
    Choice { name: "DEFAULT_LOCALE", default: Locale::ZhCn, options: &[("zh-CN", Locale::ZhCn), ("en", Locale::En)] };

const NAME: &str = "丹青 Danqing";
const DATA_DIR: &str = "./data";
const TIMEZONE: &str = "Asia/Shanghai";

/// Trying out, or serving others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On the operator's own machine.
    Development,
    /// For other people.
    Production,
}

/// Settings of the product as a whole.
#[derive(Debug, Clone)]
pub struct App {
    /// `APP_NAME` ("丹青 Danqing"): the name people see.
    pub name: String,
    /// `APP_VERSION` (the version of this build): the version people see.
    pub version: String,
    /// `APP_ENV`, also read as `NODE_ENV` (development).
    pub environment: Environment,
    /// `DEFAULT_LOCALE` (zh-CN): the language when neither the user nor the request names one.
    pub default_locale: Locale,
    /// The language of the terminal: `DEFAULT_LOCALE` where it is given, else the shell's, as the scripts have it.
    pub terminal_locale: Locale,
    /// `TIMEZONE` (Asia/Shanghai): an IANA name; daily limits begin at its midnight.
    pub timezone: TimeZone,
    /// `DATA_DIR` (./data): database file, pictures, secrets and optional models.
    pub data_dir: PathBuf,
}

impl App {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let name = reader.parsed("APP_NAME", Fallback::Value(NAME.to_owned()), parse_name);
        let shown_version = reader.parsed("APP_VERSION", Fallback::Absent, parse_name);
        let environment = reader.choice_with_alias(&ENVIRONMENT, "NODE_ENV");
        let default_locale = reader.choice(&LOCALE);
        let terminal_locale = if reader.is_given(LOCALE.name) { None } else { shell_locale(reader) };
        let timezone = reader.parsed("TIMEZONE", Fallback::Value(TIMEZONE.to_owned()), parse_timezone);
        let data_dir = reader.parsed("DATA_DIR", Fallback::Value(DATA_DIR.to_owned()), |text| Ok(PathBuf::from(text)));
        Self {
            name: name.unwrap_or_else(|| NAME.to_owned()),
            version: shown_version.unwrap_or_else(|| version.to_owned()),
            environment,
            default_locale,
            terminal_locale: terminal_locale.unwrap_or(default_locale),
            timezone: timezone.unwrap_or_else(default_timezone),
            data_dir: data_dir.unwrap_or_else(|| PathBuf::from(DATA_DIR)),
        }
    }
}

/// Chinese when the shell's locale begins with zh, English otherwise; the first of these variables that says anything counts.
fn shell_locale(reader: &Reader<'_>) -> Option<Locale> {
    let spoken = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| reader.said_by_shell(name));
    spoken.map(|spoken| if spoken.starts_with("zh") { Locale::ZhCn } else { Locale::En })
}

fn parse_name(text: &str) -> Result<String, Complaint> {
    let suits = text.chars().count() <= NAME_CHARACTERS && !text.chars().any(char::is_control);
    suits.then(|| text.to_owned()).ok_or_else(|| {
        let reason = Text::new(
            format!("must be one line of at most {NAME_CHARACTERS} characters"),
            format!("必须是一行文字，最多 {NAME_CHARACTERS} 个字符"),
        );
        Complaint::suggest(reason, NAME)
    })
}

fn parse_timezone(text: &str) -> Result<TimeZone, Complaint> {
    TimeZone::get(text).map_err(|_| {
        let reason = Text::new("is not a time zone of the IANA list", "不是 IANA 时区名称");
        Complaint::suggest(reason, format!("{TIMEZONE} (Europe/Berlin, UTC …)"))
    })
}

/// China has had one time zone without daylight saving since 1991, so the default needs no zone file.
fn default_timezone() -> TimeZone {
    TimeZone::get(TIMEZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)))
}
