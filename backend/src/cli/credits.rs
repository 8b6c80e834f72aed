//! `danqing credits …`

use clap::Subcommand;

use super::output::say;
use super::{CommandResult, context};
use crate::database::credits;
use crate::error::Failure;
use crate::models::credits::Reason;
use crate::services::credits::{Earning, earn};

/// Give credits.
#[derive(Subcommand)]
pub enum Credits {
    /// Add credits to an account.
    Grant {
        /// E-mail address.
        email: String,
        /// How many, 1 or more.
        amount: i64,
        /// A note for the ledger, shown to the account.
        #[arg(long)]
        note: Option<String>,
    },
}

impl Credits {
    /// Runs the command.
    pub async fn run(self) -> CommandResult {
        let Self::Grant { email, amount, note } = self;
        let app = context::app().await?;
        let user = context::user(&app, &email).await?;
        let now = app.clock.now();
        let effect_key = format!("grant:{}:earn", ulid::Ulid::generate());
        let granted = app.database.write::<_, Failure, _>(move |conn| {
            let earning = Earning { reason: Reason::Grant, amount, payment_id: None, note: note.clone(), effect_key: effect_key.clone() };
            earn(conn, &user.id, earning, now)?;
            Ok(credits::balance(conn, &user.id)?)
        });
        let balance = granted.await.map_err(|failure| context::sentence(&failure, app.config.app.terminal_locale))?;
        say(balance.credits);
        Ok(())
    }
}
