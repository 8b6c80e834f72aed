//! The log: words for people in development, JSON for machines in production, both on standard error.

use crate::config::Config;
use crate::config::app::Environment;

/// Starts logging at LOG_LEVEL.
pub fn start(config: &Config) {
    let builder = tracing_subscriber::fmt().with_max_level(config.observability.log_level).with_writer(std::io::stderr);
    // A log that cannot be written would be complained about on the same stream, which panics in whoever had something to say.
    let builder = builder.log_internal_errors(false);
    if config.app.environment == Environment::Production { builder.json().init() } else { builder.with_target(false).init() }
}
