//! Invitations: links with which somebody may register while registration is by invitation.

use std::time::Duration;

use super::sessions::{random_token, token_hash};
use crate::app::App;
use crate::database::invitations;
use crate::error::Failure;
use crate::models::user::Email;

/// How long an invitation is good.
pub const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// Makes an invitation, for anybody or for one address, and returns its link.
///
/// # Errors
/// When the database cannot be written.
pub async fn create(app: &App, email: Option<Email>) -> Result<String, Failure> {
    let token = random_token();
    let hash = token_hash(&token);
    let now = app.clock.now();
    app.database
        .write::<_, Failure, _>(move |conn| Ok(invitations::insert(conn, &hash, email.as_ref(), now.after(LIFETIME), now)?))
        .await?;
    Ok(format!("{}/register?invitation={token}", app.config.server.domain))
}
