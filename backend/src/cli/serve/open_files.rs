//! How many files the process may have open, and how many connections follow from it. A socket is a file too; without
//! a bound on connections whoever opens many takes those away that the database and the pictures need.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Twice the watchers that one machine is meant for; idle ones take some kilobytes each.
const CONNECTIONS_MAXIMUM: u64 = 20_000;
/// A socket, and a picture that is read for it or written from it.
const FILES_PER_CONNECTION: u64 = 2;
/// For all that is not asked for over a connection: log, database, models, tasks at work.
const FILES_RESERVED: u64 = 64;
/// A file, its journal and the index of that for each connection of the database, and one more for temporary files.
const FILES_PER_DATABASE_CONNECTION: u64 = 4;
/// However few files there are, somebody is served.
const CONNECTIONS_MINIMUM: u64 = 8;

/// Raises the limit on open files as far as it helps and is allowed, and returns how many connections it admits.
pub fn connections(database_connections: u32) -> usize {
    let reserved = FILES_RESERVED + FILES_PER_DATABASE_CONNECTION * u64::from(database_connections);
    let files = raise_to(reserved + FILES_PER_CONNECTION * CONNECTIONS_MAXIMUM);
    let connections = admitted(files, reserved);
    tracing::info!(files, connections, "limits on open files and connections");
    connections
}

fn admitted(files: u64, reserved: u64) -> usize {
    let admitted = (files.saturating_sub(reserved) / FILES_PER_CONNECTION).clamp(CONNECTIONS_MINIMUM, CONNECTIONS_MAXIMUM);
    usize::try_from(admitted).unwrap_or(usize::MAX)
}

/// Raises the soft limit, never above the hard one, and returns what it is now. No limit reads as the greatest number.
fn raise_to(wanted: u64) -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let present = current.unwrap_or(u64::MAX);
    let raised = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    if raised <= present {
        return present;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum }) {
        Ok(()) => raised,
        Err(error) => {
            tracing::warn!(%error, "the limit on open files could not be raised");
            present
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        assert_eq!(admitted(1_024, 104), 460);
        assert_eq!(admitted(256, 104), 76);
        assert_eq!(admitted(u64::MAX, 104), 20_000);
        assert_eq!(admitted(64, 104), 8);
    }
}
