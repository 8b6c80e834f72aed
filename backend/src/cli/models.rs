//! `danqing models …`

use std::path::PathBuf;

use clap::Subcommand;
use engine::packs::{self, FileState};

use super::output::say;
use super::{CommandError, CommandResult, context};

/// List, install and verify model packs.
#[derive(Subcommand)]
pub enum Models {
    /// List the compiled-in models and the packs.
    List,
    /// Install a pack from files on this machine.
    Install {
        /// As `models list` names it.
        pack: String,
        /// The file, or the folder that holds it; `weights/packs` of the source tree has those we ship.
        from: PathBuf,
    },
    /// Check every installed file against its hash.
    Verify,
}

impl Models {
    /// Runs the command.
    pub fn run(self) -> CommandResult {
        let folder = context::config()?.app.data_dir.join("models");
        match self {
            Self::List => {
                for pack in packs::list(&folder) {
                    let state = if pack.compiled_in {
                        "built in"
                    } else if pack.installed {
                        "installed"
                    } else {
                        "not installed"
                    };
                    say(format_args!(
                        "{:14} {:14} {:>6.1} MB  {:14} {}",
                        pack.id,
                        state,
                        pack.size_bytes as f64 / 1e6,
                        pack.licence,
                        pack.name
                    ));
                }
            }
            Self::Install { pack, from } => {
                packs::install(&folder, &pack, &from)?;
                say("ok");
            }
            Self::Verify => verify(&folder)?,
        }
        Ok(())
    }
}

fn verify(folder: &std::path::Path) -> Result<(), CommandError> {
    let checked = packs::verify(folder);
    let mut damaged = 0;
    for file in &checked {
        let state = match &file.state {
            FileState::Intact => "ok",
            FileState::NotInstalled => "not installed",
            FileState::Different => "not the file that was shipped: install the pack again",
            FileState::Unreadable(reason) => reason,
        };
        say(format_args!("{:14} {:34} {state}", file.pack, file.file));
        damaged += usize::from(matches!(file.state, FileState::Different | FileState::Unreadable(_)));
    }
    if damaged == 0 { Ok(()) } else { Err(format!("{damaged} damaged").into()) }
}
