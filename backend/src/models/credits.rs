//! Credits: the balance and the rows of the ledger.

use serde::{Deserialize, Serialize};

use super::id::{PaymentId, TaskId};
use super::timestamp::Timestamp;

/// A balance with its lifetime totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credits {
    /// Credits left.
    pub credits: i64,
    /// All that was ever earned.
    pub total_earned: i64,
    /// All that was ever spent, less what was refunded.
    pub total_spent: i64,
    /// Credits owed: taken back after they were spent. Whatever comes in repays them first.
    pub debt: i64,
    /// True for an account that is not charged.
    pub unlimited: bool,
    /// Grows with every movement. What is told twice may come in the wrong order; the higher one is newer.
    pub version: i64,
}

/// Which way credits moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionType {
    /// Into the account from outside.
    Earn,
    /// Out of the account: for work, or taken back.
    Spend,
    /// Back into the account for work not delivered.
    Refund,
}

impl TransactionType {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TransactionType::Earn => "earn",
            TransactionType::Spend => "spend",
            TransactionType::Refund => "refund",
        }
    }

    /// As it was stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [TransactionType::Earn, TransactionType::Spend, TransactionType::Refund].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Why credits moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The account was made.
    Signup,
    /// The operator gave them.
    Grant,
    /// A task.
    Task,
    /// A cheaper model than the one of the quote made a task's pictures.
    CheaperModel,
    /// Bought.
    Purchase,
    /// A code.
    Redeem,
    /// Money for bought credits went back, or is disputed.
    Reversal,
    /// A dispute was won or a refund failed: bought credits are there again.
    Reinstatement,
    /// What was owed was repaid of what came in.
    Debt,
}

impl Reason {
    const ALL: [Reason; 9] = [
        Reason::Signup,
        Reason::Grant,
        Reason::Task,
        Reason::CheaperModel,
        Reason::Purchase,
        Reason::Redeem,
        Reason::Reversal,
        Reason::Reinstatement,
        Reason::Debt,
    ];

    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::Signup => "signup",
            Reason::Grant => "grant",
            Reason::Task => "task",
            Reason::CheaperModel => "cheaper_model",
            Reason::Purchase => "purchase",
            Reason::Redeem => "redeem",
            Reason::Reversal => "reversal",
            Reason::Reinstatement => "reinstatement",
            Reason::Debt => "debt",
        }
    }

    /// As it was stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Reason::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreditTransaction {
    /// Its number.
    pub id: i64,
    /// Which way credits moved.
    pub transaction_type: TransactionType,
    /// Why.
    pub reason: Reason,
    /// Signed: negative when spent.
    pub amount: i64,
    /// The balance before.
    pub balance_before: i64,
    /// The balance after.
    pub balance_after: i64,
    /// The task it belongs to.
    pub task_id: Option<TaskId>,
    /// The payment it belongs to.
    pub payment_id: Option<PaymentId>,
    /// That task's number.
    pub task_no: Option<String>,
    /// That task's type.
    pub task_type: Option<String>,
    /// In words, in the reader's language; an operator's note where there is one.
    pub description: String,
    /// When.
    pub created_at: Timestamp,
}
