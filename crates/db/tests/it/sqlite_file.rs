//! Opening an SQLite file safely.

use crate::accounts::{insert, insert_committed, migrations, names, raw};
use db::{Database, Error, OpenError, Options};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn server(path: &Path) -> Options {
    Options { exclusive: true, ..Options::new(path.to_string_lossy()) }
}

#[tokio::test]
async fn one_server_at_a_time_works_on_a_file_and_commands_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let first = Database::open(server(&path)).await.unwrap();
    first.migrate(migrations()).await.unwrap();
    let second = Database::open(server(&path)).await;
    let Err(OpenError::InUse { holder, .. }) = second else { panic!("a second server was let in") };
    assert_eq!(holder, Some(std::process::id()));

    let command = Database::open(Options::new(path.to_string_lossy())).await.unwrap();
    insert_committed(&command, "by command").await;
    assert_eq!(names(&first).await, ["by command"]);
    command.close().await;

    first.close().await;
    assert!(Database::open(server(&path)).await.is_ok());
}

#[tokio::test]
async fn after_close_everything_is_in_the_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let db = Database::open(server(&path)).await.unwrap();
    db.migrate(migrations()).await.unwrap();
    insert_committed(&db, "a").await;
    db.close().await;
    let wal = folder.path().join("a.sqlite-wal");
    assert!(!wal.exists() || wal.metadata().unwrap().len() == 0);
    // Only the file itself is carried elsewhere.
    let copy = folder.path().join("copy.sqlite");
    std::fs::copy(&path, &copy).unwrap();
    let copied = Database::open(Options::new(copy.to_string_lossy())).await.unwrap();
    assert_eq!(names(&copied).await, ["a"]);
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_of_the_unit_kept() {
    let folder = tempfile::tempdir().unwrap();
    let db = Database::open(server(&folder.path().join("a.sqlite"))).await.unwrap();
    db.migrate(migrations()).await.unwrap();
    insert_committed(&db, "a").await;
    let filled = db.write(|connection| {
        // For SQLite a file that may not grow is a full disk. It holds for one connection, and a unit may be run again.
        raw(connection, "PRAGMA max_page_count = 1")?;
        insert(connection, "b")?;
        Ok::<_, Error>(insert(connection, &"c".repeat(100_000))?)
    });
    let error = filled.await.unwrap_err();
    assert!(matches!(&error, Error::Query(error) if db::is_disk_full(error)), "{error:?}");
    assert_eq!(names(&db).await, ["a"]);
    insert_committed(&db, "d").await;
    assert_eq!(names(&db).await, ["a", "d"]);
}

#[tokio::test]
async fn only_the_owner_may_read_a_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/for/it/a.sqlite");
    let db = Database::open(server(&path)).await.unwrap();
    db.migrate(migrations()).await.unwrap();
    insert_committed(&db, "a").await;
    for name in ["a.sqlite", "a.sqlite-wal"] {
        let mode = path.with_file_name(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_a_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "a letter to nobody in particular").unwrap();
    assert!(matches!(Database::open(server(&path)).await, Err(OpenError::NotADatabase(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a letter to nobody in particular");

    assert!(matches!(Database::open(Options::new(":memory:")).await, Err(OpenError::InMemory)));
    let blocked = path.join("below/a/file.sqlite");
    let refused = Database::open(server(&blocked)).await;
    let Err(error @ OpenError::NotWritable { .. }) = refused else { panic!("opened below a file") };
    assert!(error.to_string().contains("Check that the folder"), "{error}");
}
