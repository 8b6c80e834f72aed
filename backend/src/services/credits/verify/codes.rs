//! Codes against the ledger: one that was redeemed gave its credits once, to whoever redeemed it.

use std::collections::HashMap;

use db::Connection;
use diesel::QueryResult;

use super::{Checked, PAGE};
use crate::database::credits;
use crate::database::redeem_codes;

/// A page of codes.
pub(super) fn page(conn: &mut Connection, after: &str) -> QueryResult<Checked> {
    let mut checked = Checked::default();
    let codes = redeem_codes::after(conn, after, PAGE)?;
    let effects: Vec<String> = codes.iter().map(|code| redeem_codes::effect_key(&code.id)).collect();
    let booked: HashMap<String, (String, i64)> =
        credits::booked_effects(conn, &effects)?.into_iter().map(|(effect, user, amount)| (effect, (user, amount))).collect();
    for (code, effect) in codes.into_iter().zip(effects) {
        let due = code.redeemed_by.map(|user| (user, code.credits));
        let found = booked.get(&effect).cloned();
        if due != found {
            checked.report.faults.push(format!("{}: {due:?} by the code, {found:?} in the ledger", code.id));
        }
        checked.report.codes += u64::from(due.is_some());
        checked.last = Some(code.id);
    }
    Ok(checked)
}
