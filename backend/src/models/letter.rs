//! What the studio writes to people, and the links in it.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A kind of letter. Its sentences stand in the messages under `mail.<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// Confirm that this address is yours.
    VerifyEmail,
    /// Choose a new password.
    ResetPassword,
    /// Confirm that this is your new address; sent there.
    ChangeEmail,
    /// Somebody asks to change the address; sent to the present one.
    EmailChangeAsked,
    /// The address was changed; sent to the one before.
    EmailChanged,
    /// The password was changed.
    PasswordChanged,
}

impl Letter {
    /// Every letter.
    pub const ALL: [Letter; 6] = [
        Letter::VerifyEmail,
        Letter::ResetPassword,
        Letter::ChangeEmail,
        Letter::EmailChangeAsked,
        Letter::EmailChanged,
        Letter::PasswordChanged,
    ];

    /// Its name among the messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
            Self::EmailChangeAsked => "email_change_asked",
            Self::EmailChanged => "email_changed",
            Self::PasswordChanged => "password_changed",
        }
    }
}

/// What a link in a letter is good for. It works once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Confirms the account's address.
    VerifyEmail,
    /// Takes a new password.
    ResetPassword,
    /// Makes the address that it was sent to the account's.
    ChangeEmail,
}

impl LinkPurpose {
    /// As it is stored, and the letter that carries it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.letter().as_str()
    }

    /// The letter that carries it.
    #[must_use]
    pub const fn letter(self) -> Letter {
        match self {
            Self::VerifyEmail => Letter::VerifyEmail,
            Self::ResetPassword => Letter::ResetPassword,
            Self::ChangeEmail => Letter::ChangeEmail,
        }
    }

    /// The page that it opens.
    #[must_use]
    pub const fn page(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify-email",
            Self::ResetPassword => "reset-password",
            Self::ChangeEmail => "change-email",
        }
    }

    /// How long it works. A password link opens the account, so it is short; an address may be confirmed the next day.
    #[must_use]
    pub const fn lifetime(self) -> Duration {
        let hours = match self {
            Self::ResetPassword | Self::ChangeEmail => 1,
            Self::VerifyEmail => 24,
        };
        Duration::from_secs(hours * 3600)
    }
}

impl FromStr for LinkPurpose {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::VerifyEmail, Self::ResetPassword, Self::ChangeEmail].into_iter().find(|purpose| purpose.as_str() == text).ok_or(())
    }
}
