//! The command line: one file for each command. Every command reads `.env` and the environment as the server does.

mod codes;
mod config;
mod context;
mod credits;
mod doctor;
mod health;
mod ledger;
mod migrate;
mod models;
mod openapi;
mod output;
mod payments;
mod process;
mod secrets;
mod serve;
mod setup_link;
mod user;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tokio::runtime::Runtime;

/// A command that did not succeed: a sentence for the person who called it.
type CommandError = Box<dyn std::error::Error + Send + Sync>;
type CommandResult = Result<(), CommandError>;

/// A self-hosted studio for making and editing pictures with AI.
#[derive(Parser)]
#[command(name = "danqing", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Serve),
    /// Look at everything that the studio needs; exit code 1 when something does not work.
    Doctor(doctor::Doctor),
    /// Ask whether the server of this machine can serve; exit code 1 when it cannot.
    Health,
    /// Bring the database's schema up to date.
    Migrate,
    /// Print the link that makes the owner account.
    SetupLink,
    /// Make and change accounts.
    #[command(subcommand)]
    User(user::User),
    /// Give credits.
    #[command(subcommand)]
    Credits(credits::Credits),
    /// Make, list and take back codes for credits.
    #[command(subcommand)]
    Codes(codes::Codes),
    /// Look at payments.
    #[command(subcommand)]
    Payments(payments::Payments),
    /// Check the books.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// List and change the settings that take effect while the server runs.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// List, install and verify model packs.
    #[command(subcommand)]
    Models(models::Models),
    /// Bring in a new ENCRYPTION_KEY.
    #[command(subcommand)]
    Secrets(secrets::SecretsCommand),
    /// Run a tool on a picture without a server.
    Process(process::Process),
    /// Print the API document.
    Openapi,
}

/// Runs the command that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output::failed(&error),
    };
    match finish(runtime, run(arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::failed(error.as_ref()),
    }
}

/// Time for threads that still work when a command is done. What they do then is not asked for by anybody any more: a
/// picture that was decoded for somebody who has gone, a disk that does not answer.
const LEFT_BEHIND: Duration = Duration::from_secs(1);

/// Runs a command to its end, and does not wait longer for threads that it left behind: they end with the process.
fn finish<T>(runtime: Runtime, command: impl Future<Output = T>) -> T {
    let done = runtime.block_on(command);
    runtime.shutdown_timeout(LEFT_BEHIND);
    done
}

async fn run(command: Command) -> CommandResult {
    match command {
        Command::Serve(serve) => serve.run().await,
        Command::Doctor(doctor) => doctor.run().await,
        Command::Health => health::run().await,
        Command::Migrate => migrate::run().await,
        Command::SetupLink => setup_link::run().await,
        Command::User(user) => user.run().await,
        Command::Credits(credits) => credits.run().await,
        Command::Codes(codes) => codes.run().await,
        Command::Payments(payments) => payments.run().await,
        Command::Ledger(ledger) => ledger.run().await,
        Command::Config(config) => config.run().await,
        Command::Models(models) => models.run(),
        Command::Process(process) => process.run(),
        Command::Secrets(secrets) => secrets.run().await,
        Command::Openapi => openapi::run(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Far more than a command may take that has nothing to do.
    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn a_thread_that_never_ends_does_not_keep_the_program() {
        let (release, held) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
            let (started, has_started) = tokio::sync::oneshot::channel();
            let command = async move {
                tokio::task::spawn_blocking(move || (started.send(()), held.recv()));
                has_started.await.unwrap();
                7
            };
            tell.send(finish(runtime, command)).unwrap();
        });
        assert_eq!(told.recv_timeout(PATIENCE), Ok(7));
        drop(release);
    }
}
