//! Credits that come in from outside, where payments, codes and gifts meet: the one way to earn, and the one way to take
//! back what was bought. Spending and refunding belong to tasks (`tasks::create`, `tasks::settle`).

use db::Connection;

use crate::app::App;
use crate::database::credits::{self, Movement, Reversal};
use crate::database::users;
use crate::error::{Code, Failure};
use crate::models::credits::{Credits, Reason, TransactionType};
use crate::models::id::{PaymentId, UserId};
use crate::models::timestamp::Timestamp;
use crate::models::user::Role;

pub mod verify;

/// An account's balance as it is shown to its owner.
///
/// # Errors
/// When the database cannot be read.
pub async fn balance(app: &App, user_id: &UserId) -> Result<Credits, Failure> {
    let owner_unlimited = app.settings.current(app).await?.owner_unlimited;
    let id = user_id.clone();
    let balance = app.database.read::<_, Failure, _>(move |conn| {
        let unlimited = owner_unlimited && users::by_id(conn, &id)?.is_some_and(|user| user.role == Role::Owner);
        Ok(Credits { unlimited, ..credits::balance(conn, &id)? })
    });
    balance.await
}

/// The balances of several accounts, with one look.
///
/// # Errors
/// When the database cannot be read.
pub async fn balances(app: &App, users: Vec<UserId>) -> Result<Vec<(UserId, Credits)>, Failure> {
    let owner_unlimited = app.settings.current(app).await?.owner_unlimited;
    let found = app.database.read::<_, Failure, _>(move |conn| {
        let owner = if owner_unlimited { users::owner(conn)? } else { None };
        let found = credits::balances(conn, &users)?.into_iter();
        Ok(found.map(|(id, balance)| (Credits { unlimited: owner.as_deref() == Some(id.as_str()), ..balance }, id)).collect::<Vec<_>>())
    });
    found.await?.into_iter().map(|(balance, id)| Ok((UserId::try_from(id).map_err(Failure::internal)?, balance))).collect()
}

/// Credits from outside.
pub struct Earning {
    /// Why.
    pub reason: Reason,
    /// How many; must be positive.
    pub amount: i64,
    /// The payment they belong to.
    pub payment_id: Option<PaymentId>,
    /// A note for the ledger.
    pub note: Option<String>,
    /// Names the effect, so that it happens once.
    pub effect_key: String,
}

/// Most credits of one movement: far above any real one, far below where sums could overflow.
pub const AMOUNT_MAXIMUM: i64 = 1_000_000_000_000;

/// Adds credits to an account. Returns false when this effect happened before; nothing changes then.
///
/// # Errors
/// `invalid_request` for an amount outside 1 to [`AMOUNT_MAXIMUM`].
pub fn earn(conn: &mut Connection, user_id: &UserId, earning: Earning, now: Timestamp) -> Result<bool, Failure> {
    if !(1..=AMOUNT_MAXIMUM).contains(&earning.amount) {
        return Err(out_of_limits("amount", earning.amount, AMOUNT_MAXIMUM));
    }
    let movement = Movement {
        transaction_type: TransactionType::Earn,
        reason: earning.reason,
        amount: earning.amount,
        task_id: None,
        payment_id: earning.payment_id,
        note: earning.note,
        effect_key: earning.effect_key,
    };
    Ok(credits::move_once(conn, user_id, &movement, now)?)
}

/// The refusal of a number outside of 1 to a maximum.
pub fn out_of_limits(field: &'static str, value: i64, maximum: i64) -> Failure {
    Failure::new(Code::InvalidRequest)
        .with("reason", field)
        .field(field, if value < 1 { "too_small" } else { "too_large" })
        .field_with("minimum", 1)
        .field_with("maximum", maximum)
}

/// Takes bought credits back, whatever was done with them: the balance never falls below zero, what it does not cover is
/// owed. Returns false when this effect happened before; nothing changes then.
///
/// # Errors
/// When the database fails, which also refuses an amount below 1.
pub fn reverse(conn: &mut Connection, user_id: &UserId, reversal: Reversal, now: Timestamp) -> Result<bool, Failure> {
    Ok(credits::reverse_once(conn, user_id, reversal, now)?)
}
