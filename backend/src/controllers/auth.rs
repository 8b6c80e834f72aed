//! Accounts over HTTP: set-up, registering, logging in and out, the account itself.

pub mod forgot_password;
pub mod login;
pub mod logout;
pub mod me;
pub mod refresh;
pub mod register;
pub mod reset_password;
pub mod security;
pub mod sessions;
pub mod setup;
pub mod storage;
pub mod verify_email;

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum_extra::extract::CookieJar;
use serde::Serialize;

use crate::app::App;
use crate::error::Failure;
use crate::middleware::auth::cookies;
use crate::models::user::User;
use crate::services::accounts::sessions as open_sessions;

/// The account of the caller.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Account {
    /// The account.
    pub user: User,
}

/// What opening a session answers with.
pub type SignedIn = (StatusCode, CookieJar, Json<Account>);

/// Opens a session for an account (see [`open_sessions::open`]) and answers with its cookies.
async fn sign_in(app: &App, headers: &HeaderMap, status: StatusCode, user: User, fitted: Option<String>) -> Result<SignedIn, Failure> {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let tokens = open_sessions::open(app, &user.id, fitted, agent).await?;
    Ok((status, cookies(app, tokens), Json(Account { user })))
}
