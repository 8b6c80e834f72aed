//! What commands print: results on standard output, trouble on standard error.

use std::process::ExitCode;

/// Prints a result.
#[expect(clippy::print_stdout, reason = "the command line's results belong on standard output")]
pub fn say(text: impl std::fmt::Display) {
    println!("{text}");
}

/// Prints something to notice beside the result.
#[expect(clippy::print_stderr, reason = "remarks belong on standard error")]
pub fn remark(text: impl std::fmt::Display) {
    eprintln!("{text}");
}

/// Prints why a command did not succeed.
pub fn failed(error: &dyn std::error::Error) -> ExitCode {
    remark(format_args!("danqing: {error}"));
    ExitCode::FAILURE
}
