//! A secret that is bound to a host.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};

use crate::target::Target;
use crate::{Error, Reach};

/// A header with a secret, and the only host that may see it. It goes to that host or a subdomain inside TLS, and in
/// clear only when the call is [`crate::Reach::Configured`] and its host is exactly this one. A call to another
/// host fails; it is not sent without.
///
/// A host is a name or an address, IPv6 in brackets.
#[derive(Clone)]
pub struct Credential {
    name: HeaderName,
    value: HeaderValue,
    host: String,
}

impl Credential {
    /// `value` in the header `name`, for `host`, such as `api.example.com`.
    ///
    /// # Errors
    /// [`Error::Request`] when the value may not stand in a header, or `host` is not a host.
    pub fn new(name: HeaderName, value: &str, host: &str) -> Result<Self, Error> {
        let host = url::Host::parse(host).map_err(|_| Error::Request("a credential is bound to something that is not a host".into()))?;
        let mut value =
            HeaderValue::from_str(value).map_err(|_| Error::Request("a credential holds characters that no header may hold".into()))?;
        value.set_sensitive(true);
        Ok(Self { name, value, host: without_dot(&host.to_string()).to_owned() })
    }

    /// `Authorization: Bearer <token>`.
    ///
    /// # Errors
    /// As [`Credential::new`].
    pub fn bearer(token: &str, host: &str) -> Result<Self, Error> {
        Self::new(AUTHORIZATION, &format!("Bearer {token}"), host)
    }

    /// `Authorization: Basic …` of a name and a password.
    ///
    /// # Errors
    /// As [`Credential::new`].
    pub fn basic(user: &str, password: &str, host: &str) -> Result<Self, Error> {
        Self::new(AUTHORIZATION, &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))), host)
    }

    /// The header to send to `target`, if it may see it.
    pub(crate) fn header_for(&self, target: &Target, reach: Reach) -> Result<(&HeaderName, &HeaderValue), Error> {
        let host = target.name();
        // Below an IP address there is nothing, so only a name has subdomains.
        let below = target.ip().is_none() && host.strip_suffix(&self.host).is_some_and(|before| before.ends_with('.'));
        let same = host == self.host;
        if !same && !below {
            return Err(Error::CredentialElsewhere { bound: self.host.clone(), host });
        }
        if target.tls || (same && reach == Reach::Configured) {
            Ok((&self.name, &self.value))
        } else {
            Err(Error::CredentialInClear { host })
        }
    }

    /// The host that may see it.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("name", &self.name).field("host", &self.host).finish_non_exhaustive()
    }
}

/// `example.com.` and `example.com` are one name.
fn without_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}
