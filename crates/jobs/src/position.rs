//! How many jobs come before a waiting one.

use crate::job::Queue;
use crate::schema::jobs;
use db::Connection;
use diesel::backend::Backend;
use diesel::expression::{ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Nullable, Text};
use std::collections::HashMap;

/// Jobs answered at once at most, so that one question stays short.
const AT_ONCE: usize = 100;
/// Jobs counted before one at most. Further back a number says no more than "a long time", and counting on would
/// make every question as long as the queue.
pub const TOLD_UP_TO: i64 = 1_000;

/// The number of jobs of its queue that are served before a job, as an expression for any query: NULL for a job that does not
/// wait or is not due, and for one with more than [`TOLD_UP_TO`] before it.
#[derive(Clone, Copy, Debug)]
pub struct JobsBefore<'a> {
    key: &'a str,
    before: Before,
}

impl<'a> JobsBefore<'a> {
    /// Before the job with this `unique_key`.
    pub fn new(key: &'a str, now: i64) -> JobsBefore<'a> {
        JobsBefore { key, before: Before { now } }
    }
}

impl<DB> QueryFragment<DB> for JobsBefore<'_>
where
    DB: Backend,
    str: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(SELECT ");
        self.before.walk_ast(out.reborrow())?;
        out.push_sql(" FROM jobs AS asked WHERE asked.lease_until IS NULL AND asked.unique_key = ");
        out.push_bind_param::<Text, str>(self.key)?;
        out.push_sql(" AND asked.run_at <= ");
        out.push_bind_param::<BigInt, i64>(&self.before.now)?;
        out.push_sql(")");
        Ok(())
    }
}

/// The same for a job of the table `asked`.
///
/// It walks the index of ready jobs from the head of the queue up to the job itself, or to the bound. So a job near the head
/// costs next to nothing and none costs more than the bound, however long the line is. "Before" is spelled out in three
/// ranges because SQLite uses only the first column of a compared row.
#[derive(Clone, Copy, Debug)]
struct Before {
    now: i64,
}

const RANGES: [&str; 3] = [
    "line.priority < asked.priority",
    "line.priority = asked.priority AND line.fair_rank < asked.fair_rank",
    "line.priority = asked.priority AND line.fair_rank = asked.fair_rank AND line.id < asked.id",
];

impl<DB> QueryFragment<DB> for Before
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        const BOUND: i64 = TOLD_UP_TO + 1;
        out.push_sql("NULLIF((SELECT COUNT(*) FROM (");
        for (number, range) in RANGES.into_iter().enumerate() {
            out.push_sql(if number == 0 { "SELECT 1 FROM " } else { " UNION ALL SELECT 1 FROM " });
            out.push_sql("jobs AS line WHERE line.lease_until IS NULL AND line.queue = asked.queue AND line.run_at <= ");
            out.push_bind_param::<BigInt, i64>(&self.now)?;
            out.push_sql(" AND ");
            out.push_sql(range);
        }
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, i64>(&BOUND)?;
        out.push_sql(") AS ahead), ");
        out.push_bind_param::<BigInt, i64>(&BOUND)?;
        out.push_sql(")");
        Ok(())
    }
}

/// What makes each of them an expression.
macro_rules! number_of_jobs {
    ($expression:ty) => {
        impl Expression for $expression {
            type SqlType = Nullable<BigInt>;
        }

        impl<T> AppearsOnTable<T> for $expression {}

        impl<T> SelectableExpression<T> for $expression {}

        impl<G> ValidGrouping<G> for $expression {
            type IsAggregate = is_aggregate::Never;
        }

        /// The text of a query with it is kept only where the place of the query names it.
        impl QueryId for $expression {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
}
number_of_jobs!(JobsBefore<'_>);
number_of_jobs!(Before);

/// For each of these jobs, by `unique_key`, that waits and is due: the number of jobs of its queue that are served
/// before it. All in one statement; at most the first 100 are answered, and none with more than [`TOLD_UP_TO`] before it.
pub fn positions(connection: &mut Connection, keys: &[String], now: i64) -> QueryResult<HashMap<String, i64>> {
    let found: Vec<(Option<String>, Option<i64>)> = match keys {
        [] => Vec::new(),
        // What is asked most often.
        [key] => vec![(Some(key.clone()), db::get!(connection, diesel::select(JobsBefore::new(key, now)))?)],
        keys => {
            let asked = diesel::alias!(jobs as asked);
            let due = asked.filter(asked.field(jobs::lease_until).is_null()).filter(asked.field(jobs::run_at).le(now));
            let named = due.filter(asked.field(jobs::unique_key).eq_any(&keys[..keys.len().min(AT_ONCE)]));
            named.select((asked.field(jobs::unique_key), Before { now })).load(connection)?
        }
    };
    Ok(found.into_iter().filter_map(|(key, before)| Some((key?, before?))).collect())
}

/// Number of due jobs that wait in the queue. It counts them one by one, so ask once and remember it for a while
/// where many ask.
pub fn waiting(connection: &mut Connection, queue: Queue, now: i64) -> QueryResult<i64> {
    let ready = jobs::table.filter(jobs::lease_until.is_null()).filter(jobs::queue.eq(queue.as_str()));
    db::get!(connection, ready.filter(jobs::run_at.le(now)).count())
}
