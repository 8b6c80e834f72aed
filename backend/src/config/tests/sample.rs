//! `.env.example` is the manual of the settings: it must name each of them, with the default that is in force.

use super::super::{Config, Fallback, READ_ELSEWHERE};
use super::{config, sources};

const SAMPLE: &str = include_str!("../../../../.env.example");

/// Names of the original template, which people may have in their files.
const TEMPLATE: &str = "APP_NAME APP_VERSION NODE_ENV PORT DOMAIN DATABASE_URL STORAGE_PROVIDER R2_BUCKET_NAME \
    R2_ACCESS_KEY_ID R2_SECRET_ACCESS_KEY R2_ENDPOINT S3_BUCKET_NAME S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY S3_REGION \
    CDN_URL OPENAI_API_KEY OPENAI_BASE_URL STABILITY_API_KEY STABILITY_BASE_URL DEFAULT_AI_PROVIDER WEBHOOK_SECRET \
    NEW_USER_CREDITS TASK_COST_CREDITS MAX_FILE_SIZE_MB MAX_FILES_PER_TASK MAX_TASKS_PER_USER MAX_TASKS_PER_DAY \
    JWT_SECRET ENCRYPTION_KEY LOG_LEVEL ENABLE_METRICS ENABLE_TRACING SMTP_HOST SMTP_PORT SMTP_USER SMTP_PASS \
    STRIPE_PUBLIC_KEY STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET VITE_API_BASE_URL REDIS_URL POSTGRES_DB POSTGRES_USER \
    POSTGRES_PASSWORD";

struct Line {
    name: &'static str,
    value: &'static str,
    active: bool,
}

/// The settings of the sample, on or off; prose is no setting.
fn lines() -> Vec<Line> {
    let setting = |line: &'static str| {
        let (active, text) = line.strip_prefix("# ").map_or((true, line), |text| (false, text));
        let (name, value) = text.split_once('=')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        is_name.then_some(Line { name, value: value.trim_matches('"'), active })
    };
    SAMPLE.lines().filter_map(setting).collect()
}

fn load_text(text: &str) -> super::super::Config {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    std::fs::write(&path, text).unwrap();
    Config::load(&sources(&[], Some(path))).unwrap()
}

#[test]
fn the_sample_names_every_setting_once_in_the_order_of_the_code() {
    let in_sample: Vec<_> = lines().iter().map(|line| line.name).collect();
    let in_code: Vec<_> = config(&[]).settings.iter().map(|setting| setting.name).chain(READ_ELSEWHERE).collect();
    assert_eq!(in_sample, in_code);
}

#[test]
fn the_sample_shows_the_defaults_of_the_code() {
    for (line, setting) in lines().iter().zip(config(&[]).settings) {
        match setting.fallback {
            Fallback::Value(value) => assert!(line.active && line.value == value, "{} is {value} in the code", line.name),
            Fallback::Derived(value) => assert!(!line.active && line.value == value, "{} is {value} in the code", line.name),
            Fallback::Absent => assert!(!line.active && !line.value.is_empty(), "{} has no default; show an example", line.name),
        }
    }
}

#[test]
fn every_name_of_the_template_is_known() {
    let in_sample: Vec<_> = lines().iter().map(|line| line.name).collect();
    for name in TEMPLATE.split_whitespace() {
        assert!(in_sample.contains(&name), "{name}");
    }
}

#[test]
fn a_copied_sample_means_the_same_as_no_file() {
    let copied = load_text(SAMPLE);
    assert!(copied.warnings.is_empty(), "{:?}", copied.warnings);
    let settings = Vec::new();
    let copied = Config { settings: settings.clone(), ..copied };
    let without = Config { settings, ..config(&[]) };
    assert_eq!(format!("{copied:?}"), format!("{without:?}"));
}

#[test]
fn the_examples_of_accounts_and_secrets_count_as_not_set() {
    let everything: String = lines().iter().map(|line| format!("{}='{}'\n", line.name, line.value)).collect();
    let loaded = load_text(&everything);
    let settings = loaded.settings;
    for name in
        ["JWT_SECRET", "ENCRYPTION_KEY", "WEBHOOK_SECRET", "OPENAI_API_KEY", "R2_ENDPOINT", "SMTP_HOST", "STRIPE_SECRET_KEY", "CDN_URL"]
    {
        assert!(settings.iter().any(|setting| setting.name == name && !setting.given), "{name}");
    }
}

#[test]
fn a_misspelt_name_in_the_file_is_pointed_out() {
    let loaded = load_text("MAX_TASK_PER_DAY=5\nPOSTGRES_DB=danqing\nPORT=3000\n");
    let named: Vec<_> = loaded.warnings.iter().flat_map(|warning| &warning.variables).collect();
    assert_eq!(named, ["MAX_TASK_PER_DAY"]);
}
