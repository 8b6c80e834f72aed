//! Statements that are prepared once for each connection, and whose text is built once.
//!
//! Diesel keeps prepared statements, but on the connection of two databases it builds the text of a statement anew
//! for every use, several times over, and it keeps neither an `UPDATE` nor an `INSERT`. On SQLite that costs more
//! than running them. These macros go straight to the connection behind the enum and name the statement by the
//! place where it stands, so that nothing is built again.
//!
//! They are for statements whose text is the same every time. One with a list of values (`eq_any`), an optional
//! filter or a row in which `None` means "leave the column out" has many texts and goes through Diesel's own
//! methods. Debug builds, and so all tests, check it at every use.

use diesel::backend::Backend;
use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Integer};
use diesel::sqlite::Sqlite;
use std::marker::PhantomData;
use std::sync::OnceLock;

/// Inserts one row.
///
/// ```ignore
/// db::insert!(conn, diesel::insert_into(tasks::table).values(row))?;
/// ```
#[macro_export]
macro_rules! insert {
    ($connection:expr, $insert:expr) => {
        $crate::prepared_without_rows!($connection, run, $insert)
    };
}

/// Runs a statement: the number of rows it touched.
///
/// ```ignore
/// let changed = db::execute!(conn, diesel::update(tasks::table.find(id)).set(tasks::state.eq("done")))?;
/// ```
#[macro_export]
macro_rules! execute {
    ($connection:expr, $statement:expr) => {
        $crate::prepared_without_rows!($connection, run_and_count, $statement)
    };
}

/// The rows of a query, or of a statement with `RETURNING`.
#[macro_export]
macro_rules! load {
    ($connection:expr, $statement:expr) => {
        $crate::prepared!($connection, load, $statement, $statement)
    };
}

/// The one row of a query, or of a statement with `RETURNING`; `NotFound` when there is none.
#[macro_export]
macro_rules! get {
    ($connection:expr, $statement:expr) => {
        $crate::prepared!($connection, get_result, $statement, $statement)
    };
}

/// `INSERT … ON CONFLICT DO NOTHING` of one row: the number of rows inserted, 0 if a unique key was taken.
#[macro_export]
macro_rules! insert_or_ignore {
    ($connection:expr, $insert:expr) => {
        $crate::execute!($connection, $insert.on_conflict_do_nothing())
    };
}

/// The one row of a query, locked until the unit ends (`SELECT … FOR UPDATE`). On SQLite nothing needs to be
/// locked: a unit of the write door is alone with the database.
#[macro_export]
macro_rules! get_for_update {
    ($connection:expr, $query:expr) => {
        $crate::prepared!($connection, get_result, $crate::diesel::QueryDsl::for_update($query), $query)
    };
}

/// All rows of the query, locked until the unit ends, in the order in which the query brings them: with the same
/// order everywhere, two units never wait for each other in a circle. On SQLite nothing needs to be locked. The text
/// may vary: nothing is kept.
#[macro_export]
macro_rules! load_for_update {
    ($connection:expr, $query:expr) => {
        match $connection {
            $crate::Connection::Postgres(connection) => {
                $crate::diesel::RunQueryDsl::load($crate::diesel::QueryDsl::for_update($query), connection)
            }
            $crate::Connection::Sqlite(connection) => $crate::diesel::RunQueryDsl::load($query, connection),
        }
    };
}

/// Runs several statements that return nothing, on PostgreSQL all in one round trip: the number of rows that the last one
/// touched.
///
/// None of them may need what another one does, and no two may change the same row; only a foreign key may point to a row
/// that is inserted beside it. On SQLite they run one after the other. On PostgreSQL they are one statement, so they share one
/// view and come in no certain order, and foreign keys are checked at the end.
///
/// ```ignore
/// db::together!(conn, [diesel::insert_into(tasks::table).values(task), diesel::delete(drafts::table.find(id))], jobs::Enqueue::new(…))?;
/// ```
#[macro_export]
macro_rules! together {
    ($connection:expr, [$($first:expr),+ $(,)?], $last:expr) => {
        match $connection {
            $crate::Connection::Postgres(connection) => {
                struct Place;
                static TEXT: ::std::sync::OnceLock<String> = ::std::sync::OnceLock::new();
                $crate::WithoutRows::run_and_count(
                    $crate::Prepared::<Place, _>::new::<$crate::diesel::pg::Pg>($crate::Together::new([$(&$first),+], $last), &TEXT),
                    connection,
                )
            }
            $crate::Connection::Sqlite(connection) => {
                let mut run = || {
                    $({
                        struct Place;
                        static TEXT: ::std::sync::OnceLock<String> = ::std::sync::OnceLock::new();
                        let prepared = $crate::Prepared::<Place, _>::new::<$crate::diesel::sqlite::Sqlite>($first, &TEXT);
                        $crate::WithoutRows::run(prepared, connection)?;
                    })+
                    struct Place;
                    static TEXT: ::std::sync::OnceLock<String> = ::std::sync::OnceLock::new();
                    let prepared = $crate::Prepared::<Place, _>::new::<$crate::diesel::sqlite::Sqlite>($last, &TEXT);
                    $crate::WithoutRows::run_and_count(prepared, connection)
                };
                run()
            }
        }
    };
}

/// By a method of [`WithoutRows`].
#[doc(hidden)]
#[macro_export]
macro_rules! prepared_without_rows {
    ($connection:expr, $method:ident, $statement:expr) => {{
        struct Place;
        match $connection {
            $crate::Connection::Postgres(connection) => {
                static TEXT: ::std::sync::OnceLock<String> = ::std::sync::OnceLock::new();
                let prepared = $crate::Prepared::<Place, _>::new::<$crate::diesel::pg::Pg>($statement, &TEXT);
                $crate::WithoutRows::$method(prepared, connection)
            }
            $crate::Connection::Sqlite(connection) => {
                static TEXT: ::std::sync::OnceLock<String> = ::std::sync::OnceLock::new();
                let prepared = $crate::Prepared::<Place, _>::new::<$crate::diesel::sqlite::Sqlite>($statement, &TEXT);
                $crate::WithoutRows::$method(prepared, connection)
            }
        }
    }};
}

/// The statement stands twice because each arm infers its own types.
#[doc(hidden)]
#[macro_export]
macro_rules! prepared {
    ($connection:expr, $method:ident, $postgres:expr, $sqlite:expr) => {{
        struct Place;
        match $connection {
            $crate::Connection::Postgres(connection) => {
                static TEXT: ::std::sync::OnceLock<String> = ::std::sync::OnceLock::new();
                $crate::diesel::RunQueryDsl::$method(
                    $crate::Prepared::<Place, _>::new::<$crate::diesel::pg::Pg>($postgres, &TEXT),
                    connection,
                )
            }
            $crate::Connection::Sqlite(connection) => {
                static TEXT: ::std::sync::OnceLock<String> = ::std::sync::OnceLock::new();
                $crate::diesel::RunQueryDsl::$method(
                    $crate::Prepared::<Place, _>::new::<$crate::diesel::sqlite::Sqlite>($sqlite, &TEXT),
                    connection,
                )
            }
        }
    }};
}

/// A statement that both databases run.
pub trait Statement: QueryFragment<Pg> + QueryFragment<Sqlite> {}

impl<T: QueryFragment<Pg> + QueryFragment<Sqlite>> Statement for T {}

/// A statement named by the place it stands at. Made by the macros of this module.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Prepared<P, T> {
    statement: T,
    place: PhantomData<P>,
}

impl<P, T> Prepared<P, T> {
    /// Names the statement. `text` remembers its text in debug builds, to find out when it changes.
    pub fn new<DB>(statement: T, text: &OnceLock<String>) -> Self
    where
        DB: Backend + Default,
        DB::QueryBuilder: Default,
        T: QueryFragment<DB>,
    {
        if cfg!(debug_assertions) {
            let mut builder = DB::QueryBuilder::default();
            if statement.to_sql(&mut builder, &DB::default()).is_ok() {
                let now = builder.finish();
                let first = text.get_or_init(|| now.clone());
                assert_eq!(*first, now, "the text of a prepared statement must be the same every time");
            }
        }
        Self { statement, place: PhantomData }
    }
}

/// Running a statement that returns no rows.
#[doc(hidden)]
pub trait WithoutRows<C> {
    /// Runs it.
    fn run(self, connection: &mut C) -> QueryResult<()>;
    /// Runs it: the number of rows it touched.
    fn run_and_count(self, connection: &mut C) -> QueryResult<usize>;
}

/// Diesel's `execute` asks a statement through a reference whether it may be kept, past what [`Prepared`] says: an
/// `UPDATE` would be parsed at every use, and a wide `INSERT` walked through once more. `load` asks `Prepared` itself,
/// so the statement is loaded, as a query that finds nothing, or where its rows count, one line for each.
impl<P: 'static, T: QueryFragment<Pg>> WithoutRows<PgConnection> for Prepared<P, T> {
    fn run(self, connection: &mut PgConnection) -> QueryResult<()> {
        LoadConnection::<DefaultLoadingMode>::load(connection, Loaded(self)).map(drop)
    }

    fn run_and_count(self, connection: &mut PgConnection) -> QueryResult<usize> {
        Ok(LoadConnection::<DefaultLoadingMode>::load(connection, Counted(self))?.count())
    }
}

/// Here `RETURNING` would be dear: SQLite makes a table for what it returns.
impl<P: 'static, T: QueryFragment<Sqlite>> WithoutRows<SqliteConnection> for Prepared<P, T> {
    fn run(self, connection: &mut SqliteConnection) -> QueryResult<()> {
        LoadConnection::<DefaultLoadingMode>::load(connection, Loaded(self))?.try_for_each(|row| row.map(drop))
    }

    fn run_and_count(self, connection: &mut SqliteConnection) -> QueryResult<usize> {
        self.run(connection)?;
        let changes = diesel::select(sql::<BigInt>("changes()"));
        let changed: i64 = Prepared { statement: changes, place: PhantomData::<Changes> }.get_result(connection)?;
        usize::try_from(changed).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))
    }
}

/// The place of the query for the number of rows that were changed.
struct Changes;

/// A statement that is run like a query and has no rows.
#[derive(QueryId)]
struct Loaded<S>(S);

impl<S> Query for Loaded<S> {
    type SqlType = BigInt;
}

impl<DB: Backend, S: QueryFragment<DB>> QueryFragment<DB> for Loaded<S> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, backend: &DB) -> QueryResult<bool> {
        self.0.is_safe_to_cache_prepared(backend)
    }
}

/// A statement that is run like a query and has one row for each that it touched.
#[derive(QueryId)]
struct Counted<S>(S);

impl<S> Query for Counted<S> {
    type SqlType = Integer;
}

impl<S: QueryFragment<Pg>> QueryFragment<Pg> for Counted<S> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(" RETURNING 1");
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, backend: &Pg) -> QueryResult<bool> {
        self.0.is_safe_to_cache_prepared(backend)
    }
}

/// Several statements as one of PostgreSQL. Made by [`together!`](crate::together).
#[doc(hidden)]
pub struct Together<'a, const N: usize, L> {
    first: [&'a dyn QueryFragment<Pg>; N],
    last: L,
}

impl<'a, const N: usize, L> Together<'a, N, L> {
    /// The first of them, in no certain order, and the last.
    pub fn new(first: [&'a dyn QueryFragment<Pg>; N], last: L) -> Self {
        Self { first, last }
    }
}

impl<const N: usize, L: QueryFragment<Pg>> QueryFragment<Pg> for Together<'_, N, L> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (number, statement) in self.first.iter().enumerate() {
            pass.push_sql(if number == 0 { "WITH together_" } else { ", together_" });
            pass.push_sql(&number.to_string());
            pass.push_sql(" AS (");
            statement.walk_ast(pass.reborrow())?;
            pass.push_sql(")");
        }
        pass.push_sql(" ");
        self.last.walk_ast(pass)
    }
}

impl<P: 'static, T> QueryId for Prepared<P, T> {
    type QueryId = P;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<P, T: Query> Query for Prepared<P, T> {
    type SqlType = T::SqlType;
}

impl<P, T, C> RunQueryDsl<C> for Prepared<P, T> {}

impl<DB: Backend, P, T: QueryFragment<DB>> QueryFragment<DB> for Prepared<P, T> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.statement.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _backend: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
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

    fn connection() -> Connection {
        let mut connection = Connection::Sqlite(SqliteConnection::establish(":memory:").unwrap());
        connection.batch_execute("CREATE TABLE counters (id BIGINT PRIMARY KEY, count BIGINT NOT NULL)").unwrap();
        connection
    }

    /// How many statements were prepared to be kept.
    fn kept(connection: &mut Connection, mut statements: impl FnMut(&mut Connection)) -> usize {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { .. } = event {
                counted.fetch_add(1, Relaxed);
            }
        });
        statements(connection);
        count.load(Relaxed)
    }

    fn insert(conn: &mut &mut Connection, id: i64) {
        let conn = &mut **conn;
        crate::insert!(conn, diesel::insert_into(counters::table).values((counters::id.eq(id), counters::count.eq(0)))).unwrap();
    }

    #[test]
    fn each_place_is_prepared_once_and_takes_new_values() {
        let mut connection = connection();
        let prepared = kept(&mut connection, |mut conn| {
            for id in 0..20_i64 {
                insert(&mut conn, id);
                let conn = &mut *conn;
                let change = |id: i64| diesel::update(counters::table.find(id)).set(counters::count.eq(id * 2)).returning(counters::count);
                let count: i64 = crate::get!(conn, change(id)).unwrap();
                assert_eq!(count, id * 2);
                for (id, touched) in [(id, 1), (id + 1, 0)] {
                    let kept = diesel::update(counters::table.find(id)).set(counters::count.eq(counters::count));
                    assert_eq!(crate::execute!(conn, kept).unwrap(), touched);
                }
            }
        });
        assert_eq!(prepared, 4, "an INSERT, two UPDATEs, and the question how many rows one changed");
        let conn = &mut connection;
        let sum: Vec<i64> = crate::load!(conn, counters::table.select(counters::count).order(counters::id)).unwrap();
        assert_eq!(sum.iter().sum::<i64>(), 380);
        let again = |id: i64| diesel::insert_into(counters::table).values((counters::id.eq(id), counters::count.eq(9)));
        assert_eq!(crate::insert_or_ignore!(conn, again(3)).unwrap(), 0);
    }

    #[test]
    #[should_panic(expected = "must be the same every time")]
    fn a_text_that_changes_is_found_in_debug_builds() {
        let conn = &mut connection();
        for ids in [vec![1_i64], vec![1, 2]] {
            let _: Vec<i64> = crate::load!(conn, counters::table.filter(counters::id.eq_any(&ids)).select(counters::id)).unwrap();
        }
    }
}
