//! The memory that all decodes share. A picture takes as many permits as its decode takes mebibytes, so that many
//! small ones run together and large ones wait for each other.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use imaging::Limits;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Code, Failure};
use crate::services::blocking;

/// Memory for decodes in MiB: one picture at every limit, or dozens of ordinary photos.
const BUDGET_MIB: u32 = 256;
/// Files that are looked into at once, before it is known how much memory they take. Two: walking through a hostile one
/// keeps a core busy for a while, and fills some memory with its metadata.
const LOOKS: usize = 2;
/// How long a picture waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// Hands out memory for decodes.
#[derive(Clone)]
pub struct DecodeBudget {
    mebibytes: Arc<Semaphore>,
    looks: Arc<Semaphore>,
}

impl Default for DecodeBudget {
    fn default() -> Self {
        Self { mebibytes: Arc::new(Semaphore::new(BUDGET_MIB as usize)), looks: Arc::new(Semaphore::new(LOOKS)) }
    }
}

impl DecodeBudget {
    /// Bytes of memory that decoding a file takes, from its header.
    ///
    /// # Errors
    /// `overloaded` when its turn does not come for half a minute.
    pub async fn estimate(&self, source: &Path, limits: &Limits) -> Result<u64, Failure> {
        let (source, limits) = (source.to_owned(), *limits);
        blocking::holding(patiently(&self.looks, 1).await?, move || estimate(&source, &limits)).await
    }

    /// Waits until there is room for `bytes`, then runs the work in a blocking thread, which keeps the room until the
    /// work is done, also when nobody waits for it any more.
    ///
    /// # Errors
    /// `overloaded` when there is no room for half a minute.
    pub async fn run<T: Send + 'static>(&self, bytes: u64, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let mebibytes = u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(BUDGET_MIB).clamp(1, BUDGET_MIB);
        blocking::holding(patiently(&self.mebibytes, mebibytes).await?, work).await
    }

    /// MiB that nobody uses now.
    #[must_use]
    pub fn free_mebibytes(&self) -> usize {
        self.mebibytes.available_permits()
    }
}

/// Waits half a minute for its turn.
pub(super) async fn patiently(permits: &Arc<Semaphore>, count: u32) -> Result<OwnedSemaphorePermit, Failure> {
    match tokio::time::timeout(PATIENCE, Arc::clone(permits).acquire_many_owned(count)).await {
        Ok(permit) => permit.map_err(Failure::internal),
        Err(_) => Err(Failure::new(Code::Overloaded).with("seconds", 30).retry_after(30)),
    }
}

/// What decoding takes. A picture that cannot be inspected takes the least: it is about to be refused.
fn estimate(source: &Path, limits: &Limits) -> u64 {
    let file_bytes = std::fs::metadata(source).map_or(0, |found| found.len());
    imaging::inspect_file(source, limits).map_or(0, |header| imaging::memory_estimate(&header, file_bytes))
}
