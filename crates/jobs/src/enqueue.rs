//! Putting a job in line, with its place among the jobs of others.

use crate::job::NewJob;
use db::{Backend, Connection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

/// Enqueues the job in the caller's transaction. False if an unfinished job has the same `unique_key`.
///
/// Fair share: a job's rank starts where the queue is being served now (the highest running rank, or the lowest
/// ready one if nothing runs) and each further unfinished job of the same `fair_key` comes one rank later. So
/// the first job of a newcomer is beside the one that runs, however many jobs another user has in line, and
/// nobody saves up turns while idle.
pub fn enqueue(connection: &mut Connection, job: NewJob, now: i64) -> QueryResult<bool> {
    let enqueue = Enqueue::new(connection, &job, now);
    Ok(db::execute!(connection, enqueue)? == 1)
}

/// What [`enqueue`] runs, for whoever runs it [together](db::together) with others. One statement instead of three questions
/// and an insert: on PostgreSQL each would be a round trip.
#[derive(Clone, Copy, Debug)]
pub struct Enqueue<'a> {
    job: &'a NewJob,
    now: i64,
    run_at: i64,
    greatest: &'static str,
}

impl<'a> Enqueue<'a> {
    /// For this connection's database. It touches one row, or none if an unfinished job has the same `unique_key`.
    pub fn new(connection: &Connection, job: &'a NewJob, now: i64) -> Enqueue<'a> {
        let greatest = match connection.backend() {
            Backend::Postgres => "GREATEST",
            Backend::Sqlite => "MAX",
        };
        Enqueue { job, now, run_at: job.run_at.unwrap_or(now), greatest }
    }
}

impl<DB> QueryFragment<DB> for Enqueue<'_>
where
    DB: diesel::backend::Backend,
    str: ToSql<Text, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
    i32: ToSql<Integer, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO jobs (queue, kind, payload, priority, fair_key, run_at, attempt, max_attempts, \
             unique_key, created_at, fair_rank) VALUES (",
        );
        out.push_bind_param::<Text, str>(self.job.queue.as_str())?;
        out.push_sql(", ");
        out.push_bind_param::<Text, str>(self.job.kind)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, str>(&self.job.payload)?;
        out.push_sql(", ");
        out.push_bind_param::<Integer, i32>(&self.job.priority)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, str>(&self.job.fair_key)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, i64>(&self.run_at)?;
        out.push_sql(", 0, ");
        out.push_bind_param::<Integer, i32>(&self.job.max_attempts)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, Option<String>>(&self.job.unique_key)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, i64>(&self.now)?;
        out.push_sql(", ");
        self.push_rank(out.reborrow())?;
        out.push_sql(") ON CONFLICT DO NOTHING");
        Ok(())
    }
}

impl Enqueue<'_> {
    /// The first and last of an order and not MIN and MAX: where PostgreSQL believes the queue to be empty (it looks now and
    /// then, and keeps the plan), it would look at every job for those.
    fn push_rank<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: diesel::backend::Backend,
        str: ToSql<Text, DB>,
        i32: ToSql<Integer, DB>,
    {
        out.push_sql(self.greatest);
        out.push_sql("(COALESCE((SELECT fair_rank FROM jobs WHERE lease_until IS NOT NULL");
        self.push_line(out.reborrow())?;
        out.push_sql(" ORDER BY fair_rank DESC LIMIT 1), (SELECT fair_rank FROM jobs WHERE lease_until IS NULL");
        self.push_line(out.reborrow())?;
        out.push_sql(" ORDER BY fair_rank LIMIT 1), 0), COALESCE((SELECT fair_rank + 1 FROM jobs WHERE fair_key = ");
        out.push_bind_param::<Text, str>(&self.job.fair_key)?;
        self.push_line(out.reborrow())?;
        out.push_sql(" ORDER BY fair_rank DESC LIMIT 1), 0))");
        Ok(())
    }

    /// Ranks are counted for each queue and priority apart, as claims are.
    fn push_line<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: diesel::backend::Backend,
        str: ToSql<Text, DB>,
        i32: ToSql<Integer, DB>,
    {
        out.push_sql(" AND queue = ");
        out.push_bind_param::<Text, str>(self.job.queue.as_str())?;
        out.push_sql(" AND priority = ");
        out.push_bind_param::<Integer, i32>(&self.job.priority)
    }
}
