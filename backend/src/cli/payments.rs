//! `danqing payments …`

use clap::Subcommand;

use super::output::say;
use super::{CommandResult, context};
use crate::database::payments;
use crate::error::Failure;
use crate::models::timestamp::Timestamp;

/// Most rows printed.
const MAXIMUM: i64 = 1_000;

/// Look at payments.
#[derive(Subcommand)]
pub enum Payments {
    /// Print the newest payments.
    List,
    /// Print what the gateway said that does not fit any order: nothing was granted for it.
    Alerts,
}

impl Payments {
    /// Runs the command.
    pub async fn run(self) -> CommandResult {
        let app = context::app().await?;
        let sentence = |failure: Failure| context::sentence(&failure, app.config.app.terminal_locale);
        match self {
            Self::List => {
                let read = app.database.read::<_, Failure, _>(|conn| Ok(payments::newest(conn, MAXIMUM)?));
                for payment in read.await.map_err(sentence)? {
                    let mode = if payment.live { "live" } else { "test" };
                    say(format_args!(
                        "{}  {}  {:<10}  {mode}  {} {}  -{}  {} credits  -{}  {}",
                        Timestamp(payment.created_at),
                        payment.id,
                        payment.status,
                        payment.amount,
                        payment.currency,
                        payment.amount_reversed,
                        payment.credits,
                        payment.credits_reversed,
                        payment.user_id,
                    ));
                }
            }
            Self::Alerts => {
                let read = app.database.read::<_, Failure, _>(|conn| Ok(payments::alerts(conn, MAXIMUM)?));
                for alert in read.await.map_err(sentence)? {
                    let payment = alert.payment_id.as_deref().unwrap_or("-");
                    say(format_args!("{}  {}  {payment}  {}: {}", Timestamp(alert.created_at), alert.event_id, alert.reason, alert.detail));
                }
            }
        }
        Ok(())
    }
}
