//! Bringing a schema up to date, and refusing to.

use crate::accounts::{database, insert_committed, migrations, names, raw};
use db::testing::on_postgres;
use db::{Database, Error, MigrateError, Migrations, Options};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use std::path::PathBuf;

const DEFERRABLE: EmbeddedMigrations = embed_migrations!("tests/refused/deferrable");
const DANGLING: EmbeddedMigrations = embed_migrations!("tests/refused/dangling");

/// The schema as an older program left it: its first migration only.
async fn older_file(folder: &std::path::Path) -> Database {
    let url = folder.join("old.sqlite").to_string_lossy().into_owned();
    let db = Database::open(Options::new(url)).await.unwrap();
    db.migrate(migrations()).await.unwrap();
    insert_committed(&db, "kept").await;
    let undo = "DROP TABLE notes; DELETE FROM __diesel_schema_migrations WHERE version = '00000000000002'";
    db.write(move |connection| Ok::<_, Error>(raw(connection, undo)?)).await.unwrap();
    db
}

fn none() -> EmbeddedMigrations {
    EmbeddedMigrations::new(&[])
}

#[tokio::test]
async fn an_empty_file_is_migrated_without_a_copy_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("new/a.sqlite").to_string_lossy().into_owned();
    let db = Database::open(Options::new(url)).await.unwrap();
    let first = db.migrate(migrations()).await.unwrap();
    assert_eq!(first.applied, ["00000000000001", "00000000000002"]);
    assert_eq!(first.copy, None);
    let second = db.migrate(migrations()).await.unwrap();
    assert_eq!((second.applied.len(), second.copy), (0, None));
}

#[tokio::test]
async fn a_file_with_data_is_copied_before_it_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let db = older_file(folder.path()).await;
    let report = db.migrate(migrations()).await.unwrap();
    assert_eq!(report.applied, ["00000000000002"]);
    let copy = report.copy.unwrap();
    assert_eq!(copy, folder.path().join("old.sqlite.before-00000000000001"));
    assert_eq!(names(&db).await, ["kept"]);

    let copied = Database::open(Options::new(copy.to_string_lossy())).await.unwrap();
    assert_eq!(names(&copied).await, ["kept"]);
    assert_eq!(copied.migrate(migrations()).await.unwrap().applied, ["00000000000002"]);
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_words() {
    let db = database().await;
    let refused = db.migrate(Migrations { sqlite: none(), postgres: none() }).await;
    let error = refused.unwrap_err();
    assert!(matches!(&error, MigrateError::Newer(version) if version == "00000000000002"), "{error:?}");
    assert!(error.to_string().contains("newer version"), "{error}");
}

#[tokio::test]
async fn a_file_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("other.sqlite").to_string_lossy().into_owned();
    let db = Database::open(Options::new(url)).await.unwrap();
    db.write(|connection| Ok::<_, Error>(raw(connection, "CREATE TABLE theirs (id INTEGER)")?)).await.unwrap();
    assert!(matches!(db.migrate(migrations()).await, Err(MigrateError::Foreign(_))));
}

#[tokio::test]
async fn a_copy_that_cannot_be_made_stops_the_migration() {
    let folder = tempfile::tempdir().unwrap();
    let db = older_file(folder.path()).await;
    // A folder in the place of the copy: it can neither be removed as a file nor written to.
    std::fs::create_dir(folder.path().join("old.sqlite.before-00000000000001")).unwrap();
    let refused = db.migrate(migrations()).await;
    assert!(matches!(&refused, Err(MigrateError::Copy { .. })), "{refused:?}");
    let left: Vec<PathBuf> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.iter().all(|path| path.extension().is_none_or(|end| end != "part")), "{left:?}");
    assert!(db.write(|connection| Ok::<_, Error>(raw(connection, "SELECT 1 FROM notes")?)).await.is_err());
}

#[tokio::test]
async fn deferrable_constraints_and_dangling_rows_are_refused_and_undone() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("a.sqlite").to_string_lossy().into_owned();
    let db = Database::open(Options::new(url)).await.unwrap();
    let refused = db.migrate(Migrations { sqlite: DEFERRABLE, postgres: none() }).await;
    assert!(matches!(&refused, Err(MigrateError::Deferrable(table)) if table == "late"), "{refused:?}");

    let refused = db.migrate(Migrations { sqlite: DANGLING, postgres: none() }).await;
    assert!(matches!(&refused, Err(MigrateError::DanglingRows(table)) if table == "child"), "{refused:?}");
    // Neither left anything behind.
    assert_eq!(db.migrate(migrations()).await.unwrap().applied.len(), 2);
}

#[tokio::test]
async fn ten_nodes_that_start_together_migrate_once() {
    let db = if on_postgres() {
        db::testing::database(Migrations { sqlite: none(), postgres: none() }).await.unwrap()
    } else {
        return; // One server at a time there.
    };
    let reports = futures::future::join_all((0..10).map(|_| db.migrate(migrations()))).await;
    let applied: usize = reports.into_iter().map(|report| report.unwrap().applied.len()).sum();
    assert_eq!(applied, 2);
}
