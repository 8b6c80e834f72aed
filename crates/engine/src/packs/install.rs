//! Installing an optional pack from files the operator has: copied under a temporary name while it is hashed, and
//! given its real name only when size and hash are right.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::{ModelFile, PACKS, Pack};
use super::{PackStatus, path_of, status};

/// Why a pack was not installed. Nothing of it is left in the models folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// No pack has that name.
    #[error("there is no model pack `{0}`; `models list` shows them")]
    Unknown(String),
    /// The pack is part of the program.
    #[error("the model pack `{0}` is compiled in and needs no installing")]
    CompiledIn(&'static str),
    /// The file is another one, or damaged.
    #[error("{path} is not {file}: {reason}")]
    Different {
        /// The file that was offered.
        path: PathBuf,
        /// The file that was expected.
        file: &'static str,
        /// What differs.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("cannot {doing} {path}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// Installs the pack `id` from `from`: its file, or a folder that holds its files under their own names.
///
/// # Errors
/// See [`InstallError`]; an already installed pack stays as it was.
pub fn install(models_dir: &Path, id: &str, from: &Path) -> Result<PackStatus, InstallError> {
    let pack = PACKS.iter().find(|pack| pack.id == id).ok_or_else(|| InstallError::Unknown(id.to_owned()))?;
    if pack.is_compiled_in() {
        return Err(InstallError::CompiledIn(pack.id));
    }
    for file in pack.files {
        let source = if from.is_dir() { from.join(file.name) } else { from.to_path_buf() };
        install_file(pack, file, &source, models_dir)?;
    }
    Ok(status(pack, models_dir))
}

fn install_file(pack: &Pack, file: &'static ModelFile, source: &Path, models_dir: &Path) -> Result<(), InstallError> {
    let target = path_of(pack, file, models_dir);
    let folder = models_dir.join(pack.id);
    let failed = |doing, path: &Path| {
        let path = path.to_path_buf();
        move |source| InstallError::Io { doing, path, source }
    };
    std::fs::create_dir_all(&folder).map_err(failed("create", &folder))?;
    let mut reader = File::open(source).map_err(failed("read", source))?;
    let mut copy = tempfile::NamedTempFile::new_in(&folder).map_err(failed("write in", &folder))?;
    let (size, hash) = copy_hashed(&mut reader, copy.as_file_mut(), file.size).map_err(failed("copy", source))?;
    let different = |reason| Err(InstallError::Different { path: source.to_path_buf(), file: file.name, reason });
    if size != file.size {
        return different(format!("it should have {} bytes", file.size));
    }
    if Some(hash.as_str()) != file.sha256() {
        return different(format!("its SHA-256 is {hash}"));
    }
    copy.as_file().sync_all().map_err(failed("write", &target))?;
    copy.persist(&target).map_err(|problem| failed("write", &target)(problem.error))?;
    Ok(())
}

/// Copies at most one byte more than `expected`, so that a wrong huge file costs nothing, and hashes what it copies.
fn copy_hashed(reader: &mut impl Read, writer: &mut impl Write, expected: u64) -> std::io::Result<(u64, String)> {
    let mut reader = reader.take(expected + 1);
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            return Ok((size, hex::encode(hasher.finalize())));
        }
        hasher.update(&buffer[..count]);
        writer.write_all(&buffer[..count])?;
        size += count as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FileState, list, verify};
    use super::*;

    fn committed(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../weights/packs").join(name)
    }

    #[test]
    fn the_committed_pack_installs_and_verifies() {
        let folder = tempfile::tempdir().unwrap();
        let installed = install(folder.path(), "up-art-hq", &committed("pack-realesrgan-x4plus-anime.onnx")).unwrap();
        assert!(installed.installed && !installed.compiled_in);
        assert!(list(folder.path()).iter().any(|pack| pack.id == "up-art-hq" && pack.installed));
        assert!(verify(folder.path()).iter().all(|check| matches!(check.state, FileState::Intact | FileState::NotInstalled)));
    }

    #[test]
    fn a_changed_byte_a_wrong_size_and_unknown_names_are_refused_and_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let models = folder.path().join("models");
        let mut data = std::fs::read(committed("pack-realesrgan-x4plus-anime.onnx")).unwrap();
        data[5000] ^= 1;
        let bad = folder.path().join("bad.onnx");
        std::fs::write(&bad, &data).unwrap();
        assert!(matches!(install(&models, "up-art-hq", &bad), Err(InstallError::Different { .. })));
        assert!(matches!(install(&models, "up-photo-hq", &bad), Err(InstallError::Different { .. })));
        assert!(matches!(install(&models, "../evil", &bad), Err(InstallError::Unknown(_))));
        assert!(matches!(install(&models, "bg-u2netp", &bad), Err(InstallError::CompiledIn(_))));
        assert!(matches!(install(&models, "up-art-hq", &folder.path().join("none")), Err(InstallError::Io { .. })));
        assert_eq!(std::fs::read_dir(models.join("up-art-hq")).unwrap().count(), 0);
        assert!(list(&models).iter().all(|pack| pack.installed == pack.compiled_in));
    }
}
