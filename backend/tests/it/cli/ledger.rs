//! `danqing ledger verify`

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use crate::support::Place;

/// A studio on SQLite with one account, whose books somebody then writes to with another program.
fn tampered(sql: &str) -> String {
    let place = Place::on_sqlite(&[]);
    let made = place.run_with_input(&["user", "create", "li@example.com"], "a long password\n");
    assert!(made.status.success(), "{made:?}");
    let fine = place.run(&["ledger", "verify"]);
    assert!(fine.starts_with("1 accounts, 1 ledger rows, 0 tasks, 0 payments and 0 codes checked; 10 credits in all; 0 faults"), "{fine}");
    let file = place.data().join("database.sqlite");
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    connection.batch_execute(sql).unwrap();
    drop(connection);
    let complaint = place.refuse(&["ledger", "verify"]);
    let user = String::from_utf8(made.stdout).unwrap();
    assert!(complaint.contains(user.trim()), "{complaint}");
    complaint
}

#[tokio::test]
async fn a_balance_that_somebody_changed_is_found() {
    let complaint = tampered("UPDATE user_credits SET credits = credits + 5");
    assert!(complaint.contains("15") && complaint.contains("1 faults"), "{complaint}");
}

#[tokio::test]
async fn a_ledger_row_that_somebody_added_is_found() {
    let complaint = tampered(
        "INSERT INTO credit_transactions (user_id, seq, transaction_type, reason, amount, balance_before, balance_after, effect_key, created_at) \
         SELECT user_id, 2, 'earn', 'grant', 90, 10, 100, 'grant:x:earn', created_at FROM credit_transactions",
    );
    assert!(complaint.contains("the balance says"), "{complaint}");
}
