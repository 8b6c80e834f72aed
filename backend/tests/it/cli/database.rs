//! `danqing migrate`, `danqing openapi`, and databases that a command must not touch.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use super::doctor::{examined, the_line};
use crate::support::{OwnPostgres, Place};

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

/// An authority that vouches for others. Its name is another than a server's own, whose certificate would pass for one that
/// vouches for itself.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

#[tokio::test]
async fn over_tls_only_the_server_is_spoken_to_that_the_authority_vouches_for_by_its_name() {
    let (ours, other) = (authority("ours"), authority("another"));
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &ours).unwrap();
    let files = [
        ("server.crt", certificate.pem()),
        ("server.key", key.serialize_pem()),
        // Nobody gets in without TLS.
        ("pg_hba.conf", "hostssl all all all trust\n".to_owned()),
    ];
    let files = files.each_ref().map(|(name, content)| (*name, content.as_str()));
    let Some(postgres) = OwnPostgres::start_with(&files) else { return };
    let roots = tempfile::tempdir().unwrap();
    let place = |host: &str, authority: &CertifiedIssuer<'_, KeyPair>| {
        let path = roots.path().join("authority.pem");
        std::fs::write(&path, authority.pem()).unwrap();
        Place::on(&format!("{}?sslmode=verify-full&sslrootcert={}", postgres.url_at(host), path.display()), &[])
    };
    let right = place("localhost", &ours);
    assert_eq!(right.run(&["migrate"]), "ok");
    assert_eq!(the_line(&examined(&right).0, "database").0, "ok");
    for (host, authority, words) in [("127.0.0.1", &ours, "does not match host name"), ("localhost", &other, "certificate verify failed")] {
        let wrong = place(host, authority);
        let complaint = wrong.refuse(&["migrate"]);
        assert!(complaint.contains(words), "{complaint}");
        let (report, content) = examined(&wrong);
        let (state, message, advice) = the_line(&report, "database");
        assert!(!content && state == "failure" && message.contains(words) && advice.contains("sslrootcert"), "{message} {advice}");
    }
}
