//! The one program: parses its arguments and hands over to the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    danqing::cli::main()
}
