//! Settings that are given but that this version does nothing with: said at start, so that nobody waits for an
//! effect that does not come.

use crate::config::Config;
use crate::config::storage::Backend;
use crate::models::locale::Locale;

/// Read and checked, without effect so far.
const WITHOUT_EFFECT: [&str; 10] = [
    "REDIS_URL",
    "OPENAI_API_KEY",
    "STABILITY_API_KEY",
    "SMTP_HOST",
    "SMTP_USER",
    "SMTP_PASS",
    "STRIPE_PUBLIC_KEY",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "ALLOWED_ORIGINS",
];

/// A sentence about what is given without effect, if anything is.
pub fn without_effect(config: &Config, locale: Locale) -> Option<String> {
    let given: Vec<&str> = WITHOUT_EFFECT.into_iter().filter(|name| config.is_given(name)).collect();
    if given.is_empty() {
        return None;
    }
    let names = given.join(", ");
    Some(match locale {
        Locale::En => format!("This version does not use these settings yet: {names}."),
        Locale::ZhCn => format!("当前版本尚未使用这些设置：{names}。"),
    })
}

/// Pictures would lie elsewhere than where the operator expects them, so a bucket stops the start.
///
/// # Errors
/// When a bucket is configured.
pub fn refuse_bucket(config: &Config, locale: Locale) -> Result<(), String> {
    if matches!(config.storage.backend, Backend::Local) {
        return Ok(());
    }
    Err(match locale {
        Locale::En => "STORAGE_PROVIDER: this version keeps pictures in DATA_DIR only. Remove the setting or write local.".to_owned(),
        Locale::ZhCn => "STORAGE_PROVIDER：当前版本只能把图片保存在 DATA_DIR。请删除该设置或改为 local。".to_owned(),
    })
}
