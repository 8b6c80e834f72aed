//! An account with a vendor: where it is, the key, the way out, and how long and how much it may take.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use egress::{Call, Credential, Egress, Limits, Reach, Route};
use http::{HeaderName, Method};
use url::Url;

use crate::delivery::MAX_PICTURE_BYTES;
use crate::error::{Class, Error};
use crate::secret::Secret;

/// An account with a vendor.
#[derive(Clone)]
pub struct Account {
    /// The operator's name for it, for logs and health.
    pub id: String,
    /// Address that the operator configured; paths are appended. It may be private and plain http.
    pub base_url: Url,
    /// The key, where the vendor wants one. For HTTP Basic it is `user:password`.
    pub key: Option<Secret>,
    /// The secret that its webhooks are signed with; without one a webhook is refused.
    pub webhook_secret: Option<Secret>,
    /// Where the vendor publishes the keys that its webhooks are signed with, where it does so. The operator's word:
    /// an address in a webhook is never asked for keys.
    pub webhook_keys_url: Option<Url>,
    /// Where the vendor may call when a request has ended. Whoever knows it can have us ask the vendor, so it is
    /// concealed like the key.
    pub callback: Option<Url>,
    /// The only way out.
    pub egress: Egress,
    /// Through a proxy or not.
    pub route: Route,
    /// How long its calls may take and how much may come back.
    pub limits: CallLimits,
}

/// The last part of an address for calls is a token from this length on, and a word otherwise.
const SHORTEST_TOKEN: usize = 16;

/// Limits by kind of call. An engine on a slow machine needs longer ones, a test shorter.
#[derive(Debug, Clone, Copy)]
pub struct CallLimits {
    /// Questions, and submits that are answered with a handle.
    pub api: Limits,
    /// A submit that is answered with the pictures. The bytes are those of one picture; see [`CallLimits::generation_of`].
    pub generation: Limits,
    /// The download of one picture.
    pub download: Limits,
}

impl Default for CallLimits {
    fn default() -> Self {
        let download = Limits { max_body_bytes: MAX_PICTURE_BYTES, ..Limits::DOWNLOAD };
        Self { api: Limits::API, generation: Limits::GENERATION, download }
    }
}

/// Pictures of one call that its answer may hold, whatever was asked for: what no vendor makes at once.
const MOST_PICTURES: u64 = 16;

impl CallLimits {
    /// Limits of a submit that is answered with `count` pictures: the first may take all the bytes of
    /// [`CallLimits::generation`], each further one as many as an event.
    #[must_use]
    pub fn generation_of(&self, count: u32) -> Limits {
        let further = u64::from(count).clamp(1, MOST_PICTURES) - 1;
        let more_bytes = further * self.generation.max_event_bytes as u64;
        Limits { max_body_bytes: self.generation.max_body_bytes + more_bytes, ..self.generation }
    }

    /// Limits of a submit that is answered with links: as long as a generation, as few bytes as a question.
    #[must_use]
    pub fn links(&self) -> Limits {
        Limits { max_body_bytes: self.api.max_body_bytes, ..self.generation }
    }
}

impl Account {
    /// The base address with a path behind it: `images/generations`. A query of the base address stays, as gateways
    /// want it (`?api-version=`).
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}/{path}", self.base_url.path().trim_end_matches('/')));
        url
    }

    /// A link of the vendor, when it leads to the very server that was configured: only there may the key go.
    ///
    /// # Errors
    /// [`Class::ProviderError`] for any other one.
    pub fn own(&self, link: &str) -> Result<Url, Error> {
        let url = Url::parse(link).ok().filter(|url| url.origin() == self.base_url.origin());
        url.ok_or_else(|| Error::new(Class::ProviderError, "a link of the vendor does not lead to the account's own server"))
    }

    /// A call to the vendor's own address, without the key and with the limits of a question.
    #[must_use]
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(method, self.url(path)).reach(Reach::Configured).route(self.route.clone()).limits(self.limits.api)
    }

    /// Adds `Authorization: Bearer` and the key, when there is one.
    ///
    /// # Errors
    /// [`Class::Auth`] for a key that no header can hold.
    pub fn with_bearer(&self, call: Call) -> Result<Call, Error> {
        let Some(key) = &self.key else { return Ok(call) };
        let host = self.base_url.host_str().unwrap_or_default();
        let credential = Credential::bearer(key.expose(), host).map_err(|error| Error::new(Class::Auth, error.to_string()))?;
        Ok(call.credential(credential))
    }

    /// Adds the key in a header of the vendor's own, such as `x-goog-api-key`, when there is one.
    ///
    /// # Errors
    /// [`Class::Auth`] for a key that no header can hold.
    pub fn with_key_in(&self, header: HeaderName, call: Call) -> Result<Call, Error> {
        let Some(key) = &self.key else { return Ok(call) };
        let host = self.base_url.host_str().unwrap_or_default();
        let credential = Credential::new(header, key.expose(), host).map_err(|error| Error::new(Class::Auth, error.to_string()))?;
        Ok(call.credential(credential))
    }

    /// Refuses an account that has no key, before anything is sent.
    ///
    /// # Errors
    /// [`Class::Auth`].
    pub fn need_key(&self) -> Result<(), Error> {
        match self.key {
            Some(_) => Ok(()),
            None => Err(Error::new(Class::Auth, "no key is configured for this account")),
        }
    }

    /// The error without the key and the address for calls, should the vendor have repeated them.
    #[must_use]
    pub(crate) fn conceal(&self, mut error: Error) -> Error {
        error.message = self.without_key(error.message);
        error.unquoted = error.unquoted.map(|message| self.without_key(message));
        error.code = error.code.map(|code| self.without_key(code));
        error
    }

    /// The text without the key, its part behind a colon (the password of HTTP Basic) and its base64 form, and without
    /// what vendors are told for webhooks: the secret, and the token in the address for calls.
    #[must_use]
    pub fn without_key(&self, text: String) -> String {
        let exposed = |secret: &Option<Secret>| secret.as_ref().map_or("", Secret::expose).to_owned();
        let (key, webhook_secret) = (exposed(&self.key), exposed(&self.webhook_secret));
        let encoded = STANDARD.encode(&key);
        let password = key.split_once(':').map_or("", |(_, password)| password);
        let token = self.callback.as_ref().and_then(|url| url.path_segments()?.next_back()).filter(|token| token.len() >= SHORTEST_TOKEN);
        let forms = [encoded.as_str(), &key, password, &webhook_secret, token.unwrap_or_default()].into_iter();
        let forms = forms.filter(|form| !form.is_empty());
        forms.fold(text, |text, form| if text.contains(form) { text.replace(form, "…") } else { text })
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Account").field("id", &self.id).field("base_url", &self.base_url.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(base_url: &str, key: &str) -> Account {
        Account {
            id: "test".to_owned(),
            base_url: Url::parse(base_url).unwrap(),
            key: Some(Secret::new(key)),
            webhook_secret: Some(Secret::new("of-webhooks")),
            webhook_keys_url: None,
            callback: Some(Url::parse("https://studio.test/api/webhooks/fal/00112233445566778899aabbccddeeff").unwrap()),
            egress: Egress::new(egress::Options::new("test")).unwrap(),
            route: Route::Direct,
            limits: CallLimits::default(),
        }
    }

    #[test]
    fn paths_follow_the_base_address_whatever_ends_it() {
        for base in ["https://example.com/v1", "https://example.com/v1/"] {
            assert_eq!(account(base, "k").url("images/edits").as_str(), "https://example.com/v1/images/edits");
        }
        let url = account("https://example.com?api-version=2", "k").url("models");
        assert_eq!(url.as_str(), "https://example.com/models?api-version=2");
    }

    #[test]
    fn only_the_configured_server_is_the_accounts_own() {
        let account = account("https://queue.example.com/v1", "k");
        assert_eq!(account.own("https://queue.example.com/a?b").unwrap().path(), "/a");
        for elsewhere in ["https://example.com/a", "http://queue.example.com/a", "https://queue.example.com:444/a", "file:///a", "/a", ""] {
            assert!(account.own(elsewhere).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn no_form_of_the_key_stays_in_an_error() {
        let account = account("https://example.com", "user:pass-word");
        let said = format!("wrong: user:pass-word, pass-word, of-webhooks, Basic {}", STANDARD.encode("user:pass-word"));
        let error = account.conceal(Error::new(Class::Auth, said).code("pass-word"));
        assert_eq!(error.message, "wrong: …, …, …, Basic …");
        assert_eq!(error.code.as_deref(), Some("…"));
        assert!(!format!("{account:?}").contains("pass-word"));
    }

    #[test]
    fn the_token_of_the_address_for_calls_stays_in_none_either() {
        let account = account("https://example.com", "k-e-y");
        let said = format!("{} cannot be reached", account.callback.as_ref().unwrap());
        let error = account.conceal(Error::new(Class::InvalidRequest, said));
        assert_eq!(error.message, "https://studio.test/api/webhooks/fal/… cannot be reached");
    }

    #[test]
    fn further_pictures_have_bytes_of_their_own() {
        let limits = CallLimits::default();
        assert_eq!(limits.generation_of(1), Limits::GENERATION);
        assert_eq!(limits.generation_of(3).max_body_bytes, (64 << 20) + 2 * (24 << 20));
        assert_eq!(limits.generation_of(u32::MAX), limits.generation_of(16));
    }
}
