//! How many jobs come before a waiting one.

use crate::job::Queue;
use crate::schema::jobs;
use db::{Connection, MultiBackend};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Jobs answered at once at most, so that one question stays short.
const AT_ONCE: usize = 100;
/// Jobs counted before one at most. Further back a number says no more than "a long time", and counting on would
/// make every question as long as the queue.
pub const TOLD_UP_TO: i64 = 1_000;

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = BigInt)]
    before: i64,
}

/// For each job asked about, walks the index of ready jobs from the head of its queue up to the job itself, or to
/// [`TOLD_UP_TO`]. So a job near the head costs next to nothing and none costs more than the bound, however long the
/// line is. "Before" is spelled out in three ranges because SQLite uses only the first column of a compared row.
/// The time stands after the other parameters: SQLite numbers such names by where they first appear.
fn counted(count: usize) -> String {
    let asked = (1..=count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
    let now = count + 1;
    let line = format!("SELECT 1 FROM jobs AS line WHERE line.lease_until IS NULL AND line.queue = asked.queue AND line.run_at <= ${now}");
    let same = "AND line.priority = asked.priority AND line.fair_rank";
    format!(
        "WITH asked AS (
            SELECT id, queue, priority, fair_rank, unique_key FROM jobs
            WHERE lease_until IS NULL AND unique_key IN ({asked}) AND run_at <= ${now}
        )
        SELECT asked.unique_key AS key, (
            SELECT COUNT(*) FROM (
                {line} AND line.priority < asked.priority
                UNION ALL {line} {same} < asked.fair_rank
                UNION ALL {line} {same} = asked.fair_rank AND line.id < asked.id
                LIMIT {bound}
            ) AS ahead
        ) AS before FROM asked",
        bound = TOLD_UP_TO + 1
    )
}

/// For each of these jobs, by `unique_key`, that waits and is due: the number of jobs of its queue that are served
/// before it. All in one statement; at most the first 100 are answered, and none with more than [`TOLD_UP_TO`] before it.
pub fn positions(connection: &mut Connection, keys: &[String], now: i64) -> QueryResult<HashMap<String, i64>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    if let [key] = keys {
        return position_of(connection, key, now);
    }
    let keys = &keys[..keys.len().min(AT_ONCE)];
    let mut query = diesel::sql_query(counted(keys.len())).into_boxed::<MultiBackend>();
    for key in keys {
        query = query.bind::<Text, _>(key.as_str());
    }
    Ok(told(query.bind::<BigInt, _>(now).load(connection)?))
}

/// The same for one job, which is what is asked most often: the statement is kept.
fn position_of(connection: &mut Connection, key: &str, now: i64) -> QueryResult<HashMap<String, i64>> {
    static SQL: LazyLock<String> = LazyLock::new(|| counted(1));
    let asked = diesel::sql_query(SQL.as_str()).bind::<Text, _>(key).bind::<BigInt, _>(now);
    Ok(told(db::load!(connection, asked)?))
}

/// The places of an answer, without those beyond the bound.
fn told(places: Vec<Place>) -> HashMap<String, i64> {
    places.into_iter().filter(|place| place.before <= TOLD_UP_TO).map(|place| (place.key, place.before)).collect()
}

/// Number of due jobs that wait in the queue. It counts them one by one, so ask once and remember it for a while
/// where many ask.
pub fn waiting(connection: &mut Connection, queue: Queue, now: i64) -> QueryResult<i64> {
    let ready = jobs::table.filter(jobs::lease_until.is_null()).filter(jobs::queue.eq(queue.as_str()));
    db::get!(connection, ready.filter(jobs::run_at.le(now)).count())
}
