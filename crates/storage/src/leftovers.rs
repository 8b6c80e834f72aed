//! Files that a process which died left unfinished.

use std::io::{Error, ErrorKind};
use std::path::Path;
use std::time::SystemTime;

/// Deletes those files right in a folder whose names are meant and that were last written before a moment, and
/// returns their number. A folder that is not there holds nothing; a file that somebody else takes away meanwhile is
/// as good as deleted.
///
/// # Errors
/// When the disk refuses.
pub fn delete_old_files(folder: &Path, before: SystemTime, is_meant: impl Fn(&str) -> bool) -> Result<usize, Error> {
    let Some(entries) = unless_gone(std::fs::read_dir(folder))? else { return Ok(0) };
    let mut deleted = 0;
    for entry in entries {
        let entry = entry?;
        if is_meant(&entry.file_name().to_string_lossy()) && delete_if_old(&entry.path(), before)? {
            deleted += 1;
        }
    }
    Ok(deleted)
}

fn delete_if_old(file: &Path, before: SystemTime) -> Result<bool, Error> {
    let Some(metadata) = unless_gone(file.symlink_metadata())? else { return Ok(false) };
    if !metadata.is_file() || metadata.modified()? >= before {
        return Ok(false);
    }
    Ok(unless_gone(std::fs::remove_file(file))?.is_some())
}

/// `None` when the file is not there any more.
fn unless_gone<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn old_files_that_are_meant_go_and_all_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["half#1", "half#2", "whole"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        std::fs::create_dir(folder.path().join("folder#1")).unwrap();
        let meant = |name: &str| name.contains('#');
        let (past, future) = (SystemTime::UNIX_EPOCH, SystemTime::now() + Duration::from_secs(3600));
        assert_eq!(delete_old_files(folder.path(), past, meant).unwrap(), 0);
        assert_eq!(delete_old_files(folder.path(), future, meant).unwrap(), 2);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        assert_eq!(delete_old_files(&folder.path().join("absent"), future, meant).unwrap(), 0);
    }

    #[test]
    fn a_file_that_vanishes_meanwhile_keeps_no_other_from_being_deleted() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["vanishes", "a", "z"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let future = SystemTime::now() + Duration::from_secs(3600);
        // Taken away between the listing and the look at it, as an upload does that ends just then.
        let taken_away = |name: &str| name != "vanishes" || std::fs::remove_file(folder.path().join(name)).is_ok();
        assert_eq!(delete_old_files(folder.path(), future, taken_away).unwrap(), 2);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
