//! Jobs that come again: each tick of each schedule becomes one job, whichever worker is first.

use crate::enqueue::enqueue;
use crate::job::NewJob;
use crate::schema::job_schedules;
use db::Connection;
use diesel::prelude::*;
use std::time::Duration;

/// Enqueues `job` unless this tick of the schedule had its job already. Ticks are counted from 1970 in steps of
/// `every`; ticks missed while nothing ran are made up for by one job. If the job of an earlier tick has not
/// finished, this tick is left out.
pub fn enqueue_tick(connection: &mut Connection, name: &str, every: Duration, job: NewJob, now: i64) -> QueryResult<bool> {
    let step = i64::try_from(every.as_millis()).unwrap_or(i64::MAX).max(1);
    let tick = now.div_euclid(step);
    // The row outlives the job, so a worker whose clock is behind cannot bring the same tick back.
    let behind = job_schedules::table.filter(job_schedules::name.eq(name)).filter(job_schedules::tick.lt(tick));
    let move_on = diesel::update(behind).set(job_schedules::tick.eq(tick));
    let mut moved = db::execute!(connection, move_on)?;
    if moved == 0 {
        let first = (job_schedules::name.eq(name), job_schedules::tick.eq(tick));
        moved = db::insert_or_ignore!(connection, diesel::insert_into(job_schedules::table).values(first))?;
    }
    if moved == 0 {
        return Ok(false);
    }
    enqueue(connection, NewJob { unique_key: Some(format!("schedule:{name}")), ..job }, now)
}
