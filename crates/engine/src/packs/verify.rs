//! Checking every model file against its hash, those inside the binary included.

use std::path::Path;

use super::manifest::{ModelFile, PACKS, Pack};
use super::{path_of, sha256_hex};

/// What [`verify`] found for one file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FileCheck {
    /// Pack the file belongs to.
    pub pack: &'static str,
    /// File name.
    pub file: &'static str,
    /// Its condition.
    pub state: FileState,
}

/// Condition of a model file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// Size and hash are those of the manifest.
    Intact,
    /// An optional file that is not there.
    NotInstalled,
    /// There, but another file; it will not be loaded. Install the pack again.
    Different,
    /// There, but it cannot be read.
    Unreadable(String),
}

/// Reads and hashes every file.
#[must_use]
pub fn verify(models_dir: &Path) -> Vec<FileCheck> {
    let check = |pack: &Pack, file: &ModelFile| FileCheck { pack: pack.id, file: file.name, state: check(pack, file, models_dir) };
    PACKS.iter().flat_map(|pack| pack.files.iter().map(move |file| check(pack, file))).collect()
}

fn check(pack: &Pack, file: &ModelFile, models_dir: &Path) -> FileState {
    if let Some(data) = file.embedded {
        return compare(file, data);
    }
    match std::fs::read(path_of(pack, file, models_dir)) {
        Ok(data) => compare(file, &data),
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => FileState::NotInstalled,
        Err(problem) => FileState::Unreadable(problem.to_string()),
    }
}

fn compare(file: &ModelFile, data: &[u8]) -> FileState {
    if Some(sha256_hex(data).as_str()) == file.sha256() { FileState::Intact } else { FileState::Different }
}
