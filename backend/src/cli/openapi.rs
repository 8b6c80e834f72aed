//! `danqing openapi`

use super::CommandResult;
use super::output::say;
use crate::router;

/// Prints the API document. `shared/openapi.json` is what this prints.
pub fn run() -> CommandResult {
    say(router::document().to_pretty_json()?);
    Ok(())
}
