//! The model files the engine knows: which are compiled in, which an operator may install, and their hashes.
//! Nothing outside this list is ever loaded; an optional file is checked against it when installed and when loaded.

mod install;
mod manifest;
mod verify;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use install::{InstallError, install};
pub use verify::{FileCheck, FileState, verify};

pub(crate) use manifest::{ModelFile, ModelId, Pack, find};

/// One set of model files, as `models list` shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PackStatus {
    /// Stable name, also the folder below the models folder.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// What it is good for, in one sentence.
    pub description: &'static str,
    /// File names.
    pub files: Vec<&'static str>,
    /// Bytes of all files together.
    pub size_bytes: u64,
    /// Licence of the weights, as an SPDX expression.
    pub licence: &'static str,
    /// Public package the weights were taken from.
    pub source: &'static str,
    /// Whether every file is there with the right size; the hash is checked by [`verify`] and on loading.
    pub installed: bool,
    /// Whether it is part of the binary and needs no installing.
    pub compiled_in: bool,
}

/// Every pack, compiled in or not, in the order of the manifest.
#[must_use]
pub fn list(models_dir: &Path) -> Vec<PackStatus> {
    manifest::PACKS.iter().map(|pack| status(pack, models_dir)).collect()
}

/// Whether there is a pack of this name.
#[must_use]
pub fn is_known(id: &str) -> bool {
    manifest::PACKS.iter().any(|pack| pack.id == id)
}

/// Whether every file of the pack is there with the right size. One that is not known is not installed.
#[must_use]
pub fn is_installed(id: &str, models_dir: &Path) -> bool {
    manifest::PACKS.iter().find(|pack| pack.id == id).is_some_and(|pack| has_all_files(pack, models_dir))
}

fn status(pack: &'static Pack, models_dir: &Path) -> PackStatus {
    PackStatus {
        id: pack.id,
        name: pack.name,
        description: pack.description,
        files: pack.files.iter().map(|file| file.name).collect(),
        size_bytes: pack.files.iter().map(|file| file.size).sum(),
        licence: pack.licence,
        source: pack.source,
        installed: has_all_files(pack, models_dir),
        compiled_in: pack.is_compiled_in(),
    }
}

fn has_all_files(pack: &Pack, models_dir: &Path) -> bool {
    pack.files.iter().all(|file| is_present(pack, file, models_dir))
}

/// Whether a file could be loaded now, by its size.
pub(crate) fn is_present(pack: &Pack, file: &ModelFile, models_dir: &Path) -> bool {
    file.embedded.is_some() || path_of(pack, file, models_dir).metadata().is_ok_and(|found| found.len() == file.size)
}

/// Where an optional file lives once installed.
pub(crate) fn path_of(pack: &Pack, file: &ModelFile, models_dir: &Path) -> PathBuf {
    models_dir.join(pack.id).join(file.name)
}

/// SHA-256 in the hexadecimal form of the manifest.
pub(crate) fn sha256_hex(data: &[u8]) -> String {
    hex::encode(Sha256::digest(data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiled_in_packs_need_no_folder_and_optional_ones_do() {
        let nowhere = Path::new("/nonexistent");
        for pack in list(nowhere) {
            assert_eq!(pack.installed, pack.compiled_in, "{}", pack.id);
            assert!(pack.size_bytes > 0 && !pack.licence.is_empty() && !pack.source.is_empty());
        }
    }
}
