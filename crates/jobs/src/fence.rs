//! Ending a claim. Each function changes the row only for the holder of the fence and says whether it did;
//! after `false` somebody else owns the job, and the caller must roll its own transaction back.

use crate::job::{Fence, JobId, JobRef};
use crate::schema::jobs;
use db::Connection;
use diesel::dsl::auto_type;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The jobs at work on this attempt.
#[auto_type]
fn at_work(attempt: i32) -> _ {
    jobs::table.filter(jobs::attempt.eq(attempt)).filter(jobs::lease_until.is_not_null())
}

/// The job of a fence, while the fence still holds it.
#[auto_type(no_type_alias)]
fn held(fence: &Fence) -> _ {
    let (id, attempt): (JobId, i32) = (fence.id, fence.attempt);
    let working: at_work = at_work(attempt);
    working.filter(jobs::id.eq(id))
}

/// Deletes a finished job. Call it inside the transaction of the job's effect, and roll that back on `false`.
pub fn finish(connection: &mut Connection, fence: &Fence) -> QueryResult<bool> {
    Ok(db::execute!(connection, diesel::delete(held(fence)))? == 1)
}

/// Deletes those of the jobs that their fences still hold, for jobs without an effect to be bound to.
pub(crate) fn finish_all(connection: &mut Connection, fences: &[Fence]) -> QueryResult<()> {
    let mut by_attempt: BTreeMap<i32, Vec<JobId>> = BTreeMap::new();
    for fence in fences {
        by_attempt.entry(fence.attempt).or_default().push(fence.id);
    }
    // Nearly always the first attempt: one statement.
    for (attempt, ids) in by_attempt {
        diesel::delete(at_work(attempt).filter(jobs::id.eq_any(ids))).execute(connection)?;
    }
    Ok(())
}

/// Whether this fence still holds its job; then it does until the transaction ends. For work that changes something
/// before its end.
pub fn holds(connection: &mut Connection, fence: &Fence) -> QueryResult<bool> {
    let found: Option<i64> = db::get_for_update!(connection, held(fence).select(jobs::id)).optional()?;
    Ok(found.is_some())
}

/// Puts a failed job back in line, due at `run_at`.
pub fn retry(connection: &mut Connection, fence: &Fence, run_at: i64, error: &str) -> QueryResult<bool> {
    let change = diesel::update(held(fence)).set((
        jobs::worker.eq(None::<&str>),
        jobs::lease_until.eq(None::<i64>),
        jobs::run_at.eq(run_at),
        jobs::last_error.eq(Some(error)),
    ));
    Ok(db::execute!(connection, change)? == 1)
}

/// Hands a job back untouched, due at `run_at`. The attempt does not count against it.
pub fn release(connection: &mut Connection, fence: &Fence, run_at: i64) -> QueryResult<bool> {
    let change = diesel::update(held(fence)).set((
        jobs::worker.eq(None::<&str>),
        jobs::lease_until.eq(None::<i64>),
        jobs::run_at.eq(run_at),
        jobs::max_attempts.eq(jobs::max_attempts + 1),
    ));
    Ok(db::execute!(connection, change)? == 1)
}

/// Deletes a job that nobody has claimed. `false` if it runs, has ended or never was.
pub fn cancel_ready(connection: &mut Connection, job: JobRef<'_>) -> QueryResult<bool> {
    let ready = jobs::table.filter(jobs::lease_until.is_null());
    let deleted = match job {
        JobRef::Id(id) => db::execute!(connection, diesel::delete(ready.filter(jobs::id.eq(id))))?,
        JobRef::Key(key) => db::execute!(connection, diesel::delete(ready.filter(jobs::unique_key.eq(key))))?,
    };
    Ok(deleted == 1)
}

/// Makes a waiting job due at `now` at the latest. `false` if it is due before, runs, has ended or never was.
pub fn hasten(connection: &mut Connection, key: &str, now: i64) -> QueryResult<bool> {
    let waiting = jobs::table.filter(jobs::unique_key.eq(key)).filter(jobs::lease_until.is_null()).filter(jobs::run_at.gt(now));
    let change = diesel::update(waiting).set(jobs::run_at.eq(now));
    Ok(db::execute!(connection, change)? == 1)
}

/// Leaves the job no attempt, so that its next claim goes to `on_exhausted`. For a job just put back.
pub(crate) fn use_up(connection: &mut Connection, fence: &Fence) -> QueryResult<()> {
    let job = jobs::table.filter(jobs::id.eq(fence.id)).filter(jobs::attempt.eq(fence.attempt));
    diesel::update(job).set(jobs::max_attempts.eq(fence.attempt)).execute(connection).map(drop)
}
