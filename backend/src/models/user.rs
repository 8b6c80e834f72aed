//! People: who they are, their addresses and their passwords.

use serde::{Deserialize, Serialize};

use super::id::UserId;
use super::locale::Locale;
use super::timestamp::Timestamp;
use crate::error::{Code, Failure};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the studio. There is one.
    Owner,
    /// Makes pictures.
    User,
}

impl Role {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::User => "user",
        }
    }

    /// As it was stored. Whatever is not the owner has no more than a user's rights.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        if text == "owner" { Role::Owner } else { Role::User }
    }
}

/// An account, as it is shown to its owner.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Where to reach the person; also the name to log in with.
    pub email: String,
    /// Whether a link that was sent there came back.
    pub email_verified: bool,
    /// The name others may see.
    pub username: Option<String>,
    /// A picture of the person.
    pub avatar_url: Option<String>,
    /// What the account may do.
    pub role: Role,
    /// The chosen language, when one was chosen.
    pub locale: Option<Locale>,
    /// False while suspended.
    #[serde(skip)]
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An e-mail address: trimmed, lower case, at most 254 characters (RFC 5321 §4.5.3.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address. Only its outline is checked; whether it works shows when a mail arrives.
    ///
    /// # Errors
    /// `invalid_request` on the field `email`.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let address = text.trim().to_lowercase();
        let plausible = address.len() <= 254
            && !address.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"'))
            && address.split_once('@').is_some_and(|(local, host)| {
                (1..=64).contains(&local.len())
                    && host.contains('.')
                    && !host.contains('@')
                    && host.split('.').all(|label| !label.is_empty())
            });
        if plausible { Ok(Self(address)) } else { Err(invalid("email", "email")) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Least length of a password in characters (NIST SP 800-63B §5.1.1.2).
const PASSWORD_MINIMUM: usize = 8;
/// Greatest length: enough for any phrase, little enough that hashing it costs nothing extra.
const PASSWORD_MAXIMUM: usize = 128;

/// A password somebody chose. Not printed, not stored.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Reads a new password.
    ///
    /// # Errors
    /// `invalid_request` on the field `password`.
    pub fn choose(text: String) -> Result<Self, Failure> {
        match text.chars().count() {
            0..PASSWORD_MINIMUM => Err(invalid("password", "too_short").field_with("minimum", PASSWORD_MINIMUM)),
            PASSWORD_MINIMUM..=PASSWORD_MAXIMUM => Ok(Self(text)),
            _ => Err(invalid("password", "too_long").field_with("maximum", PASSWORD_MAXIMUM)),
        }
    }

    /// The characters.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A field that does not have its form.
pub(super) fn invalid(field: &'static str, code: &'static str) -> Failure {
    Failure::new(Code::InvalidRequest).with("reason", field).field(field, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_trimmed_and_folded_and_nonsense_is_refused() {
        assert_eq!(Email::parse(" Li.Wei@Example.COM ").unwrap().as_str(), "li.wei@example.com");
        for nonsense in ["", "a", "a@", "@b.c", "a@b", "a b@c.d", "a@b.c\nBcc: x@y.z", "a@b..c", "<a@b.c>"] {
            assert!(Email::parse(nonsense).is_err(), "{nonsense:?} was taken");
        }
    }
}
