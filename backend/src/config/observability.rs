//! What the server tells about itself.

use tracing::level_filters::LevelFilter;

use super::Secret;
use super::reader::Reader;
use super::setting::{Choice, switch};

const LOG_LEVEL: Choice<LevelFilter> = Choice {
    name: "LOG_LEVEL",
    default: LevelFilter::INFO,
    options: &[
        ("error", LevelFilter::ERROR),
        ("warn", LevelFilter::WARN),
        ("info", LevelFilter::INFO),
        ("debug", LevelFilter::DEBUG),
        ("trace", LevelFilter::TRACE),
    ],
};

const ENABLE_METRICS: Choice<bool> = switch("ENABLE_METRICS", true);
const ENABLE_TRACING: Choice<bool> = switch("ENABLE_TRACING", false);

/// Settings of logs, metrics and traces.
#[derive(Debug, Clone)]
pub struct Observability {
    /// `LOG_LEVEL` (info): error, warn, info, debug or trace.
    pub log_level: LevelFilter,
    /// `ENABLE_METRICS` (true): `/metrics` answers.
    pub metrics: bool,
    /// `METRICS_TOKEN` (none): whoever sends it may read them; without one, only programs on this machine.
    pub metrics_token: Option<Secret>,
    /// `ENABLE_TRACING` (false).
    pub tracing: bool,
}

impl Observability {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            log_level: reader.choice(&LOG_LEVEL),
            metrics: reader.choice(&ENABLE_METRICS),
            metrics_token: reader.own_secret("METRICS_TOKEN"),
            tracing: reader.choice(&ENABLE_TRACING),
        }
    }
}
