//! Taking the next jobs in line, in one statement.

use crate::job::{Job, Queue};
use crate::schema::jobs;
use db::{Backend, Connection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Text};
use std::time::Duration;

/// Claims up to `limit` due jobs of the queue, in the order of (priority, fair rank, id), for `lease` from
/// `now`. Their attempt is counted here, before any of their work is done.
pub fn claim(connection: &mut Connection, queue: Queue, worker: &str, limit: usize, now: i64, lease: Duration) -> QueryResult<Vec<Job>> {
    let lock = match connection.backend() {
        // Another worker's uncommitted claims are passed over instead of waited for.
        Backend::Postgres => " FOR UPDATE SKIP LOCKED",
        Backend::Sqlite => "",
    };
    let claim = Claim {
        queue: queue.as_str(),
        worker,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
        now,
        until: now.saturating_add(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX)),
        lock,
    };
    let mut claimed: Vec<Job> = db::load!(connection, claim)?;
    claimed.sort_by_key(|job| (job.priority, job.fair_rank, job.id));
    Ok(claimed)
}

struct Claim<'a> {
    queue: &'static str,
    worker: &'a str,
    limit: i64,
    now: i64,
    until: i64,
    lock: &'static str,
}

/// The columns of [`Job`] in its order.
type Columns = (
    jobs::id,
    jobs::queue,
    jobs::kind,
    jobs::payload,
    jobs::priority,
    jobs::fair_key,
    jobs::fair_rank,
    jobs::attempt,
    jobs::max_attempts,
    jobs::last_error,
    jobs::unique_key,
    jobs::created_at,
);

impl Query for Claim<'_> {
    type SqlType = diesel::dsl::SqlTypeOf<Columns>;
}

impl<DB> QueryFragment<DB> for Claim<'_>
where
    DB: diesel::backend::Backend,
    str: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    /// MATERIALIZED because PostgreSQL might otherwise run the inner query more than once and claim too many.
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("WITH next AS MATERIALIZED (SELECT id FROM jobs WHERE lease_until IS NULL AND queue = ");
        out.push_bind_param::<Text, str>(self.queue)?;
        out.push_sql(" AND run_at <= ");
        out.push_bind_param::<BigInt, i64>(&self.now)?;
        out.push_sql(" ORDER BY priority, fair_rank, id LIMIT ");
        out.push_bind_param::<BigInt, i64>(&self.limit)?;
        out.push_sql(self.lock);
        out.push_sql(") UPDATE jobs SET attempt = attempt + 1, worker = ");
        out.push_bind_param::<Text, str>(self.worker)?;
        out.push_sql(", lease_until = ");
        out.push_bind_param::<BigInt, i64>(&self.until)?;
        out.push_sql(
            " FROM next WHERE jobs.id = next.id RETURNING jobs.id, queue, kind, payload, priority, fair_key, \
             fair_rank, attempt, max_attempts, last_error, unique_key, created_at",
        );
        Ok(())
    }
}
