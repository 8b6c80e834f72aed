//! Proves the books: every balance follows from its chain of rows, every chain is unbroken, every task was
//! charged and refunded as its row says. Reads only, in pages, so it can run beside the server.

use db::{Connection, Database};
use diesel::QueryResult;

use crate::database::credits::{self, Balance};
use crate::database::files;
use crate::database::tasks::{self, Charge};
use crate::error::{Code, Failure};
use crate::models::credits::TransactionType;
use crate::models::task::TaskStatus;

/// Rows read at a time.
const PAGE: i64 = 500;

/// What was checked and what was wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Accounts checked.
    pub accounts: u64,
    /// Ledger rows checked.
    pub transactions: u64,
    /// Tasks checked against their rows.
    pub tasks: u64,
    /// Sum of all balances.
    pub credits: i64,
    /// What does not add up, one sentence each.
    pub faults: Vec<String>,
}

/// Checks everything.
///
/// # Errors
/// Only when the database cannot be read; what does not add up is in the report.
pub async fn verify(database: &Database) -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut after = String::new();
    loop {
        let from = after.clone();
        let page = database.read::<_, Failure, _>(move |conn| Ok(accounts(conn, &from)?)).await?;
        let Some(last) = page.last else { break };
        after = last;
        report.add(page.report);
    }
    let mut after = String::new();
    loop {
        let from = after.clone();
        let page = database.read::<_, Failure, _>(move |conn| Ok(charges(conn, &from)?)).await?;
        let Some(last) = page.last else { break };
        after = last;
        report.add(page.report);
    }
    Ok(report)
}

impl Report {
    fn add(&mut self, other: Report) {
        self.accounts += other.accounts;
        self.transactions += other.transactions;
        self.tasks += other.tasks;
        self.credits += other.credits;
        self.faults.extend(other.faults);
    }
}

struct Checked {
    report: Report,
    last: Option<String>,
}

fn accounts(conn: &mut Connection, after: &str) -> QueryResult<Checked> {
    let mut checked = Checked { report: Report::default(), last: None };
    for (user_id, balance) in credits::balances_after(conn, after, PAGE)? {
        account(conn, &user_id, &balance, &mut checked.report)?;
        checked.last = Some(user_id);
    }
    Ok(checked)
}

fn account(conn: &mut Connection, user_id: &str, balance: &Balance, report: &mut Report) -> QueryResult<()> {
    let (mut running, mut earned, mut spent, mut seq) = (0_i64, 0_i64, 0_i64, 0_i64);
    loop {
        let rows = credits::chain(conn, user_id, seq, PAGE)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.seq != seq + 1 {
                report.faults.push(format!("{user_id}: row {} follows row {seq}", row.seq));
            }
            if row.balance_before != running || row.balance_after != running + row.amount {
                report.faults.push(format!(
                    "{user_id}: row {} goes from {} to {}, expected from {running}",
                    row.seq, row.balance_before, row.balance_after
                ));
            }
            match row.transaction_type()? {
                TransactionType::Earn => earned += row.amount,
                TransactionType::Spend | TransactionType::Refund => spent -= row.amount,
            }
            running = row.balance_after;
            seq = row.seq;
            report.transactions += 1;
        }
    }
    let expected = Balance { credits: running, total_earned: earned, total_spent: spent, last_seq: seq, ..*balance };
    if *balance != expected {
        report.faults.push(format!("{user_id}: the balance says {balance:?}, the ledger {expected:?}"));
    }
    let unfinished = tasks::count_unfinished(conn, user_id)?;
    if i64::from(balance.unfinished_tasks) != unfinished {
        report.faults.push(format!("{user_id}: {} unfinished tasks noted, {unfinished} found", balance.unfinished_tasks));
    }
    let bytes = files::sum_bytes(conn, user_id)?;
    if balance.storage_bytes != bytes {
        report.faults.push(format!("{user_id}: {} bytes of pictures noted, {bytes} found", balance.storage_bytes));
    }
    report.accounts += 1;
    report.credits += balance.credits;
    Ok(())
}

fn charges(conn: &mut Connection, after: &str) -> QueryResult<Checked> {
    let mut checked = Checked { report: Report::default(), last: None };
    let page = tasks::charges_after(conn, after, PAGE)?;
    let ids: Vec<String> = page.iter().map(|charge| charge.id.clone()).collect();
    let booked = credits::booked_for_tasks(conn, &ids)?;
    for Charge { id, status, credits, credits_refunded, error_code } in page {
        let (spent, returned) = booked.get(&id).copied().unwrap_or_default();
        let faults = &mut checked.report.faults;
        if spent != credits || returned != credits_refunded {
            faults.push(format!("{id}: price {credits} and refund {credits_refunded} on the task, {spent} and {returned} in the ledger"));
        }
        if returned > spent {
            faults.push(format!("{id}: {returned} credits were returned of {spent}"));
        }
        // What content rules refuse is refunded as the operator decides.
        let may_be_kept = error_code.as_deref() == Some(Code::ContentRefused.as_str());
        if status == TaskStatus::Failed.as_str() && credits_refunded != credits && !may_be_kept {
            faults.push(format!("{id}: failed, but {credits_refunded} of {credits} credits were returned"));
        }
        checked.report.tasks += 1;
        checked.last = Some(id);
    }
    Ok(checked)
}
