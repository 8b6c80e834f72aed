//! Calls of others that were acted upon. A row is written in the transaction of the effect, so that a call which comes
//! again has none.

use db::Connection;
use diesel::prelude::*;

use super::schema::external_events;
use crate::models::timestamp::Timestamp;

/// Notes a call, by the id that its sender gave it. False when it was noted before.
pub fn note(conn: &mut Connection, provider: &str, event_id: &str, now: Timestamp) -> QueryResult<bool> {
    let rows = db::insert_or_ignore!(
        conn,
        diesel::insert_into(external_events::table).values((
            external_events::provider.eq(provider),
            external_events::event_id.eq(event_id),
            external_events::created_at.eq(now.0),
        ))
    )?;
    Ok(rows == 1)
}

/// Whether a call was noted.
pub fn is_noted(conn: &mut Connection, provider: &str, event_id: &str) -> QueryResult<bool> {
    let noted = external_events::table.find((provider, event_id)).select(external_events::created_at).first::<i64>(conn);
    noted.optional().map(|noted| noted.is_some())
}

/// Forgets calls that came before a moment.
pub fn delete_noted_before(conn: &mut Connection, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(external_events::table.filter(external_events::created_at.lt(before.0))).execute(conn)
}
