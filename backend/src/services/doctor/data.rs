//! The folder that holds pictures, secrets and, with SQLite, the database.

use std::io::Write;
use std::path::Path;

use super::{Line, State};
use crate::config::Config;
use crate::models::locale::Locale;

/// Less free space than this is full soon: a picture with its preview takes some megabytes.
const LOW_BYTES: u64 = 2 << 30;
/// Less than this and a write may fail in the middle.
const FULL_BYTES: u64 = 200 << 20;

/// Whether the folder can be written and has room.
pub fn lines(config: &Config, locale: Locale) -> Vec<Line> {
    let folder = config.app.data_dir.as_path();
    let path = folder.display().to_string();
    if !folder.exists() {
        return vec![Line::new(locale, "data", State::Ok, "later", &[("path", path.as_str())])];
    }
    let written =
        tempfile::NamedTempFile::new_in(folder).and_then(|mut file| file.write_all(b"danqing").and_then(|()| file.as_file().sync_all()));
    let first = match written {
        Ok(()) => Line::new(locale, "data", State::Ok, "writable", &[("path", path.as_str())]),
        Err(error) => {
            let reason = error.to_string();
            Line::new(locale, "data", State::Failure, "not_writable", &[("path", path.as_str()), ("reason", &reason)])
        }
    };
    [Some(first), room(folder, locale)].into_iter().flatten().collect()
}

fn room(folder: &Path, locale: Locale) -> Option<Line> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let free_bytes = disk.f_bavail.saturating_mul(disk.f_frsize);
    let free = format!("{:.1} GB", free_bytes as f64 / 1e9);
    let (state, what) = match free_bytes {
        ..FULL_BYTES => (State::Failure, "full"),
        FULL_BYTES..LOW_BYTES => (State::Warning, "low"),
        _ => (State::Ok, "room"),
    };
    Some(Line::new(locale, "disk", state, what, &[("path", &folder.display().to_string()), ("free", &free)]))
}
