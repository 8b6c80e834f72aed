//! `danqing codes …`

use std::time::Duration;

use clap::Subcommand;

use super::output::{remark, say};
use super::{CommandResult, context};
use crate::app::App;
use crate::database::redeem_codes::{self, CodeRow};
use crate::error::Failure;
use crate::models::locale::Locale;
use crate::models::timestamp::Timestamp;
use crate::services::redeem::{self, Batch};

/// Most codes listed at once.
const LIST_MAXIMUM: i64 = 100_000;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Make, list and take back codes for credits.
#[derive(Subcommand)]
pub enum Codes {
    /// Make codes and print them as CSV. They cannot be shown again: only a hash of each is kept.
    Make {
        /// What each is worth.
        #[arg(long)]
        credits: i64,
        /// How many.
        #[arg(long, default_value_t = 1)]
        count: usize,
        /// A name for them all, to list and take back by.
        #[arg(long, default_value = "codes")]
        batch: String,
        /// Days after which they end; without it they do not.
        #[arg(long)]
        expires: Option<u32>,
    },
    /// Print codes by their first characters, with what became of them, as CSV.
    List {
        /// Only those of this name.
        #[arg(long)]
        batch: Option<String>,
    },
    /// Take back codes that nobody redeemed: one by its id, or all of a name.
    Revoke {
        /// A code's id, as `list` prints it.
        #[arg(required_unless_present = "batch")]
        id: Option<String>,
        /// All of this name.
        #[arg(long, conflicts_with = "id")]
        batch: Option<String>,
    },
}

impl Codes {
    /// Runs the command.
    pub async fn run(self) -> CommandResult {
        let app = context::app().await?;
        let locale = app.config.app.terminal_locale;
        let done = match self {
            Self::Make { credits, count, batch, expires } => make(&app, credits, count, batch, expires).await,
            Self::List { batch } => list(&app, batch).await,
            Self::Revoke { id, batch } => revoke(&app, id, batch, locale).await,
        };
        done.map_err(|failure| context::sentence(&failure, locale))?;
        Ok(())
    }
}

async fn make(app: &App, credits: i64, count: usize, name: String, days: Option<u32>) -> Result<(), Failure> {
    let expires_at = days.map(|days| app.clock.now().after(DAY * days));
    let made = redeem::make(app, Batch { name: name.clone(), credits, count, expires_at }).await?;
    say("id,batch,code,credits,expires");
    for (id, code) in made {
        say(format_args!("{id},{},{code},{credits},{}", field(&name), moment(expires_at.map(|at| at.0))));
    }
    Ok(())
}

async fn list(app: &App, batch: Option<String>) -> Result<(), Failure> {
    let codes = app.database.read::<_, Failure, _>(move |conn| Ok(redeem_codes::list(conn, batch.as_deref(), LIST_MAXIMUM)?)).await?;
    let now = app.clock.now();
    say("id,batch,beginning,credits,state,created,expires,redeemed,redeemed_by");
    for code in codes {
        let CodeRow { id, batch, beginning, credits, expires_at, redeemed_at, redeemed_by, created_at, .. } = &code;
        let by = redeemed_by.as_deref().unwrap_or_default();
        let times = [Some(*created_at), *expires_at, *redeemed_at].map(moment).join(",");
        say(format_args!("{id},{},{beginning},{credits},{},{times},{by}", field(batch), state(&code, now)));
    }
    Ok(())
}

async fn revoke(app: &App, id: Option<String>, batch: Option<String>, locale: Locale) -> Result<(), Failure> {
    let now = app.clock.now();
    let revoked = app.database.write::<_, Failure, _>(move |conn| {
        let by_id = id.as_deref().map(|id| redeem_codes::revoke(conn, id, now)).transpose()?;
        let by_batch = batch.as_deref().map(|batch| redeem_codes::revoke_batch(conn, batch, now)).transpose()?;
        Ok(by_id.or(by_batch).unwrap_or_default())
    });
    let revoked = revoked.await?;
    remark(match locale {
        Locale::En => format!("{revoked} codes taken back."),
        Locale::ZhCn => format!("已作废 {revoked} 个兑换码。"),
    });
    Ok(())
}

fn state(code: &CodeRow, now: Timestamp) -> &'static str {
    match code {
        CodeRow { redeemed_at: Some(_), .. } => "redeemed",
        CodeRow { revoked_at: Some(_), .. } => "revoked",
        CodeRow { expires_at: Some(at), .. } if *at <= now.0 => "expired",
        _ => "open",
    }
}

fn moment(at: Option<i64>) -> String {
    at.map(|at| Timestamp(at).to_string()).unwrap_or_default()
}

/// A text as CSV takes it (RFC 4180), which no spreadsheet takes for a formula.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_no_field_and_is_no_formula() {
        assert_eq!(field("spring, \"2026\""), "\"spring, \"\"2026\"\"\"");
        assert_eq!(field("=1+1"), "\"'=1+1\"");
    }
}
