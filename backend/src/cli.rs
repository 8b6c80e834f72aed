//! The command line: one file for each command. Every command reads `.env` and the environment as the server does.

mod config;
mod context;
mod credits;
mod ledger;
mod migrate;
mod models;
mod openapi;
mod output;
mod process;
mod serve;
mod setup_link;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    /// Check the books.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// List and change the settings that take effect while the server runs.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// List, install and verify model packs.
    #[command(subcommand)]
    Models(models::Models),
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
    match runtime.block_on(run(arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::failed(error.as_ref()),
    }
}

async fn run(command: Command) -> CommandResult {
    match command {
        Command::Serve(serve) => serve.run().await,
        Command::Migrate => migrate::run().await,
        Command::SetupLink => setup_link::run().await,
        Command::User(user) => user.run().await,
        Command::Credits(credits) => credits.run().await,
        Command::Ledger(ledger) => ledger.run().await,
        Command::Config(config) => config.run().await,
        Command::Models(models) => models.run(),
        Command::Process(process) => process.run(),
        Command::Openapi => openapi::run(),
    }
}
