//! How many jobs come before a waiting one.

use crate::job::{JobId, Queue};
use crate::schema::jobs;
use db::{Connection, MultiBackend};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use std::collections::HashMap;

/// Jobs answered at once at most, so that one question stays short.
const AT_ONCE: usize = 100;

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = BigInt)]
    id: JobId,
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
    #[diesel(sql_type = BigInt)]
    before: i64,
}

/// Numbers the due jobs of every queue that has one of those asked about. One pass through the index of ready
/// jobs answers for all; counting for each job apart would pass through it as many times.
/// The time is the last parameter, as it is in the text: SQLite numbers such names by where they first appear.
fn numbered(column: &str, count: usize) -> String {
    let asked = (1..=count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
    let now = count + 1;
    let line = format!(
        "SELECT id, ROW_NUMBER() OVER (PARTITION BY queue ORDER BY priority, fair_rank, id) - 1 AS before
        FROM jobs WHERE lease_until IS NULL AND run_at <= ${now}"
    );
    format!(
        "WITH asked AS (SELECT id, queue, unique_key FROM jobs WHERE lease_until IS NULL AND {column} IN ({asked}))
        SELECT asked.id AS id, asked.unique_key AS key, line.before AS before FROM asked
        JOIN ({line} AND queue IN (SELECT queue FROM asked)) AS line ON line.id = asked.id"
    )
}

/// For each of these jobs that waits and is due: the number of jobs of its queue that are served before it. All in
/// one statement, whose time grows with the length of the queue; at most the first 100 are answered.
pub fn positions(connection: &mut Connection, ids: &[JobId], now: i64) -> QueryResult<HashMap<JobId, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids = &ids[..ids.len().min(AT_ONCE)];
    let sql = numbered("id", ids.len());
    let mut query = diesel::sql_query(sql).into_boxed::<MultiBackend>();
    for id in ids {
        query = query.bind::<BigInt, _>(*id);
    }
    let places: Vec<Place> = query.bind::<BigInt, _>(now).load(connection)?;
    Ok(places.into_iter().map(|place| (place.id, place.before)).collect())
}

/// The same by `unique_key`.
pub fn positions_by_key(connection: &mut Connection, keys: &[String], now: i64) -> QueryResult<HashMap<String, i64>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let keys = &keys[..keys.len().min(AT_ONCE)];
    let sql = numbered("unique_key", keys.len());
    let mut query = diesel::sql_query(sql).into_boxed::<MultiBackend>();
    for key in keys {
        query = query.bind::<Text, _>(key.as_str());
    }
    let places: Vec<Place> = query.bind::<BigInt, _>(now).load(connection)?;
    Ok(places.into_iter().filter_map(|place| Some((place.key?, place.before))).collect())
}

/// Number of due jobs that wait in the queue. It counts them one by one, so ask once and remember it for a while
/// where many ask.
pub fn waiting(connection: &mut Connection, queue: Queue, now: i64) -> QueryResult<i64> {
    jobs::table
        .filter(jobs::lease_until.is_null())
        .filter(jobs::queue.eq(queue.as_str()))
        .filter(jobs::run_at.le(now))
        .count()
        .get_result(connection)
}
