//! Keeping prepared statements that Diesel would prepare again for every use.
//!
//! Diesel keeps a `SELECT` and a `DELETE`, but neither an `UPDATE` nor an `INSERT`, because their text may differ
//! from one use to the next. Where it never does, preparing again costs more than running on SQLite, and a
//! round trip on PostgreSQL.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// A statement whose text is the same every time. Made by [`cached`].
#[derive(Clone, Copy, Debug)]
pub struct Cached<T>(T);

/// Has the prepared statement kept for the next use on the same connection: `cached(update).execute(connection)`.
///
/// Only for statements whose text has few forms. Each form is kept as long as the connection, so a list of
/// values (`eq_any`, several rows in one `INSERT`) would fill the memory.
pub fn cached<T>(statement: T) -> Cached<T> {
    Cached(statement)
}

/// Kept under its text, which is built for every use; only preparing it is saved.
impl<T> QueryId for Cached<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: Query> Query for Cached<T> {
    type SqlType = T::SqlType;
}

impl<T, C> RunQueryDsl<C> for Cached<T> {}

impl<DB: Backend, T: QueryFragment<DB>> QueryFragment<DB> for Cached<T> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _backend: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::cached;
    use crate::Connection;
    use diesel::connection::{Connection as _, InstrumentationEvent, SimpleConnection};
    use diesel::prelude::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    diesel::table! {
        counters (id) {
            id -> BigInt,
            count -> BigInt,
        }
    }

    /// How many statements of 20 were prepared to be kept.
    fn kept(connection: &mut Connection, mut statement: impl FnMut(&mut Connection, i64)) -> usize {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { .. } = event {
                counted.fetch_add(1, Relaxed);
            }
        });
        (0..20).for_each(|number| statement(connection, number));
        count.load(Relaxed)
    }

    #[test]
    fn a_cached_statement_is_prepared_once_and_still_takes_new_values() {
        let mut connection = Connection::Sqlite(SqliteConnection::establish(":memory:").unwrap());
        let create = "CREATE TABLE counters (id BIGINT PRIMARY KEY, count BIGINT NOT NULL)";
        connection.batch_execute(create).unwrap();
        let insert = |connection: &mut Connection, id: i64| {
            let row = (counters::id.eq(id), counters::count.eq(0));
            cached(diesel::insert_into(counters::table).values(row)).execute(connection).unwrap();
        };
        assert_eq!(kept(&mut connection, insert), 1);
        let update = |connection: &mut Connection, id: i64| {
            let change = diesel::update(counters::table.find(id)).set(counters::count.eq(id * 2));
            let count: i64 = cached(change.returning(counters::count)).get_result(connection).unwrap();
            assert_eq!(count, id * 2);
        };
        assert_eq!(kept(&mut connection, update), 1);
        let uncached = |connection: &mut Connection, id: i64| {
            let change = diesel::update(counters::table.find(id)).set(counters::count.eq(0));
            change.execute(connection).unwrap();
        };
        assert_eq!(kept(&mut connection, uncached), 0, "Diesel keeps updates now; this module can go");
    }
}
