//! The memory that all decodes share. A picture takes as many permits as its decode takes mebibytes, so that many
//! small ones run together and large ones wait for each other.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use imaging::Limits;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Code, Failure};

/// Memory for decodes in MiB: one picture at every limit, or dozens of ordinary photos.
const BUDGET_MIB: u32 = 256;
/// How long a picture waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// Hands out memory for decodes.
#[derive(Clone)]
pub struct DecodeBudget {
    mebibytes: Arc<Semaphore>,
}

impl Default for DecodeBudget {
    fn default() -> Self {
        Self { mebibytes: Arc::new(Semaphore::new(BUDGET_MIB as usize)) }
    }
}

impl DecodeBudget {
    /// Waits until there is room for decoding a file.
    ///
    /// # Errors
    /// `overloaded` when there is none for half a minute.
    pub async fn reserve(&self, source: &Path, limits: &Limits) -> Result<OwnedSemaphorePermit, Failure> {
        let (source, limits) = (source.to_owned(), *limits);
        let bytes = tokio::task::spawn_blocking(move || estimate(&source, &limits)).await.map_err(Failure::internal)?;
        self.take(bytes).await
    }

    /// Waits until there is room for `bytes`.
    ///
    /// # Errors
    /// `overloaded` when there is none for half a minute.
    pub async fn take(&self, bytes: u64) -> Result<OwnedSemaphorePermit, Failure> {
        let mebibytes = u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(BUDGET_MIB).clamp(1, BUDGET_MIB);
        let acquired = tokio::time::timeout(PATIENCE, Arc::clone(&self.mebibytes).acquire_many_owned(mebibytes)).await;
        match acquired {
            Ok(permit) => permit.map_err(Failure::internal),
            Err(_) => Err(Failure::new(Code::Overloaded).with("seconds", 30).retry_after(30)),
        }
    }
}

/// What decoding takes. A picture that cannot be inspected takes the least: it is about to be refused.
fn estimate(source: &Path, limits: &Limits) -> u64 {
    imaging::inspect_file(source, limits).map_or(0, |header| imaging::memory_estimate(&header))
}
