//! Settings that an operator changed at run time. A row exists only where a value was changed.

use std::collections::BTreeMap;

use db::Connection;
use diesel::prelude::*;

use super::schema::system_config;
use crate::models::timestamp::Timestamp;

/// All changed settings, by key.
pub fn all(conn: &mut Connection) -> QueryResult<BTreeMap<String, String>> {
    let rows: Vec<(String, String)> = system_config::table.select((system_config::key, system_config::value)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Changes a setting.
pub fn set(conn: &mut Connection, key: &str, value: &str, now: Timestamp) -> QueryResult<()> {
    let changed = diesel::update(system_config::table.find(key))
        .set((system_config::value.eq(value), system_config::updated_at.eq(now.0)))
        .execute(conn)?;
    if changed == 0 {
        diesel::insert_into(system_config::table)
            .values((system_config::key.eq(key), system_config::value.eq(value), system_config::updated_at.eq(now.0)))
            .execute(conn)?;
    }
    Ok(())
}

/// Puts a setting back to what code and environment say. False when it was not changed.
pub fn reset(conn: &mut Connection, key: &str) -> QueryResult<bool> {
    Ok(diesel::delete(system_config::table.find(key)).execute(conn)? == 1)
}
