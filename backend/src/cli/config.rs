//! `danqing config …`

use clap::Subcommand;

use super::output::say;
use super::{CommandError, CommandResult, context};
use crate::config::runtime::Key;

/// List and change the settings that take effect while the server runs.
#[derive(Subcommand)]
pub enum ConfigCommand {
    /// List every key with its value and where that comes from.
    List,
    /// Change a key.
    Set {
        /// As `config list` names it.
        key: String,
        /// The value.
        value: String,
    },
    /// Put a key back to what environment and code say.
    Reset {
        /// As `config list` names it.
        key: String,
    },
}

impl ConfigCommand {
    /// Runs the command.
    pub async fn run(self) -> CommandResult {
        let app = context::app().await?;
        let locale = app.config.app.terminal_locale;
        let (key, value) = match self {
            Self::List => {
                let effective = app.settings.effective(&app).await.map_err(|failure| context::sentence(&failure, locale))?;
                for entry in &effective.entries {
                    let name = entry.key.name();
                    say(format_args!("{name:22} {:12} {:14} {}", entry.value, entry.source.as_str(), entry.key.description().get(locale)));
                }
                return Ok(());
            }
            Self::Set { key, value } => (named(&key)?, Some(value)),
            Self::Reset { key } => (named(&key)?, None),
        };
        app.settings.change(&app, key, value.as_deref()).await.map_err(|failure| context::sentence(&failure, locale))?;
        say("ok");
        Ok(())
    }
}

fn named(name: &str) -> Result<Key, CommandError> {
    Key::named(name).ok_or_else(|| {
        let known: Vec<String> = Key::ALL.iter().map(|key| key.name()).collect();
        format!("{name}: {}", known.join(", ")).into()
    })
}
