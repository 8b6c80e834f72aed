//! What an account starts with and what the embedded tools cost.

use serde::Serialize;

use super::reader::Reader;
use super::setting::{Choice, Whole};

/// A thousand million keeps every sum of balances far inside 64 bits.
pub(super) const NEW_USER_CREDITS: Whole<i64> = Whole { name: "NEW_USER_CREDITS", default: 10, min: 0, max: 1_000_000_000 };

pub(super) const TASK_COST_CREDITS: Whole<i64> = Whole { name: "TASK_COST_CREDITS", default: 1, min: 0, max: 1_000_000 };

pub(super) const REFUND_REFUSALS: Choice<Refunds> = Choice {
    name: "REFUND_REFUSALS",
    default: Refunds::All,
    options: &[("all", Refunds::All), ("input", Refunds::Input), ("none", Refunds::Nothing)],
};

/// Which tasks are refunded among those that a vendor's content rules refuse. All others that fail always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Refunds {
    /// All of them.
    All,
    /// Those whose words or pictures were refused; where the result was, the vendor may charge for it.
    Input,
    /// None of them.
    #[serde(rename = "none")]
    Nothing,
}

/// Settings of credits. All can be changed at run time; code reads them from `Runtime`.
#[derive(Debug, Clone)]
pub struct Credits {
    /// `NEW_USER_CREDITS` (10): given at sign-up.
    pub new_user_credits: i64,
    /// `TASK_COST_CREDITS` (1): price per picture of catalogue entries that say `price = "default"`.
    pub task_cost_credits: i64,
    /// `REFUND_REFUSALS` (all): what is refunded when a vendor's content rules refuse a task: all, input or none.
    pub refund_refusals: Refunds,
}

impl Credits {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            new_user_credits: reader.whole(&NEW_USER_CREDITS),
            task_cost_credits: reader.whole(&TASK_COST_CREDITS),
            refund_refusals: reader.choice(&REFUND_REFUSALS),
        }
    }
}
