//! Proves the books: every balance follows from its chain of rows, every chain is unbroken, every task was charged and
//! refunded as its row says, every payment and code gave what it was worth, what is owed was taken back and not repaid yet.
//! Reads only, in pages, so it can run beside the server.

use db::{Connection, Database};
use diesel::QueryResult;

use crate::database::credits::{self, Balance, Booked};
use crate::database::files;
use crate::database::tasks::{self, Charge};
use crate::error::{Code, Failure};
use crate::models::credits::{Reason, TransactionType};
use crate::models::task::{ResultMetadata, TaskStatus};

mod codes;
mod payments;

/// Rows read at a time.
const PAGE: i64 = 500;
/// The facts about the results of a task that has none yet, or is deleted.
const NO_FACTS: &str = "{}";

/// What was checked and what was wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Accounts checked.
    pub accounts: u64,
    /// Ledger rows checked.
    pub transactions: u64,
    /// Tasks checked against their rows.
    pub tasks: u64,
    /// Payments checked against their rows.
    pub payments: u64,
    /// Codes that were redeemed, checked against their rows.
    pub codes: u64,
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
    for check in [accounts, charges, payments::page, codes::page] {
        let mut after = String::new();
        loop {
            let from = after.clone();
            let page = database.read::<_, Failure, _>(move |conn| Ok(check(conn, &from)?)).await?;
            let Some(last) = page.last else { break };
            after = last;
            report.add(page.report);
        }
    }
    Ok(report)
}

impl Report {
    fn add(&mut self, other: Report) {
        self.accounts += other.accounts;
        self.transactions += other.transactions;
        self.tasks += other.tasks;
        self.payments += other.payments;
        self.codes += other.codes;
        self.credits += other.credits;
        self.faults.extend(other.faults);
    }
}

/// A page of what is checked, and the last id on it.
#[derive(Default)]
struct Checked {
    report: Report,
    last: Option<String>,
}

fn accounts(conn: &mut Connection, after: &str) -> QueryResult<Checked> {
    let mut checked = Checked::default();
    for (user_id, balance) in credits::balances_after(conn, after, PAGE)? {
        account(conn, &user_id, &balance, &mut checked.report)?;
        checked.last = Some(user_id);
    }
    Ok(checked)
}

fn account(conn: &mut Connection, user_id: &str, balance: &Balance, report: &mut Report) -> QueryResult<()> {
    let (mut running, mut earned, mut spent, mut seq, mut repaid) = (0_i64, 0_i64, 0_i64, 0_i64, 0_i64);
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
            if row.reason()? == Reason::Debt {
                repaid -= row.amount;
            }
            running = row.balance_after;
            seq = row.seq;
            report.transactions += 1;
        }
    }
    let debt = credits::owed(conn, user_id)? - repaid;
    let expected = Balance { credits: running, total_earned: earned, total_spent: spent, last_seq: seq, debt, ..*balance };
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
    let mut checked = Checked::default();
    let page = tasks::charges_after(conn, after, PAGE)?;
    let ids: Vec<String> = page.iter().map(|charge| charge.id.clone()).collect();
    let booked = credits::booked_for_tasks(conn, &ids)?;
    for charge in page {
        let booked = booked.get(&charge.id).copied().unwrap_or_default();
        checked.report.faults.extend(charge_faults(&charge, booked));
        checked.report.tasks += 1;
        checked.last = Some(charge.id);
    }
    Ok(checked)
}

/// What does not add up between a task and its rows of the ledger.
fn charge_faults(charge: &Charge, booked: Booked) -> Vec<String> {
    let Charge { id, status, credits, credits_refunded, error_code, result_metadata } = charge;
    let Booked { spent, difference, undelivered } = booked;
    let returned = difference + undelivered;
    let mut faults = Vec::new();
    if spent != *credits || returned != *credits_refunded {
        faults.push(format!("{id}: price {credits} and refund {credits_refunded} on the task, {spent} and {returned} in the ledger"));
    }
    if returned > spent {
        faults.push(format!("{id}: {returned} credits were returned of {spent}"));
    }
    let is_final = TaskStatus::parse(status).is_some_and(TaskStatus::is_final);
    match serde_json::from_str::<ResultMetadata>(result_metadata) {
        // A task that was deleted has lost the facts about its results.
        Ok(_) if is_final && result_metadata == NO_FACTS => {}
        Ok(facts) if facts.price_difference == difference => {}
        Ok(facts) => faults.push(format!("{id}: price difference {} on the task, {difference} in the ledger", facts.price_difference)),
        Err(_) => faults.push(format!("{id}: the facts about its results cannot be read")),
    }
    // What content rules refuse is refunded as the operator decides: all of it, or what a cheaper model costs less.
    let is_kept = error_code.as_deref() == Some(Code::ContentRefused.as_str()) && undelivered == 0;
    if status == TaskStatus::Failed.as_str() && credits_refunded != credits && !is_kept {
        faults.push(format!("{id}: failed, but {credits_refunded} of {credits} credits were returned"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Booked = Booked { spent: 20, difference: 4, undelivered: 0 };

    /// How many faults a task of 20 credits has whose own row agrees with the ledger on the sums.
    fn faults(status: TaskStatus, code: Option<Code>, price_difference: i64, booked: Booked) -> usize {
        let facts = ResultMetadata { engine: "1".to_owned(), price_difference, ..ResultMetadata::default() };
        let charge = Charge {
            id: "task_1".to_owned(),
            status: status.as_str().to_owned(),
            credits: 20,
            credits_refunded: booked.difference + booked.undelivered,
            error_code: code.map(|code| code.as_str().to_owned()),
            result_metadata: serde_json::to_string(&facts).unwrap(),
        };
        charge_faults(&charge, booked).len()
    }

    #[test]
    fn a_failed_task_returns_all_or_where_content_rules_refused_exactly_its_price_difference() {
        let (refused, other) = (Some(Code::ContentRefused), Some(Code::ProviderFailed));
        let all = Booked { difference: 0, undelivered: 20, ..KEPT };
        let nothing = Booked { difference: 0, ..KEPT };
        let failed = |code, price_difference, booked| faults(TaskStatus::Failed, code, price_difference, booked);
        for (code, price_difference, booked) in [(other, 0, all), (refused, 0, all), (refused, 0, nothing), (refused, 4, KEPT)] {
            assert_eq!(failed(code, price_difference, booked), 0, "{code:?} {price_difference} {booked:?}");
        }
        let some = Booked { difference: 0, undelivered: 4, ..KEPT };
        let both = Booked { undelivered: 6, ..KEPT };
        for (code, price_difference, booked) in [
            (other, 4, KEPT),
            (other, 0, nothing),
            (refused, 3, KEPT),
            (refused, 0, KEPT),
            (refused, 4, nothing),
            (refused, 0, some),
            (refused, 4, both),
        ] {
            assert_eq!(failed(code, price_difference, booked), 1, "{code:?} {price_difference} {booked:?}");
        }
    }

    #[test]
    fn the_difference_of_a_cheaper_model_is_what_the_task_says_until_it_is_deleted() {
        let fewer = Booked { undelivered: 10, ..KEPT };
        assert_eq!(faults(TaskStatus::Completed, None, 4, fewer), 0);
        assert_eq!(faults(TaskStatus::Completed, None, 5, fewer), 1);
        assert_eq!(faults(TaskStatus::Processing, None, 0, KEPT), 1);
        let deleted = |status: TaskStatus| Charge {
            id: "task_1".to_owned(),
            status: status.as_str().to_owned(),
            credits: 20,
            credits_refunded: 4,
            error_code: None,
            result_metadata: NO_FACTS.to_owned(),
        };
        assert_eq!(charge_faults(&deleted(TaskStatus::Completed), KEPT), Vec::<String>::new());
        assert_eq!(charge_faults(&deleted(TaskStatus::Processing), KEPT).len(), 1);
    }
}
