//! Whether this machine's clock can be right: links, sessions and daily limits go by it.

use std::time::Duration;

use super::database::Opened;
use super::{Line, State};
use crate::database::condition;
use crate::error::Failure;
use crate::models::locale::Locale;
use crate::models::timestamp::{Clock, Timestamp};

/// This program was not made earlier: 22 November 2026.
const MADE: Timestamp = Timestamp(1_795_305_600_000);
/// Nodes and their database may be so far apart before links and leases suffer.
const APART: Duration = Duration::from_secs(5);
/// The newest row may come from another node whose clock goes a little fast.
const AHEAD: Duration = Duration::from_secs(300);

/// Compares the clock with what this program and the database know.
pub async fn lines(opened: &Opened, locale: Locale) -> Vec<Line> {
    let now = Clock::default().now();
    let said = |state, what: &str, value: String| vec![Line::new(locale, "clock", state, what, &[("value", value.as_str())])];
    if now < MADE {
        return said(State::Failure, "early", now.to_string());
    }
    let Opened::Current(database) = opened else { return said(State::Ok, "plausible", now.to_string()) };
    let times = database.read::<_, Failure, _>(|conn| Ok((condition::clock(conn)?, condition::newest(conn)?))).await;
    let Ok((of_database, newest)) = times else { return said(State::Ok, "plausible", now.to_string()) };
    // Taken again: an integrity check of a large file lies between.
    let now = Clock::default().now();
    if let Some(of_database) = of_database.filter(|other| other.0.abs_diff(now.0) > APART.as_millis() as u64) {
        return said(State::Failure, "apart", (of_database.0.abs_diff(now.0) / 1000).to_string());
    }
    match newest.filter(|newest| *newest > now.after(AHEAD)) {
        Some(newest) => said(State::Failure, "behind", newest.to_string()),
        None => said(State::Ok, "plausible", now.to_string()),
    }
}
