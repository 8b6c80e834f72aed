//! `danqing secrets …`

use clap::Subcommand;

use super::output::say;
use super::{CommandError, CommandResult, context};
use crate::models::locale::Locale;
use crate::services::ai::credentials::{reseal, stored, unreadable_and_outdated};

/// Bring in a new ENCRYPTION_KEY.
#[derive(Subcommand)]
pub enum SecretsCommand {
    /// Encrypt every stored key with ENCRYPTION_KEY that is still encrypted with ENCRYPTION_KEY_PREVIOUS.
    Rotate,
}

impl SecretsCommand {
    /// Runs the command.
    pub async fn run(self) -> CommandResult {
        let Self::Rotate = self;
        let app = context::app().await?;
        let locale = app.config.app.terminal_locale;
        let sentence = |failure| context::sentence(&failure, locale);
        let resealed = reseal(&app).await.map_err(sentence)?;
        let (unreadable, _) = unreadable_and_outdated(&app.keyring, &stored(&app.database).await?);
        say(match locale {
            Locale::ZhCn => format!("已用新的 ENCRYPTION_KEY 重新加密 {resealed} 个账户。"),
            Locale::En => format!("{resealed} accounts encrypted with the new ENCRYPTION_KEY."),
        });
        if unreadable == 0 { Ok(()) } else { Err(left_over(unreadable, locale)) }
    }
}

fn left_over(unreadable: usize, locale: Locale) -> CommandError {
    match locale {
        Locale::ZhCn => {
            format!("{unreadable} 个账户是用别的密钥加密的，无法读取：请把那个密钥设为 ENCRYPTION_KEY_PREVIOUS，或在页面中重新填写。")
        }
        Locale::En => format!(
            "{unreadable} accounts are encrypted with another key and cannot be read: set that one as ENCRYPTION_KEY_PREVIOUS, or give \
             their keys again in the page."
        ),
    }
    .into()
}
