//! `danqing setup-link`

use super::output::say;
use super::{CommandResult, context};
use crate::error::Code;
use crate::error::Failure;
use crate::services::accounts::setup;

/// Prints the link that makes the owner account, as long as there is none.
pub async fn run() -> CommandResult {
    let app = context::app().await?;
    let locale = app.config.app.terminal_locale;
    if !setup::required(&app).await.map_err(|failure| context::sentence(&failure, locale))? {
        return Err(context::sentence(&Failure::new(Code::SetupDone), locale));
    }
    say(setup::link(&app));
    Ok(())
}
