//! Who may have an account, and the three secrets that protect them.

use serde::Serialize;

use super::Secret;
use super::reader::Reader;
use super::setting::{Choice, switch};

pub(super) const REGISTRATION: Choice<Registration> = Choice {
    name: "REGISTRATION",
    default: Registration::Open,
    options: &[("open", Registration::Open), ("invite", Registration::Invite), ("closed", Registration::Closed)],
};

pub(super) const OWNER_UNLIMITED: Choice<bool> = switch("OWNER_UNLIMITED", false);

/// Who may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Anybody.
    Open,
    /// Whoever has an invitation link.
    Invite,
    /// Nobody; the operator makes accounts.
    Closed,
}

/// Settings of accounts.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// `REGISTRATION` (open): open, invite or closed. Can be changed at run time; code reads it from `Runtime`.
    pub registration: Registration,
    /// `OWNER_UNLIMITED` (false): the owner pays no credits and has no task limits. Can be changed at run time.
    pub owner_unlimited: bool,
    /// `JWT_SECRET` (made at the first start): signs session tokens.
    pub jwt_secret: Option<Secret>,
    /// `ENCRYPTION_KEY` (made at the first start): encrypts keys that are stored in the database.
    pub encryption_key: Option<Secret>,
    /// `ENCRYPTION_KEY_PREVIOUS` (none): the key before, while values are sealed anew.
    pub encryption_key_previous: Option<Secret>,
    /// `WEBHOOK_SECRET` (made at the first start): derives the tokens in the addresses that vendors call back.
    pub webhook_secret: Option<Secret>,
}

impl Accounts {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            registration: reader.choice(&REGISTRATION),
            owner_unlimited: reader.choice(&OWNER_UNLIMITED),
            jwt_secret: reader.own_secret("JWT_SECRET"),
            encryption_key: reader.own_secret("ENCRYPTION_KEY"),
            encryption_key_previous: reader.own_secret("ENCRYPTION_KEY_PREVIOUS"),
            webhook_secret: reader.own_secret("WEBHOOK_SECRET"),
        }
    }
}
