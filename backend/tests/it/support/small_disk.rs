//! A disk that can be filled.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk of a few mebibytes over a folder. Dropped, it vanishes with all that is on it.
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Puts a disk over a folder, which is made when absent. Only root may; anybody else gets `None`, after a line that
    /// says so. Continuous integration runs as root.
    pub fn over(folder: &Path, mebibytes: u32) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            eprintln!("not tested: only root can put up a small disk");
            return None;
        }
        std::fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m"), "tmpfs"]).arg(folder).status().unwrap();
        assert!(mounted.success(), "a small disk could not be put up");
        Some(Self { folder: folder.to_owned() })
    }

    /// Fills it until only so many bytes are left.
    pub fn fill(&self, left_bytes: u64) {
        let mut file = std::fs::File::options().create(true).append(true).open(self.filling()).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(left_bytes)).unwrap();
    }

    /// Takes away what filled it.
    pub fn empty(&self) {
        std::fs::remove_file(self.filling()).unwrap();
    }

    fn filling(&self) -> PathBuf {
        self.folder.join("filling")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the database may still have its file open. What fails here is left to the next start of the machine.
        let _unmounted = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}
