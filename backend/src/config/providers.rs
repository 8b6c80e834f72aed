//! Accounts with AI vendors. All are optional: the embedded tools need none. Where each vendor is by itself stands in
//! `catalogue/providers.toml`.

use super::Secret;
use super::address::BaseUrl;
use super::problem::Complaint;
use super::reader::{Fallback, Reader};
use super::setting::not_one_of;

/// Every provider a model of the catalogue can name.
pub const KNOWN: [&str; 14] = [
    "embedded",
    "openai",
    "stability",
    "replicate",
    "fal",
    "bfl",
    "gemini",
    "dashscope",
    "volcengine",
    "zhipu",
    "siliconflow",
    "a1111",
    "comfyui",
    "openai-compatible",
];

/// Costs nothing and needs no account.
const DEFAULT: &str = "embedded";

/// Those whose accounts have a secret for calls to us, with its variable.
const SIGNED: [(&str, &str); 1] = [("replicate", "REPLICATE_WEBHOOK_SECRET")];

/// The one whose key is a name and a password.
const HTTP_BASIC: &str = "a1111";

/// The vendors with the variables of key and address, in the order of the sample file: those that are popular in China
/// first, servers of one's own last.
const VENDORS: [(&str, &str, &str); 13] = [
    ("dashscope", "DASHSCOPE_API_KEY", "DASHSCOPE_BASE_URL"),
    ("volcengine", "VOLCENGINE_API_KEY", "VOLCENGINE_BASE_URL"),
    ("zhipu", "ZHIPU_API_KEY", "ZHIPU_BASE_URL"),
    ("siliconflow", "SILICONFLOW_API_KEY", "SILICONFLOW_BASE_URL"),
    ("openai", "OPENAI_API_KEY", "OPENAI_BASE_URL"),
    ("gemini", "GEMINI_API_KEY", "GEMINI_BASE_URL"),
    ("stability", "STABILITY_API_KEY", "STABILITY_BASE_URL"),
    ("bfl", "BFL_API_KEY", "BFL_BASE_URL"),
    ("fal", "FAL_API_KEY", "FAL_BASE_URL"),
    ("replicate", "REPLICATE_API_KEY", "REPLICATE_BASE_URL"),
    ("openai-compatible", "OPENAI_COMPATIBLE_API_KEY", "OPENAI_COMPATIBLE_BASE_URL"),
    ("a1111", "A1111_API_KEY", "A1111_BASE_URL"),
    ("comfyui", "COMFYUI_API_KEY", "COMFYUI_BASE_URL"),
];

/// What the operator gave for one vendor.
#[derive(Debug, Clone)]
pub struct Vendor {
    /// The vendor's name in the catalogue.
    pub id: &'static str,
    /// The variable of its key.
    pub key_variable: &'static str,
    /// The variable of its address.
    pub address_variable: &'static str,
    /// The keys, each an account of its own. For HTTP Basic one is `user:password`.
    pub api_keys: Vec<Secret>,
    /// Where its interface is, if not at its usual place; paths are appended to it.
    pub base_url: Option<BaseUrl>,
    /// What it signs its calls with: one for all keys, or one for each in their order.
    webhook_secrets: Vec<Secret>,
}

impl Vendor {
    /// The secret that signs the calls about requests of one of the keys.
    #[must_use]
    pub fn webhook_secret(&self, key: usize) -> Option<&Secret> {
        match &self.webhook_secrets[..] {
            [one] => Some(one),
            each => each.get(key),
        }
    }
}

/// Settings of AI providers.
#[derive(Debug, Clone)]
pub struct Providers {
    /// `DEFAULT_AI_PROVIDER` (embedded): tried first when a task names no model and the provider serves its type.
    pub default: &'static str,
    /// `<VENDOR>_API_KEY`, `<VENDOR>_BASE_URL`, `REPLICATE_WEBHOOK_SECRET`: one entry for each vendor of [`KNOWN`], in the order of the sample file.
    pub vendors: Vec<Vendor>,
}

impl Providers {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let default = reader.parsed("DEFAULT_AI_PROVIDER", Fallback::Value(DEFAULT.to_owned()), parse_name);
        let vendors = VENDORS.into_iter().map(|(id, key_variable, address_variable)| Vendor {
            id,
            key_variable,
            address_variable,
            api_keys: reader.account_secret(key_variable).map(|keys| split(id, &keys)).unwrap_or_default(),
            base_url: reader.account(address_variable, BaseUrl::parse),
            webhook_secrets: SIGNED.iter().find(|(signed, _)| *signed == id).map_or_else(Vec::new, |(_, variable)| {
                reader.account_secret(variable).map(|secrets| split(id, &secrets)).unwrap_or_default()
            }),
        });
        Self { vendors: vendors.collect(), default: default.unwrap_or(DEFAULT) }
    }

    /// What was given for a vendor; `None` for the embedded engine and for unknown names.
    #[must_use]
    pub fn vendor(&self, id: &str) -> Option<&Vendor> {
        self.vendors.iter().find(|vendor| vendor.id == id)
    }
}

/// Several keys stand behind each other with commas between. No token has one inside (RFC 6750, 2.1); the password of
/// HTTP Basic may, so that is always one key.
fn split(vendor: &str, keys: &Secret) -> Vec<Secret> {
    if vendor == HTTP_BASIC {
        return vec![keys.clone()];
    }
    let mut split: Vec<&str> = Vec::new();
    for key in keys.expose().split(',').map(str::trim).filter(|key| !key.is_empty()) {
        if !split.contains(&key) {
            split.push(key);
        }
    }
    split.into_iter().map(Secret::new).collect()
}

fn parse_name(text: &str) -> Result<&'static str, Complaint> {
    let known = KNOWN.into_iter().find(|name| name.eq_ignore_ascii_case(text));
    known.ok_or_else(|| not_one_of(&KNOWN, DEFAULT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_behind_each_other_with_commas_and_a_password_is_whole() {
        let split = |vendor, keys| split(vendor, &Secret::new(keys)).iter().map(|key| key.expose().to_owned()).collect::<Vec<_>>();
        assert_eq!(split("openai", "sk-one"), ["sk-one"]);
        assert_eq!(split("openai", " sk-one, sk-two,,sk-one,"), ["sk-one", "sk-two"]);
        assert_eq!(split("fal", "id:secret,id2:secret2"), ["id:secret", "id2:secret2"]);
        assert_eq!(split("a1111", "user:pass,word"), ["user:pass,word"]);
    }

    #[test]
    fn every_known_provider_but_the_embedded_one_has_its_variables() {
        for name in KNOWN.into_iter().filter(|name| *name != DEFAULT) {
            let variable = name.to_uppercase().replace('-', "_");
            let (key, address) = (format!("{variable}_API_KEY"), format!("{variable}_BASE_URL"));
            assert!(VENDORS.contains(&(name, key.as_str(), address.as_str())), "{name}");
        }
    }
}
