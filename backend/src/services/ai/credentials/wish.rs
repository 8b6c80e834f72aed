//! What the owner writes about an account, checked once.

use egress::ProxyUrl;
use providers::Secret;
use serde::{Deserialize, Deserializer};

use crate::config::address::BaseUrl;
use crate::error::{Code, Failure};
use crate::models::locale::Locale;

/// Longest name of an account, in characters.
const LABEL_CHARS: usize = 60;
/// Longest key. Those of vendors have 30 to 200 characters; some are signed tokens.
const SECRET_BYTES: usize = 4096;
/// Longest address.
const ADDRESS_BYTES: usize = 500;
/// Greatest share.
const MOST_WEIGHT: i32 = 100;
/// Most requests at once: more than any vendor allows a small account.
const MOST_CONCURRENCY: i32 = 64;

/// An account to be kept or changed. What is absent stays; `null` takes away what is optional.
#[derive(Deserialize, Default, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CredentialRequest {
    /// Your name for it, at most 60 characters; by default that of the vendor.
    label: Option<String>,
    /// The key. It is kept encrypted and never answered.
    api_key: Option<String>,
    /// Where the vendor's interface is, if not at its usual place. A stored key is not taken to another host: give it again.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    base_url: Option<Option<String>>,
    /// The secret that the vendor signs its webhooks with.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    webhook_secret: Option<Option<String>>,
    /// A proxy for this account: `http://`, `https://` or `socks5://`, with name and password if it wants them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    proxy: Option<Option<String>>,
    /// Its share beside the vendor's other accounts, 1 to 100.
    weight: Option<i32>,
    /// Requests at once, 1 to 64; `null` for what the catalogue says.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i32>)]
    concurrency: Option<Option<i32>>,
    /// Whether it is used.
    enabled: Option<bool>,
}

/// Tells `null` from absent.
///
/// # Errors
/// As the value's own.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// A request that was checked.
#[derive(Default, Clone)]
pub struct Wish {
    /// The name.
    pub label: Option<String>,
    /// The key.
    pub key: Option<Secret>,
    /// The address.
    pub base_url: Option<Option<String>>,
    /// The secret of webhooks.
    pub webhook_secret: Option<Option<Secret>>,
    /// The proxy.
    pub proxy: Option<Option<Secret>>,
    /// The share.
    pub weight: Option<i32>,
    /// Requests at once.
    pub concurrency: Option<Option<i32>>,
    /// Whether it is used.
    pub enabled: Option<bool>,
}

impl CredentialRequest {
    /// Of a key and the way to it only, as a test takes them.
    #[must_use]
    pub fn of_test(api_key: Option<String>, base_url: Option<Option<String>>, proxy: Option<Option<String>>) -> Self {
        Self { api_key, base_url, proxy, ..Self::default() }
    }

    /// Checks every field.
    ///
    /// # Errors
    /// `invalid_request` with the fields that are wrong.
    pub fn check(self, locale: Locale) -> Result<Wish, Failure> {
        let mut wrong = Failure::new(Code::InvalidRequest);
        let wish = Wish {
            label: self.label.map(|label| bounded(&mut wrong, "label", label, LABEL_CHARS)),
            key: self.api_key.map(|key| secret(&mut wrong, "apiKey", key)),
            base_url: self.base_url.map(|url| filled(url).map(|url| address(&mut wrong, url, locale))),
            webhook_secret: self.webhook_secret.map(|secret_| filled(secret_).map(|text| secret(&mut wrong, "webhookSecret", text))),
            proxy: self.proxy.map(|proxy| filled(proxy).map(|proxy| proxy_address(&mut wrong, proxy))),
            weight: self.weight.map(|weight| between(&mut wrong, "weight", weight, MOST_WEIGHT)),
            concurrency: self.concurrency.map(|number| number.map(|number| between(&mut wrong, "concurrency", number, MOST_CONCURRENCY))),
            enabled: self.enabled,
        };
        if let Some(first) = wrong.fields.first() {
            let field = first.field.clone();
            return Err(wrong.with("reason", field));
        }
        Ok(wish)
    }
}

impl Wish {
    /// The names of the fields that are given, for the log.
    #[must_use]
    pub fn fields(&self) -> String {
        let given = [
            ("label", self.label.is_some()),
            ("apiKey", self.key.is_some()),
            ("baseUrl", self.base_url.is_some()),
            ("webhookSecret", self.webhook_secret.is_some()),
            ("proxy", self.proxy.is_some()),
            ("weight", self.weight.is_some()),
            ("concurrency", self.concurrency.is_some()),
            ("enabled", self.enabled.is_some()),
        ];
        given.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect::<Vec<_>>().join(",")
    }
}

/// What people leave empty is not there.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn refuse(wrong: &mut Failure, field: &'static str, code: &'static str, values: &[(&'static str, String)]) {
    let mut failure = std::mem::replace(wrong, Failure::new(Code::InvalidRequest)).field(field, code);
    for (name, value) in values {
        failure = failure.field_with(name, value);
    }
    *wrong = failure;
}

fn bounded(wrong: &mut Failure, field: &'static str, text: String, most: usize) -> String {
    let text = text.trim().to_owned();
    if text.is_empty() {
        refuse(wrong, field, "required", &[]);
    } else if text.chars().count() > most {
        refuse(wrong, field, "too_long", &[("maximum", most.to_string())]);
    }
    text
}

/// A key as it was pasted. What no header can hold is no key: mostly a page was copied instead.
fn secret(wrong: &mut Failure, field: &'static str, text: String) -> Secret {
    let text = text.trim();
    if text.is_empty() {
        refuse(wrong, field, "required", &[]);
    } else if text.len() > SECRET_BYTES {
        refuse(wrong, field, "too_long", &[("maximum", SECRET_BYTES.to_string())]);
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        refuse(wrong, field, "not_a_key", &[]);
    }
    Secret::new(text)
}

fn address(wrong: &mut Failure, text: String, locale: Locale) -> String {
    if text.len() > ADDRESS_BYTES {
        refuse(wrong, "baseUrl", "too_long", &[("maximum", ADDRESS_BYTES.to_string())]);
    }
    match BaseUrl::parse(text.trim()) {
        Ok(url) => url.as_str().to_owned(),
        Err(complaint) => {
            refuse(wrong, "baseUrl", "malformed", &[("reason", complaint.reason.get(locale).to_owned())]);
            text
        }
    }
}

fn proxy_address(wrong: &mut Failure, text: String) -> Secret {
    if text.len() > ADDRESS_BYTES {
        refuse(wrong, "proxy", "too_long", &[("maximum", ADDRESS_BYTES.to_string())]);
    } else if ProxyUrl::parse(&text).is_err() {
        refuse(wrong, "proxy", "not_a_proxy", &[]);
    }
    Secret::new(text.trim())
}

fn between(wrong: &mut Failure, field: &'static str, number: i32, most: i32) -> i32 {
    if number < 1 {
        refuse(wrong, field, "too_small", &[("minimum", "1".to_owned())]);
    } else if number > most {
        refuse(wrong, field, "too_large", &[("maximum", most.to_string())]);
    }
    number
}
