//! Typed identifiers. An id is a readable prefix and a ULID: ordered by time, with 80 random bits, so that
//! lists sort by it and nobody can guess a neighbour's.

use std::fmt;

use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// Declares one id type with its prefix.
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this type begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Draws a new id.
            #[must_use]
            pub fn new() -> Self {
                Self(format!("{}{}", $prefix, Ulid::generate().to_string().to_ascii_lowercase()))
            }

            /// The id as it is stored and sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                <String as utoipa::PartialSchema>::schema()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl TryFrom<String> for $name {
            type Error = MalformedId;

            fn try_from(text: String) -> Result<Self, MalformedId> {
                check(&text, $prefix).map(|()| Self(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id_type!(
    /// An account.
    UserId,
    "user_"
);
id_type!(
    /// A picture, uploaded or made.
    FileId,
    "file_"
);
id_type!(
    /// A picture that somebody may put straight into the store.
    UploadId,
    "upload_"
);
id_type!(
    /// A piece of work asked for and paid.
    TaskId,
    "task_"
);
id_type!(
    /// An account with a vendor that was given in the page.
    CredentialId,
    "cred_"
);
id_type!(
    /// A link that was sent by mail.
    LinkId,
    "link_"
);
id_type!(
    /// Money for credits.
    PaymentId,
    "pay_"
);
id_type!(
    /// A code for credits.
    CodeId,
    "code_"
);
id_type!(
    /// A signed-in browser.
    SessionId,
    "session_"
);

/// The text is not an id of the expected type. Callers treat it as an id that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct MalformedId;

fn check(text: &str, prefix: &str) -> Result<(), MalformedId> {
    let rest = text.strip_prefix(prefix).ok_or(MalformedId)?;
    let canonical = rest.len() == ulid::ULID_LEN && rest.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    if canonical && Ulid::from_string(rest).is_ok() { Ok(()) } else { Err(MalformedId) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_foreign_prefixes_are_refused() {
        let id = TaskId::new();
        assert_eq!(id.as_str().parse::<TaskId>(), Ok(id.clone()));
        assert!(id.as_str().parse::<FileId>().is_err());
        assert!("task_../../etc/passwd".parse::<TaskId>().is_err());
        assert!("task_".parse::<TaskId>().is_err());
        assert!(id.as_str().to_uppercase().parse::<TaskId>().is_err());
    }
}
