//! What admitting a task asks and stores: one statement each, as on PostgreSQL every statement is a round trip.

use std::collections::HashMap;

use db::Connection;
use diesel::prelude::*;

use super::credits::{Account, Balance, ledger_row};
use super::files::{FileRole, FileRow, Hold};
use super::idempotency::{self, IdempotencyKey};
use super::schema::{ai_tasks, files, idempotency_keys, user_credits};
use super::tasks::TaskRow;
use crate::models::id::{FileId, UserId};
use crate::models::timestamp::Timestamp;

/// What is known before a task is checked.
pub struct Known {
    /// The balance, for whoever only looks.
    pub balance: Balance,
    /// Those of the named files that are the caller's, by id.
    pub files: HashMap<String, FileRow>,
    /// The caller used the key before.
    pub key_used: bool,
}

/// The columns of an answer, which Diesel writes anew for each database.
macro_rules! columns {
    () => {
        (Balance::as_select(), Option::<FileRow>::as_select(), idempotency_keys::task_id.nullable())
    };
}

/// Asks for everything in one view: a twin that took the last credits has left its key as well.
pub fn known(conn: &mut Connection, user_id: &UserId, named: &[FileId], key: Option<&IdempotencyKey>) -> QueryResult<Known> {
    // What nobody has stored is found for those who name no file, or send no key.
    let (route, key) = key.map_or(("", String::new()), |key| (key.route, key.key.clone()));
    let same_key =
        idempotency_keys::user_id.eq(user_credits::user_id).and(idempotency_keys::route.eq(route)).and(idempotency_keys::key.eq(key));
    let own = files::user_id.eq(user_credits::user_id);
    let account = user_credits::table.filter(user_credits::user_id.eq(user_id.as_str()));
    let rows: Vec<(Balance, Option<FileRow>, Option<String>)> = match named {
        [] | [_] => {
            let id = named.first().map_or("", FileId::as_str);
            let joined = account.left_join(files::table.on(own.and(files::id.eq(id)))).left_join(idempotency_keys::table.on(same_key));
            db::load!(conn, joined.select(columns!()))?
        }
        ids => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let joined = account.left_join(files::table.on(own.and(files::id.eq_any(ids)))).left_join(idempotency_keys::table.on(same_key));
            joined.select(columns!()).load(conn)?
        }
    };
    let (balance, _, used_for) = rows.first().ok_or(diesel::result::Error::NotFound)?;
    let (balance, key_used) = (*balance, used_for.is_some());
    let files = rows.into_iter().filter_map(|(_, file, _)| file).map(|file| (file.id.clone(), file)).collect();
    Ok(Known { balance, files, key_used })
}

/// A task with all that is stored beside it.
pub struct Admitted<'a> {
    /// The task.
    pub row: &'a TaskRow,
    /// The owner's account, locked, with the task's price taken.
    pub account: &'a Account,
    /// What the task holds.
    pub files: &'a [(FileRole, &'a [FileId])],
    /// The key that it was asked for with.
    pub key: Option<&'a IdempotencyKey>,
    /// What does the work.
    pub job: &'a jobs::NewJob,
}

/// Stores a task, its price, its files, its key and its job. False when a twin used the key before; nothing may be kept then.
///
/// # Errors
/// A unique violation on `ai_tasks_task_no` when the task's number is taken; a foreign key's violation when a file is gone. The
/// account must have been locked in this transaction: that its row is still the one that was read is not looked at again.
pub fn store(conn: &mut Connection, admitted: &Admitted<'_>, now: Timestamp) -> QueryResult<bool> {
    let Admitted { row, account, .. } = *admitted;
    let task = || diesel::insert_into(ai_tasks::table).values(row);
    let task_id = row.task_id()?;
    let holds = Hold::new(conn, &task_id, admitted.files)?;
    let job = jobs::Enqueue::new(conn, admitted.job, now.0);
    let ledger = account.rows(now);
    let stored = match (ledger.as_slice(), admitted.key) {
        ([], None) => db::together!(conn, [task(), account.change(now), holds], job),
        ([spent], None) => db::together!(conn, [task(), account.change(now), ledger_row(spent), holds], job),
        ([], Some(key)) => {
            db::together!(conn, [task(), account.change(now), holds, job], idempotency::note(&row.user_id, key, &row.id, now))
        }
        ([spent], Some(key)) => db::together!(
            conn,
            [task(), account.change(now), ledger_row(spent), holds, job],
            idempotency::note(&row.user_id, key, &row.id, now)
        ),
        _ => return Err(diesel::result::Error::RollbackTransaction),
    };
    Ok(stored? == 1)
}
