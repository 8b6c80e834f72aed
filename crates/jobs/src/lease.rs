//! Keeping leases alive, and taking back those of workers that died.

use crate::job::{Fence, JobId};
use crate::schema::jobs;
use db::Connection;
use diesel::prelude::*;
use std::collections::HashSet;

/// Extends the leases of these jobs to `until`, all in one statement, and returns those that `worker` no longer
/// holds: their work must stop.
pub fn heartbeat(connection: &mut Connection, worker: &str, held: &[Fence], until: i64) -> QueryResult<Vec<JobId>> {
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<JobId> = held.iter().map(|fence| fence.id).collect();
    let mine = jobs::table.filter(jobs::id.eq_any(ids)).filter(jobs::worker.eq(worker));
    let extended: Vec<(JobId, i32)> =
        diesel::update(mine).set(jobs::lease_until.eq(until)).returning((jobs::id, jobs::attempt)).get_results(connection)?;
    let extended: HashSet<(JobId, i32)> = extended.into_iter().collect();
    let lost = held.iter().filter(|fence| !extended.contains(&(fence.id, fence.attempt)));
    Ok(lost.map(|fence| fence.id).collect())
}

/// Takes back every job that `worker` held. For the start of a process: whoever has the slot now is the only
/// one that can hold its leases, so what is still leased belonged to a process that died. Returns their number.
pub fn reclaim(connection: &mut Connection, worker: &str) -> QueryResult<usize> {
    let left = jobs::table.filter(jobs::worker.eq(worker)).filter(jobs::lease_until.is_not_null());
    diesel::update(left).set((jobs::worker.eq(None::<&str>), jobs::lease_until.eq(None::<i64>))).execute(connection)
}

/// Takes back every job whose lease ended before `now`, whoever held it. Returns their number.
pub fn reclaim_expired(connection: &mut Connection, now: i64) -> QueryResult<usize> {
    let expired = jobs::table.filter(jobs::lease_until.lt(now));
    diesel::update(expired).set((jobs::worker.eq(None::<&str>), jobs::lease_until.eq(None::<i64>))).execute(connection)
}
