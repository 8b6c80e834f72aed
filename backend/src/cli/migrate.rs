//! `danqing migrate`

use super::output::say;
use super::{CommandResult, context};

/// Brings the schema up to date; a server that starts does the same.
pub async fn run() -> CommandResult {
    let app = context::app().await?;
    say("ok");
    app.database.clone().close().await;
    Ok(())
}
