//! A disk that can be filled.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Set by whoever runs the tests without being root: what needs a small disk passes untested then.
const WITHOUT: &str = "TEST_WITHOUT_SMALL_DISK";
/// Files and folders that have room on it.
const FILES: usize = 400;

/// A disk of a few mebibytes and a few hundred files over a folder. Dropped, it vanishes with all that is on it.
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Puts a disk over a folder, which is made when absent. Only root may. Anybody else fails with that, or gets `None` with
    /// [`WITHOUT`] set: a test that tests nothing is not passed in silence.
    pub fn over(folder: &Path, mebibytes: u32) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            assert!(std::env::var_os(WITHOUT).is_some(), "only root can put up a small disk; {WITHOUT}=1 leaves out what needs it");
            return None;
        }
        std::fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        let mounted =
            mount.args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m,nr_inodes={FILES}"), "tmpfs"]).arg(folder).status().unwrap();
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

    /// Fills it with empty files until only so many more have room: whoever writes to a new file each time fails at the
    /// next one.
    pub fn leave_files(&self, left: usize) {
        std::fs::create_dir_all(self.files()).unwrap();
        let paths: Vec<PathBuf> = (0..FILES).map(|number| self.files().join(number.to_string())).collect();
        let made = paths.iter().take_while(|path| std::fs::File::create(path).is_ok()).count();
        for path in &paths[made.saturating_sub(left)..made] {
            std::fs::remove_file(path).unwrap();
        }
    }

    /// Takes away what filled it.
    pub fn empty(&self) {
        // One of the two is not there.
        let _gone = std::fs::remove_file(self.filling());
        let _gone = std::fs::remove_dir_all(self.files());
    }

    fn filling(&self) -> PathBuf {
        self.folder.join("filling")
    }

    fn files(&self) -> PathBuf {
        self.folder.join("filling.files")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the database may still have its file open. What fails here is left to the next start of the machine.
        let _unmounted = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}
