//! A disk that fails.

use std::path::{Path, PathBuf};

use super::TestApp;

/// The store of pictures, or another folder, out of order until [`mend`](BrokenStore::mend) is called.
pub struct BrokenStore {
    folder: PathBuf,
    aside: PathBuf,
}

impl TestApp {
    /// Puts a file where the store's folder was: neither reading nor writing works, and no object is missing.
    pub fn break_store(&self) -> BrokenStore {
        self.break_folder("objects")
    }

    /// The same with the folder for temporary files.
    pub fn break_temporary_files(&self) -> BrokenStore {
        self.break_folder("tmp")
    }

    fn break_folder(&self, name: &str) -> BrokenStore {
        let data: &Path = &self.app.config.app.data_dir;
        let broken = BrokenStore { folder: data.join(name), aside: data.join(format!("{name}.aside")) };
        std::fs::rename(&broken.folder, &broken.aside).unwrap();
        std::fs::write(&broken.folder, "not a folder").unwrap();
        broken
    }
}

impl BrokenStore {
    /// Puts everything back.
    pub fn mend(self) {
        std::fs::remove_file(&self.folder).unwrap();
        std::fs::rename(&self.aside, &self.folder).unwrap();
    }
}
