//! Set-up: the first account, which owns the studio. The link to it carries a token that follows from the
//! server's secret, so it can be printed again at any time and needs no row; it works until an owner exists.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::register::{self, Applicant};
use crate::app::App;
use crate::database::users;
use crate::error::{Code, Failure};
use crate::models::user::{Role, User};

/// The link that makes the owner account.
#[must_use]
pub fn link(app: &App) -> String {
    format!("{}/setup?token={}", app.config.server.domain, token(app))
}

/// Whether set-up is still to be done.
///
/// # Errors
/// When the database cannot be read.
pub async fn required(app: &App) -> Result<bool, Failure> {
    app.database.read::<_, Failure, _>(|conn| Ok(!users::owner_exists(conn)?)).await
}

/// Makes the owner account.
///
/// # Errors
/// `setup_token_invalid`, `setup_done`, `email_taken`.
pub async fn setup(app: &App, given: &str, applicant: Applicant) -> Result<User, Failure> {
    if !bool::from(token(app).as_bytes().ct_eq(given.trim().as_bytes())) {
        return Err(Code::SetupTokenInvalid.into());
    }
    if !required(app).await? {
        return Err(Code::SetupDone.into());
    }
    register::create(app, applicant, Role::Owner).await
}

fn token(app: &App) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(app.secrets.jwt.expose().as_bytes()).expect("any key length is fine");
    mac.update(b"danqing set-up link");
    hex::encode(&mac.finalize().into_bytes()[..16])
}
