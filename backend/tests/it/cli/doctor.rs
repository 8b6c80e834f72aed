//! `danqing doctor`: each line says that something is well, or exactly what to change.

use diesel::RunQueryDsl;
use fake_bucket::{FakeBucket, Options as BucketOptions, Rule};
use fake_vendors::{FakeVendors, Options, Vendor};
use serde_json::Value;

use crate::support::Place;
use crate::support::bucket::settings_of;
use crate::support::mail::Post;
use crate::support::studio::{KEY, house};

/// What it prints for programs, and whether it was content.
pub fn examined(place: &Place) -> (Value, bool) {
    let output = place.run_with_input(&["doctor", "--json"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains(KEY) && !String::from_utf8(output.stderr).unwrap().contains(KEY));
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(report["ok"], output.status.success());
    assert_eq!(output.status.code(), Some(i32::from(!output.status.success())));
    (report["lines"].clone(), output.status.success())
}

/// The lines of one part: state, message, advice.
fn lines(report: &Value, check: &str) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_check = report.as_array().unwrap().iter().filter(|line| line["check"] == check);
    of_check.map(|line| (text(&line["state"]), text(&line["message"]), text(&line["advice"]))).collect()
}

/// The only line of a part.
#[track_caller]
pub fn the_line(report: &Value, check: &str) -> (String, String, String) {
    let found = lines(report, check);
    assert_eq!(found.len(), 1, "{check}: {report}");
    found[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_start_nothing_is_made_by_looking() {
    let place = Place::on_sqlite(&[]);
    let (report, content) = examined(&place);
    assert!(content, "{report}");
    assert_eq!(the_line(&report, "database").0, "ok");
    assert!(the_line(&report, "vendors").2.contains("OPENAI_API_KEY"));
    assert!(!place.data().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_studio_that_works_is_found_well_beside_its_server() {
    let fakes = house().await;
    let place = Place::with(&[("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", &fakes.base_url(Vendor::OpenAi))]).await;
    tokio::task::block_in_place(|| {
        let server = place.serve();
        server.owner(&place);
        let (report, content) = examined(&place);
        assert!(content, "{report}");
        for check in ["settings", "domain", "data", "open_files", "secrets", "database", "schema", "integrity", "books", "clock", "vendors"]
        {
            assert_eq!(lines(&report, check).iter().filter(|line| line.0 == "failure").count(), 0, "{check}: {report}");
            assert!(!lines(&report, check).is_empty(), "{check}: {report}");
        }
        assert!(the_line(&report, "vendors").1.contains("OPENAI_API_KEY"), "the account is named by its variable");
        let printed = place.run(&["doctor"]);
        assert!(printed.lines().any(|line| line.starts_with("ok") && line.contains("integrity")), "{printed}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_is_told_from_a_vendor_that_cannot_be_reached() {
    let fakes = FakeVendors::start_with(Options::default()).await.unwrap();
    let place = Place::on_sqlite(&[
        ("OPENAI_API_KEY", KEY),
        ("OPENAI_BASE_URL", &fakes.base_url(Vendor::OpenAi)),
        ("FAL_API_KEY", KEY),
        ("FAL_BASE_URL", "http://127.0.0.1:9"),
    ]);
    let (report, content) = tokio::task::block_in_place(|| examined(&place));
    assert!(!content);
    let vendors = lines(&report, "vendors");
    let of = |name: &str| vendors.iter().find(|line| line.1.contains(name)).unwrap_or_else(|| panic!("{name}: {report}"));
    let (state, message, advice) = of("OPENAI_API_KEY");
    assert_eq!(state, "failure");
    assert!(message.contains("refuses the key") && advice.contains("https://platform.openai.com/api-keys"), "{message} {advice}");
    let (state, message, advice) = of("FAL_API_KEY");
    assert_eq!(state, "failure");
    assert!(message.contains("no connection") && advice.contains("HTTPS_PROXY") && advice.contains("FAL_BASE_URL"), "{message} {advice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_used_and_weak_secrets_are_named() {
    let place = Place::on_sqlite(&[("MAX_PIXELS", "lots")]);
    let (report, content) = examined(&place);
    assert!(!content && the_line(&report, "settings").1.contains("MAX_PIXELS"), "{report}");

    let weak = "abababababababababababababababababab";
    let strong = "0123456789abcdefghijklmnopqrstuvwxyz";
    let place = Place::on_sqlite(&[("JWT_SECRET", weak), ("ENCRYPTION_KEY", strong), ("WEBHOOK_SECRET", strong), ("HOST", "0.0.0.0")]);
    let (report, content) = examined(&place);
    let secrets = lines(&report, "secrets");
    assert!(!content && secrets[0].1.contains("JWT_SECRET") && secrets[0].2.contains("openssl rand"), "{report}");
    assert_eq!((secrets.len(), secrets[1].0.as_str()), (2, "warning"), "two are the same");
    let (state, message, advice) = the_line(&report, "domain");
    assert!(state == "warning" && message.contains("0.0.0.0") && advice.contains("DOMAIN"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_or_foreign_database_is_told_with_what_to_do() {
    let place = Place::on_sqlite(&[]);
    tokio::task::block_in_place(|| {
        place.run(&["migrate"]);
        let path = place.data().join("database.sqlite");
        let mut bytes = std::fs::read(&path).unwrap();
        // Every page but the first two, which hold what is needed to open it.
        bytes[8192..].iter_mut().step_by(7).for_each(|byte| *byte ^= 0x5a);
        std::fs::write(&path, bytes).unwrap();
        let (report, content) = examined(&place);
        assert!(!content && report.to_string().contains("backup"), "{report}");

        std::fs::write(&path, "no database at all, but long enough to be taken for one".repeat(100)).unwrap();
        let (report, content) = examined(&place);
        assert!(!content && the_line(&report, "database").2.contains("DATABASE_URL"), "{report}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_server_is_tried_up_to_the_sender_and_what_to_change_is_said() {
    let post = Post::new();
    let settings = post.settings("implicit");
    let mut settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (state, message, _) = the_line(&examined(&Place::on_sqlite(&settings)).0, "mail");
    assert!(state == "ok" && message.contains("takes mail from studio-"), "{message}");
    settings.push(("SMTP_PASS", "another-password-of-the-mailbox"));
    let (report, content) = examined(&Place::on_sqlite(&settings));
    let (state, message, advice) = the_line(&report, "mail");
    assert!(!content && state == "failure" && message.contains("refuses user and password"), "{message}");
    assert!(advice.contains("SMTP_PASS") && !report.to_string().contains("another-password"), "{report}");
    let (state, _, advice) = the_line(&examined(&Place::on_sqlite(&[])).0, "mail");
    assert!(state == "ok" && advice.contains("SMTP_HOST"), "{advice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_is_asked_when_it_is_configured() {
    let Ok(url) = std::env::var("TEST_REDIS_URL") else { return };
    let place = Place::on_sqlite(&[("REDIS_URL", &url)]);
    assert_eq!(the_line(&examined(&place).0, "redis").0, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_does_not_answer_or_refuses_is_told() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let refusing = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 1024];
        let count = stream.read(&mut asked).await.unwrap();
        // The client sends its name along with the password.
        let refusals =
            "-WRONGPASS invalid username-password pair\r\n-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n";
        stream.write_all(refusals.as_bytes()).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
        String::from_utf8(asked[..count].to_vec()).unwrap()
    });
    let place = Place::on_sqlite(&[("REDIS_URL", &format!("redis://:p%40ss@{address}"))]);
    let (report, content) = tokio::task::block_in_place(|| examined(&place));
    assert!(refusing.await.unwrap().starts_with("*2\r\n$4\r\nAUTH\r\n$4\r\np@ss\r\n"));
    let (state, message, advice) = the_line(&report, "redis");
    assert!(!content && state == "failure" && message.contains("refuses") && advice.contains("REDIS_URL"), "{report}");
    assert!(!report.to_string().contains("p@ss"));
    let (report, _) = tokio::task::block_in_place(|| examined(&place));
    assert!(the_line(&report, "redis").1.contains("cannot be reached"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_speaks_chinese_and_else_the_language_of_the_shell() {
    let mut place = Place::on_sqlite(&[]);
    place.set("DEFAULT_LOCALE", "zh-CN");
    assert!(tokio::task::block_in_place(|| place.run(&["doctor"])).contains("数据库"));
    let mut english = place.command(&["doctor"]);
    let english = tokio::task::block_in_place(|| english.env_remove("DEFAULT_LOCALE").env("LANG", "en_US.UTF-8").output().unwrap());
    assert!(!String::from_utf8_lossy(&english.stdout).contains("数据库"));
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_keys_that_cannot_be_read_have_a_line_of_their_own_and_looking_makes_no_folder() {
    let place = Place::on_sqlite(&[]);
    tokio::task::block_in_place(|| place.run(&["migrate"]));
    let temporary = place.data().join("tmp");
    drop(std::fs::remove_dir_all(&temporary));
    assert!(lines(&tokio::task::block_in_place(|| examined(&place)).0, "stored_keys").is_empty());
    assert!(!temporary.exists());
    let url = place.data().join("database.sqlite").display().to_string();
    let database = db::Database::open(db::Options::new(url)).await.unwrap();
    let drop_table = |conn: &mut db::Connection| Ok(diesel::sql_query("DROP TABLE provider_credentials").execute(conn)?);
    database.write::<_, db::Error, _>(drop_table).await.unwrap();
    database.close().await;
    let (report, content) = tokio::task::block_in_place(|| examined(&place));
    let (state, message, _) = the_line(&report, "stored_keys");
    assert!(!content && state == "failure" && message.contains("provider_credentials"), "{report}");
}

/// A place whose pictures are in this bucket.
fn with_bucket(bucket: &FakeBucket, more: &[(&str, &str)]) -> Place {
    let ours = settings_of(bucket);
    let ours: Vec<(&str, &str)> = ours.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Place::on_sqlite(&[&ours[..], more].concat())
}

/// The lines about the bucket by their state.
fn states<'a>(report: &'a Value, state: &str) -> Vec<&'a str> {
    let of_bucket = report.as_array().unwrap().iter().filter(|line| line["state"] == state);
    of_bucket.filter_map(|line| line["check"].as_str()).filter(|check| check.starts_with("bucket")).collect()
}

fn objects(bucket: &FakeBucket) -> usize {
    std::fs::read_dir(bucket.file("quarantine")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_is_tried_in_every_way_that_pictures_need_and_nothing_stays_in_it() {
    let cors = Some(Rule::puts_from("http://localhost:3000"));
    let bucket = FakeBucket::start_with(BucketOptions { cors, ..BucketOptions::default() }).await.unwrap();
    let (report, content) = tokio::task::block_in_place(|| examined(&with_bucket(&bucket, &[])));
    assert!(content, "{report}");
    let all =
        "bucket bucket_clock bucket_write bucket_read bucket_private bucket_delete bucket_public bucket_type bucket_length bucket_cors";
    assert_eq!(states(&report, "ok").join(" "), all, "{report}");
    assert_eq!(objects(&bucket), 0);
    assert!(!report.to_string().contains(&bucket.options.secret_access_key));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_lets_no_page_in_is_told_with_the_rule_to_paste() {
    let bucket = FakeBucket::start().await.unwrap();
    tokio::task::block_in_place(|| {
        let (report, content) = examined(&with_bucket(&bucket, &[("DOMAIN", "http://127.0.0.1:8080")]));
        assert!(content, "pictures go through the server: {report}");
        let (state, _, advice) = the_line(&report, "bucket_cors");
        let rule: Value = serde_json::from_str(&advice[advice.find('[').unwrap()..]).unwrap();
        assert_eq!((state.as_str(), &rule[0]["AllowedOrigins"][0]), ("warning", &Value::from("http://127.0.0.1:8080")));
        let (report, _) = examined(&with_bucket(&bucket, &[("DOMAIN", "https://studio.example.com")]));
        let (state, message, advice) = the_line(&report, "bucket_public");
        assert!(state == "warning" && message.contains("studio.example.com") && advice.contains("S3_PUBLIC_ENDPOINT"), "{report}");
        let (report, content) = examined(&with_bucket(&bucket, &[("S3_PUBLIC_ENDPOINT", "none")]));
        assert!(content && the_line(&report, "bucket_public").0 == "ok" && lines(&report, "bucket_cors").is_empty(), "{report}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_open_or_takes_anything_is_told() {
    let bucket = FakeBucket::start_with(BucketOptions { careless: true, ..BucketOptions::default() }).await.unwrap();
    let (report, content) = tokio::task::block_in_place(|| examined(&with_bucket(&bucket, &[])));
    assert!(!content);
    assert_eq!(states(&report, "failure"), ["bucket_private"], "{report}");
    assert_eq!(states(&report, "warning"), ["bucket_type", "bucket_length", "bucket_cors"], "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_refuses_is_told_with_the_setting_to_change() {
    let bucket = FakeBucket::start().await.unwrap();
    tokio::task::block_in_place(|| {
        let (report, content) = examined(&with_bucket(&bucket, &[("S3_SECRET_ACCESS_KEY", "another")]));
        assert!(!content && the_line(&report, "bucket").2.contains("S3_SECRET_ACCESS_KEY"), "{report}");
        assert_eq!(states(&report, "failure"), ["bucket"]);
    });
}
