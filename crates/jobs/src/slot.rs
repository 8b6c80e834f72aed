//! Who a worker is: the first free slot file in a folder. The slot outlives the process, so the next process
//! that takes it knows at once that leases of that name are its own to reclaim.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::Path;

/// Workers that may share one folder; more than one machine has any use for.
const SLOTS: usize = 256;

/// A taken slot. The system frees it when the process ends, however it ends.
#[derive(Debug)]
pub struct Slot {
    identity: String,
    _file: File,
}

impl Slot {
    /// Takes the first free `worker-N.lock` in the folder, which is created if missing.
    pub fn take(folder: &Path) -> Result<Slot> {
        std::fs::create_dir_all(folder)?;
        for number in 1..=SLOTS {
            let path = folder.join(format!("worker-{number}.lock"));
            let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
            match file.try_lock() {
                Ok(()) => {
                    let identity = format!("worker-{number}-{}", key(&mut file)?);
                    return Ok(Slot { identity, _file: file });
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(Error::new(ErrorKind::QuotaExceeded, format!("all {SLOTS} worker slots are taken")))
    }

    /// The name under which this worker leases jobs.
    pub fn identity(&self) -> &str {
        &self.identity
    }
}

/// A random part, made once and kept in the file: two machines that share a database have a first slot each.
fn key(file: &mut File) -> Result<String> {
    let mut key = String::new();
    file.read_to_string(&mut key)?;
    if key.len() == 16 && key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(key);
    }
    let key = format!("{:016x}", rand::random::<u64>());
    file.set_len(0)?;
    std::io::Seek::rewind(file)?;
    file.write_all(key.as_bytes())?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::Slot;

    #[test]
    fn a_slot_is_taken_once_and_keeps_its_identity() {
        let folder = tempfile::tempdir().unwrap();
        let first = Slot::take(folder.path()).unwrap();
        let second = Slot::take(folder.path()).unwrap();
        assert!(first.identity().starts_with("worker-1-"), "{first:?}");
        assert!(second.identity().starts_with("worker-2-"), "{second:?}");

        let identity = first.identity().to_owned();
        drop(first);
        assert_eq!(Slot::take(folder.path()).unwrap().identity(), identity);
    }

    #[test]
    fn the_same_slot_in_two_folders_has_two_identities() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let identities = [&one, &other].map(|folder| Slot::take(folder.path()).unwrap().identity().to_owned());
        assert_ne!(identities[0], identities[1]);
    }
}
