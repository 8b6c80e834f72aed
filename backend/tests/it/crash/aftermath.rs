//! What the database and the disk say after a kill, and at the end.

use std::collections::BTreeSet;
use std::path::Path;

use danqing::jobs::{SWEEP_GRACE, sweep};
use db::Database;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use crate::support::Place;

/// A job that somebody worked on.
#[derive(Debug, Clone, QueryableByName)]
pub struct Claim {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Integer)]
    attempt: i32,
    #[diesel(sql_type = Nullable<Text>)]
    worker: Option<String>,
}

impl Claim {
    /// Whether it was this worker's.
    pub fn is_of(&self, worker: &str) -> bool {
        self.worker.as_deref() == Some(worker)
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// A second connection to the place's database.
pub async fn open(place: &Place) -> Database {
    Database::open(db::Options { pool_size: 1, ..db::Options::new(place.database_url()) }).await.unwrap()
}

/// The tasks' jobs that were claimed when the server died. An SQLite file is read from a copy, so that the server
/// itself is the first to meet the file as the crash left it.
pub async fn interrupted(place: &Place) -> Vec<Claim> {
    let copy = tempfile::tempdir().unwrap();
    let url = if db::testing::on_postgres() {
        place.database_url()
    } else {
        // After a clean stop there is no second file.
        for name in ["database.sqlite", "database.sqlite-wal"].into_iter().filter(|name| place.data().join(name).exists()) {
            std::fs::copy(place.data().join(name), copy.path().join(name)).unwrap();
        }
        copy.path().join("database.sqlite").display().to_string()
    };
    let database = Database::open(db::Options { pool_size: 1, ..db::Options::new(url) }).await.unwrap();
    let claimed = claims(&database).await;
    database.close().await;
    claimed
}

/// The tasks' jobs that are claimed now.
pub async fn claims(database: &Database) -> Vec<Claim> {
    let query = "SELECT id, attempt, worker FROM jobs WHERE lease_until IS NOT NULL AND queue = 'engine'";
    database.read::<_, db::Error, _>(move |conn| Ok(diesel::sql_query(query).load(conn)?)).await.unwrap()
}

/// Those of the interrupted jobs that still exist and that nobody has claimed since.
pub async fn still_waiting(database: &Database, interrupted: &[Claim]) -> Vec<Claim> {
    let query = "SELECT id, attempt, worker FROM jobs WHERE queue = 'engine'";
    let now: Vec<Claim> = database.read::<_, db::Error, _>(move |conn| Ok(diesel::sql_query(query).load(conn)?)).await.unwrap();
    let waits = |before: &&Claim| now.iter().any(|job| job.id == before.id && job.attempt <= before.attempt);
    interrupted.iter().filter(waits).cloned().collect()
}

/// Everything that must hold when all work is done and the server has stopped.
pub async fn check(place: &Place, accepted: &BTreeSet<String>) {
    check_with(place, accepted, &place.data().join("objects")).await;
}

/// The same where pictures lie in another folder, such as that of a bucket.
pub async fn check_with(place: &Place, accepted: &BTreeSet<String>, objects: &Path) {
    eprintln!("{}", place.run(&["ledger", "verify"]));
    let app = place.app().await;
    let tasks = lines(&app.database, "SELECT id || ' ' || status AS line FROM ai_tasks ORDER BY id").await;
    let delivered: Vec<String> = accepted.iter().map(|id| format!("{id} completed")).collect();
    assert_eq!(tasks, delivered, "what was accepted is there, delivered, and nothing else");
    let spent = "SELECT task_id AS line FROM credit_transactions WHERE transaction_type = 'spend' ORDER BY task_id";
    assert_eq!(lines(&app.database, spent).await, accepted.iter().cloned().collect::<Vec<_>>(), "each was charged once");
    let refunded = "SELECT task_id AS line FROM credit_transactions WHERE transaction_type = 'refund'";
    assert_eq!(lines(&app.database, refunded).await, Vec::<String>::new());
    assert_eq!(lines(&app.database, "SELECT kind AS line FROM jobs WHERE queue = 'engine'").await, Vec::<String>::new());
    let ended = "SELECT task_id AS line FROM task_attempts WHERE state = 'succeeded' ORDER BY task_id";
    assert_eq!(lines(&app.database, ended).await, accepted.iter().cloned().collect::<Vec<_>>(), "one attempt of each succeeded");
    let open = "SELECT task_id AS line FROM task_attempts WHERE state NOT IN ('succeeded', 'lost')";
    assert_eq!(lines(&app.database, open).await, Vec::<String>::new(), "the others were lost with their server");

    app.clock.advance(2 * SWEEP_GRACE);
    let swept = sweep(&app).await.unwrap();
    eprintln!("{swept} objects without a row were swept");
    let rows = "SELECT object_key AS line FROM files UNION ALL SELECT thumbnail_key FROM files";
    let named: BTreeSet<String> = lines(&app.database, rows).await.into_iter().collect();
    assert_eq!(files_below(objects), named, "objects on the disk and objects that rows name");
    assert_eq!(files_below(&app.temporary_folder()), BTreeSet::new());
}

async fn lines(database: &Database, query: &'static str) -> Vec<String> {
    let found: Vec<Line> = database.read::<_, db::Error, _>(move |conn| Ok(diesel::sql_query(query).load(conn)?)).await.unwrap();
    found.into_iter().map(|row| row.line).collect()
}

/// Paths of all files in a folder, relative to it. The disk itself is asked, since the store hides unfinished files.
fn files_below(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found
}
