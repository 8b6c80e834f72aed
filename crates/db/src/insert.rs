//! Statements that Diesel cannot build for both databases at once, each as one macro that matches on the
//! connection. The query is written once and expanded for either arm.

/// `INSERT … ON CONFLICT DO NOTHING` of one row: the number of rows inserted, 0 if a unique key was taken.
/// The prepared statement is kept, see [`cached`](crate::cached).
///
/// ```ignore
/// let rows = db::insert_or_ignore!(conn, diesel::insert_into(keys::table).values(&new_key))?;
/// ```
#[macro_export]
macro_rules! insert_or_ignore {
    ($connection:expr, $insert:expr) => {
        match $connection {
            $crate::Connection::Postgres(connection) => {
                $crate::diesel::RunQueryDsl::execute($crate::cached($insert.on_conflict_do_nothing()), connection)
            }
            $crate::Connection::Sqlite(connection) => {
                $crate::diesel::RunQueryDsl::execute($crate::cached($insert.on_conflict_do_nothing()), connection)
            }
        }
    };
}

/// All rows of the query, locked until the unit ends, in the order in which the query brings them: with the same
/// order everywhere, two units never wait for each other in a circle. On SQLite nothing needs to be locked.
///
/// ```ignore
/// let ids: Vec<String> = db::load_for_update!(conn, files::table.order(files::id).select(files::id))?;
/// ```
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

/// First row of the query, locked until the unit ends (`SELECT … FOR UPDATE`). On SQLite nothing needs to be
/// locked: a unit of the write door is alone with the database.
///
/// ```ignore
/// let user: User = db::first_for_update!(conn, users::table.find(id))?;
/// ```
#[macro_export]
macro_rules! first_for_update {
    ($connection:expr, $query:expr) => {
        match $connection {
            $crate::Connection::Postgres(connection) => {
                $crate::diesel::RunQueryDsl::get_result($crate::diesel::QueryDsl::for_update($query), connection)
            }
            $crate::Connection::Sqlite(connection) => $crate::diesel::RunQueryDsl::first($query, connection),
        }
    };
}
