//! What the system allows.

use rustix::process::{Resource, getrlimit};

use super::{Line, State};
use crate::models::locale::Locale;

/// Enough for some two thousand connections; the server raises its own limit as far as the system allows.
const FILES: u64 = 4096;

/// Whether as many files may be open as connections and pictures need.
pub fn lines(locale: Locale) -> Vec<Line> {
    let allowed = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
    let (state, what) = if allowed < FILES { (State::Warning, "few") } else { (State::Ok, "enough") };
    let allowed = if allowed == u64::MAX { "∞".to_owned() } else { allowed.to_string() };
    vec![Line::new(locale, "open_files", state, what, &[("allowed", &allowed), ("wanted", &FILES.to_string())])]
}
