//! Accounts with AI vendors. All are optional: the embedded tools need none.

use super::address::BaseUrl;
use super::problem::Complaint;
use super::reader::{Fallback, Reader};
use super::secret::Secret;
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

const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";
const STABILITY_BASE_URL: &str = "https://api.stability.ai/v1";

/// An account with one vendor.
#[derive(Debug, Clone)]
pub struct Vendor {
    /// The key; without one the vendor's models are listed as unavailable.
    pub api_key: Option<Secret>,
    /// Where its interface is; paths are appended to it.
    pub base_url: BaseUrl,
}

/// Settings of AI providers.
#[derive(Debug, Clone)]
pub struct Providers {
    /// `DEFAULT_AI_PROVIDER` (embedded): tried first when a task names no model and the provider serves its type.
    pub default: &'static str,
    /// `OPENAI_API_KEY`, `OPENAI_BASE_URL` (https://api.openai.com/v1): OpenAI or any server that speaks its interface.
    pub openai: Vendor,
    /// `STABILITY_API_KEY`, `STABILITY_BASE_URL` (https://api.stability.ai/v1): Stability AI; only the host counts,
    /// since its newer services do not live under `/v1`.
    pub stability: Vendor,
}

impl Providers {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let default = reader.parsed("DEFAULT_AI_PROVIDER", Fallback::Value(DEFAULT.to_owned()), parse_name);
        Self {
            default: default.unwrap_or(DEFAULT),
            openai: Vendor::read(reader, "OPENAI_API_KEY", "OPENAI_BASE_URL", OPENAI_BASE_URL),
            stability: Vendor::read(reader, "STABILITY_API_KEY", "STABILITY_BASE_URL", STABILITY_BASE_URL),
        }
    }
}

impl Vendor {
    fn read(reader: &mut Reader<'_>, key: &'static str, address: &'static str, default: &'static str) -> Self {
        let api_key = reader.account_secret(key);
        let base_url = reader.parsed(address, Fallback::Value(default.to_owned()), BaseUrl::parse);
        #[expect(clippy::expect_used, reason = "the defaults are constants of this file and every test reads them")]
        let base_url = base_url.unwrap_or_else(|| BaseUrl::parse(default).expect("a valid default"));
        Self { api_key, base_url }
    }
}

fn parse_name(text: &str) -> Result<&'static str, Complaint> {
    let known = KNOWN.into_iter().find(|name| name.eq_ignore_ascii_case(text));
    known.ok_or_else(|| not_one_of(&KNOWN, DEFAULT))
}
