//! What an operator reads when settings are wrong or half made.

use super::super::Warning;
use super::super::storage::Backend;
use super::{config, load, refusal};
use crate::models::locale::Locale;

fn about<'a>(warnings: &'a [Warning], variable: &str) -> Vec<&'a Warning> {
    warnings.iter().filter(|warning| warning.variables.iter().any(|name| name == variable)).collect()
}

#[test]
fn all_problems_are_told_at_once_in_the_default_language() {
    let wrong = [("PORT", "70000"), ("DOMAIN", "studio.cn"), ("REGISTRATION", "everyone"), ("JWT_SECRET", "hunter2")];
    let error = load(&wrong).unwrap_err();
    let chinese = "有 4 项设置需要修改：
  - PORT=\"70000\"：必须在 0 到 65535 之间。请填写，例如 3000。
  - DOMAIN=\"studio.cn\"：必须以 http:// 或 https:// 开头。请填写，例如 https://studio.cn。
  - REGISTRATION=\"everyone\"：只能是其中之一：open、invite、closed。请填写，例如 open。
  - JWT_SECRET：只有 7 字节，至少需要 32 字节。可用此命令生成：openssl rand -base64 32。";
    assert_eq!(error.to_string(), chinese);
    let english = "4 settings need a correction:
  - PORT=\"70000\": must be between 0 and 65535. Write a value such as 3000.
  - DOMAIN=\"studio.cn\": must begin with http:// or https://. Write a value such as https://studio.cn.
  - REGISTRATION=\"everyone\": must be one of open, invite, closed. Write a value such as open.
  - JWT_SECRET: has 7 bytes, at least 32 are needed. Make one with: openssl rand -base64 32.";
    assert_eq!(error.render(Locale::En), english);
    let with_english = load(&[("PORT", "70000"), ("DEFAULT_LOCALE", "en")]).unwrap_err();
    assert!(with_english.to_string().starts_with("1 setting needs a correction:"));
}

#[test]
fn every_kind_of_wrong_value_is_refused_by_name() {
    for (name, value, words) in [
        ("PORT", "-1", "between 0 and 65535"),
        ("PORT", "3000/tcp", "digits only"),
        ("HOST", "everywhere", "IP address"),
        ("TIMEZONE", "Mars/Olympus", "time zone"),
        ("APP_NAME", "two\nlines", "one line"),
        ("DATABASE_URL", "mysql://root@db/x", "SQLite file or a PostgreSQL"),
        ("DATABASE_URL", ":memory:", "outlive"),
        ("REDIS_URL", "127.0.0.1:6379", "redis://"),
        ("TRUSTED_PROXIES", "10.0.0.0/33", "networks"),
        ("ALLOWED_ORIGINS", "https://a.cn,b.cn", "begin with http"),
        ("DEFAULT_AI_PROVIDER", "midjourney", "must be one of embedded, openai"),
        ("LINK_TTL_SECONDS", "3601", "between 60 and 3600"),
        ("MAX_FILE_SIZE_MB", "18446744073709551616", "between 1 and 2048"),
        ("NEW_USER_CREDITS", "-10", "between 0 and"),
        ("ENGINE_THREADS", "0", "between 1 and 1024"),
        ("LOG_LEVEL", "loud", "must be one of error"),
        ("CDN_URL", "https://cdn.cn/bucket", "path"),
    ] {
        let message = refusal(name, value);
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn no_message_repeats_a_secret() {
    let error = load(&[
        ("DATABASE_URL", "postgresql://me:hunter2@[bad/x"),
        ("REDIS_URL", "http://:hunter2@cache"),
        ("ENCRYPTION_KEY", "hunter2"),
        ("OPENAI_BASE_URL", "https://me:hunter2@api.cn"),
    ])
    .unwrap_err();
    assert_eq!(error.problems.len(), 4);
    assert!(!format!("{}{}", error.render(Locale::En), error.render(Locale::ZhCn)).contains("hunter2"), "{error}");
    let kept = config(&[
        ("DATABASE_URL", "postgresql://me:hunter2-hunter2@db/x"),
        ("JWT_SECRET", "hunter2-hunter2-hunter2-hunter2-hunter2"),
        ("OPENAI_API_KEY", "hunter2-key"),
        ("SMTP_PASS", "hunter2-pass"),
        ("SMTP_USER", "a@b.cn"),
        ("SMTP_HOST", "mail"),
    ]);
    assert!(!format!("{kept:?}").contains("hunter2"), "{kept:?}");
}

#[test]
fn sample_values_count_as_not_set_with_one_warning_that_names_each() {
    let loaded = load(&[
        ("OPENAI_API_KEY", "sk-your-openai-key"),
        ("STORAGE_PROVIDER", "r2"),
        ("R2_BUCKET_NAME", "your-bucket-name"),
        ("R2_ACCESS_KEY_ID", "AKIA123"),
        ("SMTP_HOST", "smtp.gmail.com"),
        ("SMTP_USER", "your-email@gmail.com"),
        ("STRIPE_SECRET_KEY", "sk_test_..."),
        ("JWT_SECRET", "your-jwt-secret-key"),
    ])
    .unwrap();
    let config = &loaded;
    assert!(config.providers.vendor("openai").is_some_and(|vendor| vendor.api_keys.is_empty()) && config.accounts.jwt_secret.is_none());
    assert!(config.mail.smtp.is_none() && config.payments.stripe.is_none());
    assert!(matches!(config.storage.backend, Backend::Local));
    let [warning] = about(&loaded.warnings, "OPENAI_API_KEY")[..] else { panic!("{:?}", loaded.warnings) };
    assert_eq!(warning.variables, ["R2_BUCKET_NAME", "OPENAI_API_KEY", "JWT_SECRET", "SMTP_USER", "STRIPE_SECRET_KEY"]);
    assert!(warning.message.zh_cn.contains("JWT_SECRET"));
    assert_eq!(about(&loaded.warnings, "STORAGE_PROVIDER").len(), 1);
}

#[test]
fn a_half_made_account_stops_the_start() {
    let error = load(&[("STORAGE_PROVIDER", "r2"), ("R2_BUCKET_NAME", "photos"), ("STRIPE_SECRET_KEY", "sk_live_51Hx0")]).unwrap_err();
    let named: Vec<_> = error.problems.iter().map(|problem| problem.variable.as_str()).collect();
    assert_eq!(named, ["R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_ENDPOINT", "STRIPE_WEBHOOK_SECRET"]);
    assert!(error.render(Locale::En).contains("R2_ENDPOINT: is missing, but STORAGE_PROVIDER=r2 needs it."));
}

#[test]
fn production_without_encryption_is_warned_about() {
    let warned = |domain, mode| !about(&load(&[("DOMAIN", domain), ("APP_ENV", mode)]).unwrap().warnings, "DOMAIN").is_empty();
    assert!(warned("http://studio.cn", "production"));
    assert!(!warned("https://studio.cn", "production"));
    assert!(!warned("http://localhost:3000", "production"));
    assert!(!warned("http://studio.cn", "development"));
}
