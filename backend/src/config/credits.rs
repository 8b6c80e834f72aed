//! What an account starts with and what the embedded tools cost.

use super::reader::Reader;
use super::setting::Whole;

/// A thousand million keeps every sum of balances far inside 64 bits.
pub(super) const NEW_USER_CREDITS: Whole<i64> = Whole { name: "NEW_USER_CREDITS", default: 10, min: 0, max: 1_000_000_000 };

pub(super) const TASK_COST_CREDITS: Whole<i64> = Whole { name: "TASK_COST_CREDITS", default: 1, min: 0, max: 1_000_000 };

/// Settings of credits. Both can be changed at run time; code reads them from `Runtime`.
#[derive(Debug, Clone)]
pub struct Credits {
    /// `NEW_USER_CREDITS` (10): given at sign-up.
    pub new_user_credits: i64,
    /// `TASK_COST_CREDITS` (1): price per picture of catalogue entries that say `price = "default"`.
    pub task_cost_credits: i64,
}

impl Credits {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { new_user_credits: reader.whole(&NEW_USER_CREDITS), task_cost_credits: reader.whole(&TASK_COST_CREDITS) }
    }
}
