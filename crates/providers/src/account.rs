//! An account with a vendor: where it is, the key, and the way out.

use egress::{Egress, Route};
use url::Url;

/// A text that appears in no log and no error.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

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
    /// The only way out.
    pub egress: Egress,
    /// Through a proxy or not.
    pub route: Route,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Account").field("id", &self.id).field("base_url", &self.base_url.as_str()).finish_non_exhaustive()
    }
}
