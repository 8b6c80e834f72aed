//! The text model that improves and translates prompts. Without one the page does not offer it.

use super::Secret;
use super::address::BaseUrl;
use super::reader::{Reader, as_is};

/// Settings of the text model. Any server that speaks OpenAI's chat completions.
#[derive(Debug, Clone)]
pub struct PromptModel {
    /// `PROMPT_MODEL` (none): its name at the vendor.
    pub model: Option<String>,
    /// `PROMPT_MODEL_BASE_URL` (the OpenAI account's): where its interface is.
    pub base_url: Option<BaseUrl>,
    /// `PROMPT_MODEL_API_KEY` (the OpenAI account's, unless another address is given): its key. A key is never sent to an
    /// address that it was not given for.
    pub api_key: Option<Secret>,
}

impl PromptModel {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            model: reader.account("PROMPT_MODEL", as_is),
            base_url: reader.account("PROMPT_MODEL_BASE_URL", BaseUrl::parse),
            api_key: reader.account_secret("PROMPT_MODEL_API_KEY"),
        }
    }
}
