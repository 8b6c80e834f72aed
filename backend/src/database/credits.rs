//! The ledger: one running balance for each account and the append-only rows that explain it.
//!
//! [`Account::lock`] takes the balance's row for the rest of the transaction; changes are made on the value and
//! written together by [`Account::save`]. Nothing else writes these tables.

use std::collections::HashMap;

use db::Connection;
use diesel::prelude::*;

use super::schema::{ai_tasks, credit_reversals, credit_transactions, user_credits};
use super::{damaged, stored};
use crate::models::credits::{Credits, Reason, TransactionType};
use crate::models::id::{PaymentId, TaskId, UserId};
use crate::models::page::Window;
use crate::models::timestamp::Timestamp;

/// The row of `user_credits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = user_credits)]
pub struct Balance {
    /// Credits left.
    pub credits: i64,
    /// All that was ever earned.
    pub total_earned: i64,
    /// All that was ever spent, less refunds.
    pub total_spent: i64,
    /// Number of the newest ledger row.
    pub last_seq: i64,
    /// The day that `tasks_today` counts, as `yyyymmdd` in the server's time zone.
    pub tasks_day: i32,
    /// Tasks accepted on that day.
    pub tasks_today: i32,
    /// Tasks that are not final.
    pub unfinished_tasks: i32,
    /// Bytes of the account's pictures, without their previews: the sum of `files.size_bytes`.
    pub storage_bytes: i64,
    /// Credits owed; the balance is 0 then.
    pub debt: i64,
}

impl Balance {
    fn shown(self) -> Credits {
        Credits {
            credits: self.credits,
            total_earned: self.total_earned,
            total_spent: self.total_spent,
            debt: self.debt,
            unlimited: false,
            version: self.last_seq,
        }
    }
}

/// A movement of credits to be written.
#[derive(Debug, Clone)]
pub struct Movement {
    /// Which way.
    pub transaction_type: TransactionType,
    /// Why.
    pub reason: Reason,
    /// How many; never negative.
    pub amount: i64,
    /// The task it belongs to.
    pub task_id: Option<TaskId>,
    /// The payment it belongs to.
    pub payment_id: Option<PaymentId>,
    /// An operator's note.
    pub note: Option<String>,
    /// Names the effect, so that it happens once: for instance `task:<id>:spend`.
    pub effect_key: String,
}

/// An account's balance, locked for the rest of the transaction.
#[derive(Debug)]
pub struct Account {
    user_id: UserId,
    before: Balance,
    /// The balance as it will be saved.
    pub now: Balance,
    movements: Vec<Movement>,
}

impl Account {
    /// Makes the row of a new account.
    pub fn open(conn: &mut Connection, user_id: &UserId, now: Timestamp) -> QueryResult<()> {
        diesel::insert_into(user_credits::table)
            .values((user_credits::user_id.eq(user_id.as_str()), user_credits::updated_at.eq(now.0)))
            .execute(conn)
            .map(drop)
    }

    /// Reads the balance and keeps everybody else from changing it until the transaction ends.
    pub fn lock(conn: &mut Connection, user_id: &UserId) -> QueryResult<Self> {
        let columns = (
            user_credits::credits,
            user_credits::total_earned,
            user_credits::total_spent,
            user_credits::last_seq,
            user_credits::tasks_day,
            user_credits::tasks_today,
            user_credits::unfinished_tasks,
            user_credits::storage_bytes,
            user_credits::debt,
        );
        let row = user_credits::table.find(user_id.as_str()).select(columns);
        let before: Balance = db::get_for_update!(conn, row)?;
        Ok(Self { user_id: user_id.clone(), before, now: before, movements: Vec::new() })
    }

    /// Moves credits; what comes in repays what is owed. The caller has checked that a spending is covered; the table's
    /// CHECK is the last guard.
    pub fn apply(&mut self, movement: Movement) {
        let repaid = match movement.transaction_type {
            TransactionType::Earn | TransactionType::Refund => self.now.debt.min(movement.amount),
            TransactionType::Spend => 0,
        };
        let effect_key = format!("{}:debt", movement.effect_key);
        self.book(movement);
        self.now.debt -= repaid;
        self.book(Movement {
            transaction_type: TransactionType::Spend,
            reason: Reason::Debt,
            amount: repaid,
            task_id: None,
            payment_id: None,
            note: None,
            effect_key,
        });
    }

    fn book(&mut self, movement: Movement) {
        if movement.amount == 0 {
            return;
        }
        match movement.transaction_type {
            TransactionType::Earn => self.now.total_earned += movement.amount,
            TransactionType::Spend => self.now.total_spent += movement.amount,
            TransactionType::Refund => self.now.total_spent -= movement.amount,
        }
        self.now.credits += signed(&movement);
        self.movements.push(movement);
    }

    /// Writes the balance and the ledger rows.
    ///
    /// # Errors
    /// A unique violation on `credit_transactions_effect` when an effect happened before; a check violation
    /// when the balance would fall below zero. Either way nothing of the transaction may be kept.
    pub fn save(self, conn: &mut Connection, now: Timestamp) -> QueryResult<()> {
        let rows = self.rows(now);
        let changed = match rows.as_slice() {
            [] => db::execute!(conn, self.change(now))?,
            [row] => db::together!(conn, [ledger_row(row)], self.change(now))?,
            rows => {
                for row in rows {
                    db::insert!(conn, ledger_row(row))?;
                }
                db::execute!(conn, self.change(now))?
            }
        };
        if changed == 1 { Ok(()) } else { Err(diesel::result::Error::RollbackTransaction) }
    }

    /// What changes the balance's row: one row, as long as nobody has changed it since it was locked.
    pub(super) fn change(&self, now: Timestamp) -> impl db::Statement + '_ {
        let balance = Balance { last_seq: self.before.last_seq + self.movements.len() as i64, ..self.now };
        let unchanged_since = user_credits::table.find(self.user_id.as_str()).filter(user_credits::last_seq.eq(self.before.last_seq));
        diesel::update(unchanged_since).set((balance, user_credits::updated_at.eq(now.0)))
    }

    /// The rows that explain the change.
    pub(super) fn rows(&self, now: Timestamp) -> Vec<LedgerInsert<'_>> {
        let mut balance = self.before.credits;
        let mut rows = Vec::with_capacity(self.movements.len());
        for (seq, movement) in (self.before.last_seq + 1..).zip(&self.movements) {
            let amount = signed(movement);
            rows.push(LedgerInsert {
                user_id: self.user_id.as_str(),
                seq,
                task_id: movement.task_id.as_ref().map(TaskId::as_str),
                payment_id: movement.payment_id.as_ref().map(PaymentId::as_str),
                transaction_type: movement.transaction_type.as_str(),
                reason: movement.reason.as_str(),
                amount,
                balance_before: balance,
                balance_after: balance + amount,
                description: movement.note.as_deref(),
                effect_key: &movement.effect_key,
                created_at: now.0,
            });
            balance += amount;
        }
        rows
    }
}

/// Moves an account's credits, unless this effect happened before; false then. In a savepoint of its own, so that the
/// caller's transaction stays whole either way.
pub fn move_once(conn: &mut Connection, user_id: &UserId, movement: &Movement, now: Timestamp) -> QueryResult<bool> {
    let saved = conn.transaction(|conn| {
        let mut account = Account::lock(conn, user_id)?;
        account.apply(movement.clone());
        account.save(conn, now)
    });
    match saved {
        Ok(()) => Ok(true),
        Err(error) if db::unique_violation_on(&error, "credit_transactions", &["effect_key"]) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Credits of a payment that are taken back.
#[derive(Debug, Clone)]
pub struct Reversal {
    /// The payment.
    pub payment_id: PaymentId,
    /// How many; positive.
    pub amount: i64,
    /// Names the effect, so that it happens once.
    pub effect_key: String,
}

/// Takes credits back: of the balance what there is, and the rest is owed. False when this effect happened before.
pub fn reverse_once(conn: &mut Connection, user_id: &UserId, reversal: Reversal, now: Timestamp) -> QueryResult<bool> {
    let mut account = Account::lock(conn, user_id)?;
    let taken = account.now.credits.min(reversal.amount);
    let owed = reversal.amount - taken;
    let noted = db::insert_or_ignore!(
        conn,
        diesel::insert_into(credit_reversals::table).values((
            credit_reversals::effect_key.eq(&reversal.effect_key),
            credit_reversals::user_id.eq(user_id.as_str()),
            credit_reversals::payment_id.eq(reversal.payment_id.as_str()),
            credit_reversals::amount.eq(reversal.amount),
            credit_reversals::owed.eq(owed),
            credit_reversals::created_at.eq(now.0),
        ))
    )?;
    if noted == 0 {
        return Ok(false);
    }
    account.now.debt += owed;
    account.apply(Movement {
        transaction_type: TransactionType::Spend,
        reason: Reason::Reversal,
        amount: taken,
        task_id: None,
        payment_id: Some(reversal.payment_id),
        note: None,
        effect_key: reversal.effect_key,
    });
    account.save(conn, now)?;
    Ok(true)
}

fn signed(movement: &Movement) -> i64 {
    match movement.transaction_type {
        TransactionType::Earn | TransactionType::Refund => movement.amount,
        TransactionType::Spend => -movement.amount,
    }
}

/// What inserts a row of the ledger.
pub(super) fn ledger_row<'a>(row: &'a LedgerInsert<'a>) -> impl db::Statement + use<'a> {
    diesel::insert_into(credit_transactions::table).values(row)
}

/// A row of the ledger to be inserted.
#[derive(Insertable)]
#[diesel(table_name = credit_transactions, treat_none_as_default_value = false)]
pub(super) struct LedgerInsert<'a> {
    user_id: &'a str,
    seq: i64,
    task_id: Option<&'a str>,
    payment_id: Option<&'a str>,
    transaction_type: &'a str,
    reason: &'a str,
    amount: i64,
    balance_before: i64,
    balance_after: i64,
    description: Option<&'a str>,
    effect_key: &'a str,
    created_at: i64,
}

/// The whole row, for whoever only looks; [`Account::lock`] is for whoever changes it.
pub fn row(conn: &mut Connection, user_id: &UserId) -> QueryResult<Balance> {
    db::get!(conn, user_credits::table.find(user_id.as_str()).select(Balance::as_select()))
}

/// The balances of these accounts as they are shown.
pub fn balances(conn: &mut Connection, users: &[UserId]) -> QueryResult<Vec<(String, Credits)>> {
    let own = user_credits::table.filter(user_credits::user_id.eq_any(users.iter().map(UserId::as_str)));
    let rows: Vec<(String, Balance)> = own.select((user_credits::user_id, Balance::as_select())).load(conn)?;
    Ok(rows.into_iter().map(|(user, row)| (user, row.shown())).collect())
}

/// The balance as it is shown.
pub fn balance(conn: &mut Connection, user_id: &UserId) -> QueryResult<Credits> {
    row(conn, user_id).map(|row| row.shown())
}

/// A row of the ledger.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = credit_transactions)]
pub struct LedgerRow {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub user_id: String,
    /// Its number within the account.
    pub seq: i64,
    /// The task it belongs to.
    pub task_id: Option<String>,
    /// The payment it belongs to.
    pub payment_id: Option<String>,
    transaction_type: String,
    reason: String,
    /// Signed.
    pub amount: i64,
    /// Balance before.
    pub balance_before: i64,
    /// Balance after.
    pub balance_after: i64,
    /// An operator's note.
    pub description: Option<String>,
    /// Unix milliseconds.
    pub created_at: i64,
}

impl LedgerRow {
    /// Which way credits moved.
    pub fn transaction_type(&self) -> QueryResult<TransactionType> {
        TransactionType::parse(&self.transaction_type).ok_or_else(|| damaged(&self.transaction_type))
    }

    /// Why credits moved.
    pub fn reason(&self) -> QueryResult<Reason> {
        Reason::parse(&self.reason).ok_or_else(|| damaged(&self.reason))
    }

    /// The payment, typed.
    pub fn payment(&self) -> QueryResult<Option<PaymentId>> {
        self.payment_id.as_deref().map(stored).transpose()
    }

    /// The task, typed.
    pub fn task(&self) -> QueryResult<Option<TaskId>> {
        self.task_id.as_deref().map(stored).transpose()
    }
}

/// Which rows of the ledger to show.
#[derive(Debug, Clone, Default)]
pub struct LedgerFilter {
    /// Only those of a task.
    pub task_id: Option<TaskId>,
    /// Only those of a type.
    pub transaction_type: Option<TransactionType>,
}

/// A row of the ledger with what names its task.
pub struct NamedRow {
    /// The row.
    pub row: LedgerRow,
    /// Number and type of the task it belongs to.
    pub task: Option<(String, String)>,
}

/// A page of the ledger.
pub struct LedgerPage {
    /// Newest first.
    pub rows: Vec<NamedRow>,
    /// How many there are in all.
    pub total: i64,
}

/// A page of an account's ledger, newest first, each row with its task's number and type; and how many there are.
pub fn ledger(conn: &mut Connection, user_id: &UserId, filter: &LedgerFilter, window: Window) -> QueryResult<LedgerPage> {
    let rows = || {
        let mut query =
            credit_transactions::table.filter(credit_transactions::user_id.eq(user_id.as_str())).into_boxed::<db::MultiBackend>();
        if let Some(task) = &filter.task_id {
            query = query.filter(credit_transactions::task_id.eq(task.as_str()));
        }
        if let Some(kind) = filter.transaction_type {
            query = query.filter(credit_transactions::transaction_type.eq(kind.as_str()));
        }
        query
    };
    let total = rows().count().get_result(conn)?;
    let page: Vec<LedgerRow> = rows()
        .order(credit_transactions::seq.desc())
        .limit(window.limit)
        .offset(window.offset)
        .select(LedgerRow::as_select())
        .load(conn)?;
    let ids: Vec<&str> = page.iter().filter_map(|row| row.task_id.as_deref()).collect();
    let tasks: std::collections::HashMap<String, (String, String)> = ai_tasks::table
        .filter(ai_tasks::id.eq_any(ids))
        .select((ai_tasks::id, (ai_tasks::task_no, ai_tasks::task_type)))
        .load::<(String, (String, String))>(conn)?
        .into_iter()
        .collect();
    let named = page.into_iter().map(|row| {
        let task = row.task_id.as_ref().and_then(|id| tasks.get(id).cloned());
        NamedRow { row, task }
    });
    Ok(LedgerPage { rows: named.collect(), total })
}

/// An account's whole ledger in the order it was written, from one number on.
pub fn chain(conn: &mut Connection, user_id: &str, after_seq: i64, limit: i64) -> QueryResult<Vec<LedgerRow>> {
    credit_transactions::table
        .filter(credit_transactions::user_id.eq(user_id))
        .filter(credit_transactions::seq.gt(after_seq))
        .order(credit_transactions::seq)
        .limit(limit)
        .select(LedgerRow::as_select())
        .load(conn)
}

/// Balances in order of their accounts' ids, after one id.
pub fn balances_after(conn: &mut Connection, user_id: &str, limit: i64) -> QueryResult<Vec<(String, Balance)>> {
    user_credits::table
        .filter(user_credits::user_id.gt(user_id))
        .order(user_credits::user_id)
        .limit(limit)
        .select((user_credits::user_id, Balance::as_select()))
        .load(conn)
}

/// What the ledger booked for a task, in credits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Booked {
    /// Its price.
    pub spent: i64,
    /// What came back because a cheaper model made the pictures.
    pub difference: i64,
    /// What came back for any other reason.
    pub undelivered: i64,
}

/// What the ledger booked for tasks, by task.
pub fn booked_for_tasks(conn: &mut Connection, ids: &[String]) -> QueryResult<HashMap<String, Booked>> {
    let rows: Vec<(Option<String>, i64, String)> = credit_transactions::table
        .filter(credit_transactions::task_id.eq_any(ids))
        .select((credit_transactions::task_id, credit_transactions::amount, credit_transactions::reason))
        .load(conn)?;
    let mut booked: HashMap<String, Booked> = HashMap::new();
    for (task, amount, reason) in rows {
        let sums = booked.entry(task.unwrap_or_default()).or_default();
        match amount {
            ..0 => sums.spent -= amount,
            _ if reason == Reason::CheaperModel.as_str() => sums.difference += amount,
            _ => sums.undelivered += amount,
        }
    }
    Ok(booked)
}

/// Credits that an account came to owe, repaid or not.
pub fn owed(conn: &mut Connection, user_id: &str) -> QueryResult<i64> {
    let rows = credit_reversals::table.filter(credit_reversals::user_id.eq(user_id));
    // A sum of BIGINT is NUMERIC on PostgreSQL; an account has a handful of these.
    let owed: Vec<i64> = rows.filter(credit_reversals::owed.gt(0)).select(credit_reversals::owed).load(conn)?;
    Ok(owed.into_iter().sum())
}

/// What the ledger booked for payments: each row's payment, reason and amount.
pub fn booked_for_payments(conn: &mut Connection, ids: &[String]) -> QueryResult<Vec<(Option<String>, String, i64)>> {
    credit_transactions::table
        .filter(credit_transactions::payment_id.eq_any(ids))
        .select((credit_transactions::payment_id, credit_transactions::reason, credit_transactions::amount))
        .load(conn)
}

/// What was taken back of payments: each reversal's payment, amount, and how much of it was owed.
pub fn reversed_of_payments(conn: &mut Connection, ids: &[String]) -> QueryResult<Vec<(String, i64, i64)>> {
    credit_reversals::table
        .filter(credit_reversals::payment_id.eq_any(ids))
        .select((credit_reversals::payment_id, credit_reversals::amount, credit_reversals::owed))
        .load(conn)
}

/// Rows of the ledger with these effects: effect, account and amount.
pub fn booked_effects(conn: &mut Connection, effects: &[String]) -> QueryResult<Vec<(String, String, i64)>> {
    credit_transactions::table
        .filter(credit_transactions::effect_key.eq_any(effects))
        .select((credit_transactions::effect_key, credit_transactions::user_id, credit_transactions::amount))
        .load(conn)
}
