//! `danqing migrate`, `danqing openapi`, and databases that a command must not touch.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::support::Place;

#[tokio::test]
async fn migrating_twice_is_the_same_as_once() {
    let place = Place::new().await;
    assert_eq!(place.run(&["migrate"]), "ok");
    assert_eq!(place.run(&["migrate"]), "ok");
    assert!(place.run(&["ledger", "verify"]).contains("0 faults"));
}

#[tokio::test]
async fn ten_processes_that_start_at_once_on_an_empty_database_make_its_schema_together() {
    if !db::testing::on_postgres() {
        return; // An SQLite file has one server.
    }
    let place = Place::new().await;
    let mut connection = PgConnection::establish(&place.database_url()).unwrap();
    connection.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").unwrap();
    let starting: Vec<_> = (0..10).map(|_| place.command(&["migrate"]).spawn().unwrap()).collect();
    for mut process in starting {
        assert!(process.wait().unwrap().success());
    }
    assert!(place.run(&["ledger", "verify"]).contains("0 faults"));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let place = Place::on_sqlite(&[]);
    place.run(&["migrate"]);
    let file = place.data().join("database.sqlite");
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    connection.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99999999999999')").unwrap();
    drop(connection);
    for arguments in [&["migrate"][..], &["serve", "--port", "0"], &["ledger", "verify"]] {
        let complaint = place.refuse(arguments);
        assert!(complaint.contains("newer version") && complaint.contains("99999999999999"), "{complaint}");
    }
}

#[tokio::test]
async fn one_server_at_a_time_has_an_sqlite_file() {
    let place = Place::on_sqlite(&[]);
    let server = place.serve();
    let complaint = place.refuse(&["serve", "--port", "0"]);
    assert!(complaint.contains("in use by another server"), "{complaint}");
    server.kill();
    assert!(place.serve().stop().success());
}

#[tokio::test]
async fn the_printed_document_is_the_one_that_is_served() {
    let place = Place::new().await;
    let printed: serde_json::Value = serde_json::from_str(&place.run(&["openapi"])).unwrap();
    assert_eq!(printed, place.serve().visitor().get("/api/openapi.json").expect(200));
}
