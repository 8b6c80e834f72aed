//! `danqing doctor`

use clap::Args;
use serde_json::json;

use super::output::say;
use super::{CommandError, CommandResult};
use crate::config::{Config, ConfigError, Sources};
use crate::models::locale::Locale;
use crate::services::doctor::{Line, State, examine};

/// Look at everything that the studio needs; exit code 1 when something does not work.
#[derive(Args)]
pub struct Doctor {
    /// Print JSON, for programs.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Runs the command.
    pub async fn run(self) -> CommandResult {
        let (lines, locale) = match Config::load(&Sources::of_process()) {
            Ok(config) => (examine(&config, config.app.terminal_locale, None).await, config.app.terminal_locale),
            Err(error) => (refused(&error), error.locale),
        };
        let failures = lines.iter().filter(|line| line.state == State::Failure).count();
        if self.json {
            say(json!({ "ok": failures == 0, "lines": lines }));
        } else {
            lines.iter().for_each(print);
        }
        if failures == 0 { Ok(()) } else { Err(summary(failures, locale)) }
    }
}

/// Settings that cannot be used stop everything else.
fn refused(error: &ConfigError) -> Vec<Line> {
    let line = |message: String| Line { check: "settings", state: State::Failure, message, advice: None };
    error.problems.iter().map(|problem| line(problem.render(error.locale))).collect()
}

fn print(line: &Line) {
    let sign = match line.state {
        State::Ok => "ok  ",
        State::Warning => "!   ",
        State::Failure => "FAIL",
    };
    say(format_args!("{sign}  {:15} {}", line.check, line.message));
    if let Some(advice) = &line.advice {
        say(format_args!("      {:15} → {advice}", ""));
    }
}

fn summary(failures: usize, locale: Locale) -> CommandError {
    match locale {
        Locale::ZhCn => format!("{failures} 项有问题，请按上面的提示修改。"),
        Locale::En => format!("{failures} to mend; see what to change above."),
    }
    .into()
}
