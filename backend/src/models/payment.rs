//! Payments: money for credits.

use serde::{Deserialize, Serialize};

/// How a payment stands.
///
/// `open` (the checkout may still be paid) → `processing` (the customer is done, the money is on its way) → `paid`. An open
/// one may also become `expired`, one on its way `failed`. `paid` is final: what goes back later is counted beside it.
/// `refused`: what was paid is not what was ordered; nothing was granted, and the operator is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Not paid yet.
    Open,
    /// On its way.
    Processing,
    /// Paid; the credits are there.
    Paid,
    /// The money did not come.
    Failed,
    /// Nobody paid in time.
    Expired,
    /// Paid otherwise than ordered.
    Refused,
}

impl PaymentStatus {
    const ALL: [PaymentStatus; 6] = [
        PaymentStatus::Open,
        PaymentStatus::Processing,
        PaymentStatus::Paid,
        PaymentStatus::Failed,
        PaymentStatus::Expired,
        PaymentStatus::Refused,
    ];

    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PaymentStatus::Open => "open",
            PaymentStatus::Processing => "processing",
            PaymentStatus::Paid => "paid",
            PaymentStatus::Failed => "failed",
            PaymentStatus::Expired => "expired",
            PaymentStatus::Refused => "refused",
        }
    }

    /// As it was stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        PaymentStatus::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// What takes the money of a payment back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReversalKind {
    /// The operator gave it back.
    Refund,
    /// The customer's bank took it back.
    Dispute,
}

impl ReversalKind {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ReversalKind::Refund => "refund",
            ReversalKind::Dispute => "dispute",
        }
    }
}

/// How many of a payment's credits belong to so much of its money: all when all of it is meant, else the whole credits of
/// the part, so that rounding never takes one too many.
#[must_use]
pub fn share(credits: i64, amount: i64, part: i64) -> i64 {
    if part >= amount {
        return credits;
    }
    let share = i128::from(credits) * i128::from(part.max(0)) / i128::from(amount.max(1));
    i64::try_from(share).unwrap_or(credits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_the_money_is_all_of_the_credits_and_less_is_rounded_down() {
        assert_eq!([0, 1, 499, 500, 999, 1_000, 1_001].map(|part| share(333, 1_000, part)), [0, 0, 166, 166, 332, 333, 333]);
        assert_eq!(share(1_000_000_000_000, 99_999_999, 99_999_998), 999_999_989_999);
    }
}
