//! How much one person may send and ask for. Admins may change most of these while the server runs.

use super::reader::Reader;
use super::setting::Whole;

/// Two gibibytes are more than any camera writes and still fit a 32-bit length.
pub(super) const MAX_FILE_SIZE_MB: Whole<u64> = Whole { name: "MAX_FILE_SIZE_MB", default: 100, min: 1, max: 2048 };

/// Vendors take 16 pictures at most; 100 leaves room for batches.
pub(super) const MAX_FILES_PER_TASK: Whole<u32> = Whole { name: "MAX_FILES_PER_TASK", default: 5, min: 1, max: 100 };

pub(super) const MAX_TASKS_PER_USER: Whole<u32> = Whole { name: "MAX_TASKS_PER_USER", default: 100, min: 0, max: 1_000_000 };

pub(super) const MAX_TASKS_PER_DAY: Whole<u32> = Whole { name: "MAX_TASKS_PER_DAY", default: 50, min: 0, max: 1_000_000 };

/// Ten gibibytes are some thousand photos with their results; a pebibyte is more than one server holds.
pub(super) const STORAGE_QUOTA_MB: Whole<u64> = Whole { name: "STORAGE_QUOTA_MB", default: 10_240, min: 0, max: 1 << 30 };

/// A century: later nobody asks.
pub(super) const RETENTION_DAYS: Whole<u32> = Whole { name: "RETENTION_DAYS", default: 0, min: 0, max: 36_525 };

/// What no tool can work on is not taken in.
const MAX_PIXELS: Whole<u64> = Whole { name: "MAX_PIXELS", default: 50_000_000, min: 1_000_000, max: engine::MAX_INPUT_PIXELS };

/// A day: later a deletion is no slip.
const UNDO_SECONDS: Whole<u64> = Whole { name: "UNDO_SECONDS", default: 30, min: 0, max: 86_400 };

/// Settings of limits. All but the last two can be changed at run time; code reads them from `Runtime`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// `MAX_FILE_SIZE_MB` (100): largest uploaded file, in units of 1,048,576 bytes.
    pub max_file_size_mb: u64,
    /// `MAX_FILES_PER_TASK` (5): pictures one task may work on.
    pub max_files_per_task: u32,
    /// `MAX_TASKS_PER_USER` (100): unfinished tasks one person may have at once; 0 = no limit.
    pub max_tasks_per_user: u32,
    /// `MAX_TASKS_PER_DAY` (50): tasks accepted per person and calendar day in `TIMEZONE`; 0 = no limit.
    pub max_tasks_per_day: u32,
    /// `STORAGE_QUOTA_MB` (10240): pictures one person may have, in units of 1,048,576 bytes; 0 = no limit.
    pub storage_quota_mb: u64,
    /// `RETENTION_DAYS` (0): after how many days finished tasks are deleted with their pictures; 0 = never.
    pub retention_days: u32,
    /// `MAX_PIXELS` (50000000): width times height of the largest accepted picture, at most what the engine takes.
    pub max_pixels: u64,
    /// `UNDO_SECONDS` (30): how long a deleted task can be brought back.
    pub undo_seconds: u64,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            max_file_size_mb: reader.whole(&MAX_FILE_SIZE_MB),
            max_files_per_task: reader.whole(&MAX_FILES_PER_TASK),
            max_tasks_per_user: reader.whole(&MAX_TASKS_PER_USER),
            max_tasks_per_day: reader.whole(&MAX_TASKS_PER_DAY),
            storage_quota_mb: reader.whole(&STORAGE_QUOTA_MB),
            retention_days: reader.whole(&RETENTION_DAYS),
            max_pixels: reader.whole(&MAX_PIXELS),
            undo_seconds: reader.whole(&UNDO_SECONDS),
        }
    }
}
