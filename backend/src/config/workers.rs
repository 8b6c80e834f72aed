//! How background work is done and how much of it may wait.

use super::reader::{Fallback, Reader};
use super::setting::Whole;

/// Vendors answer synchronous calls within ten minutes.
const DRAIN_SECONDS: Whole<u64> = Whole { name: "WORKER_DRAIN_SECONDS", default: 600, min: 0, max: 86_400 };

/// Longer than a process is ever held up by a busy machine, short enough for the owner of a task to wait for another one.
const LEASE_SECONDS: Whole<u64> = Whole { name: "WORKER_LEASE_SECONDS", default: 30, min: 2, max: 600 };

/// Long enough for an answer that is on its way, short enough to be waited for.
const CANCEL_GRACE_SECONDS: Whole<u64> = Whole { name: "CANCEL_GRACE_SECONDS", default: 15, min: 0, max: 86_400 };

/// One model run already uses every core, so a second one at a time only takes memory.
const ENGINE_CONCURRENCY: Whole<u32> = Whole { name: "ENGINE_CONCURRENCY", default: 1, min: 1, max: 64 };

const ENGINE_THREADS: Whole<u32> = Whole { name: "ENGINE_THREADS", default: 2, min: 1, max: 1024 };

/// Some hours of work for the smallest machine; more only promises what cannot be kept.
const QUEUE_LIMIT: Whole<u32> = Whole { name: "QUEUE_LIMIT", default: 10_000, min: 1, max: 10_000_000 };

/// Settings of background work.
#[derive(Debug, Clone)]
pub struct Workers {
    /// `WORKER_DRAIN_SECONDS` (600): how long a running vendor call may finish after a stop was asked for.
    pub drain_seconds: u64,
    /// `WORKER_LEASE_SECONDS` (30): after so long without a sign of life, the tasks of a worker go to another one.
    pub lease_seconds: u64,
    /// `CANCEL_GRACE_SECONDS` (15): how long at least a vendor's answer is waited for after its task was cancelled.
    pub cancel_grace_seconds: u64,
    /// `ENGINE_CONCURRENCY` (1): pictures the embedded engine works on at once.
    pub engine_concurrency: u32,
    /// `ENGINE_THREADS` (one per core): threads of the embedded engine.
    pub engine_threads: Option<u32>,
    /// `QUEUE_LIMIT` (10000): jobs that may wait before new tasks are answered with 503.
    pub queue_limit: u32,
}

impl Workers {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            drain_seconds: reader.whole(&DRAIN_SECONDS),
            lease_seconds: reader.whole(&LEASE_SECONDS),
            cancel_grace_seconds: reader.whole(&CANCEL_GRACE_SECONDS),
            engine_concurrency: reader.whole(&ENGINE_CONCURRENCY),
            engine_threads: reader.parsed(ENGINE_THREADS.name, Fallback::Absent, |text| ENGINE_THREADS.parse(text)),
            queue_limit: reader.whole(&QUEUE_LIMIT),
        }
    }
}
