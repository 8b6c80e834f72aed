//! Questions about the database itself: whether its file is sound, and what time it knows.

use db::{Backend, Connection};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::schema::{ai_tasks, users};
use crate::models::timestamp::Timestamp;

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Moment {
    #[diesel(sql_type = BigInt)]
    moment: i64,
}

/// Faults told at most; the first says enough.
const FAULTS: usize = 5;

/// What is wrong with the file of an SQLite database; PostgreSQL watches over its own.
pub fn faults(conn: &mut Connection) -> QueryResult<Vec<String>> {
    if conn.backend() == Backend::Postgres {
        return Ok(Vec::new());
    }
    let checked: Vec<Word> = diesel::sql_query("SELECT integrity_check AS word FROM pragma_integrity_check").load(conn)?;
    let dangling: Vec<Word> = diesel::sql_query("SELECT \"table\" || ' → ' || parent AS word FROM pragma_foreign_key_check").load(conn)?;
    let faults = checked.into_iter().map(|row| row.word).filter(|word| word != "ok");
    Ok(faults.chain(dangling.into_iter().map(|row| row.word)).take(FAULTS).collect())
}

/// The time of a database server; SQLite has none of its own.
pub fn clock(conn: &mut Connection) -> QueryResult<Option<Timestamp>> {
    if conn.backend() == Backend::Sqlite {
        return Ok(None);
    }
    let now: Moment = diesel::sql_query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS moment").get_result(conn)?;
    Ok(Some(Timestamp(now.moment)))
}

/// When something happened last.
pub fn newest(conn: &mut Connection) -> QueryResult<Option<Timestamp>> {
    use diesel::dsl::max;
    let task: Option<i64> = ai_tasks::table.select(max(ai_tasks::created_at)).first(conn)?;
    let user: Option<i64> = users::table.select(max(users::updated_at)).first(conn)?;
    Ok(task.max(user).map(Timestamp))
}
