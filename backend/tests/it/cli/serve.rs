//! `danqing serve`

use std::io::{Read, Write};
use std::net::TcpStream;

use fake_bucket::FakeBucket;
use serde_json::json;

use crate::support::bucket::settings_of;
use crate::support::{Place, photo, upscale};

#[tokio::test]
async fn a_server_says_where_it_is_answers_and_stops_when_asked() {
    let place = Place::new().await;
    let server = place.serve();
    assert!(server.greeting().contains(" is at http://localhost:0 (port "), "{}", server.greeting());
    assert_eq!(server.visitor().get("/api/app").expect(200)["setupRequired"], true);
    let owner = server.owner(&place);
    assert_eq!(owner.get("/api/me").expect(200)["user"]["role"], "owner");
    assert!(server.stop().success());
}

#[test]
fn a_taken_port_is_told_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let complaint = Place::on_sqlite(&[]).refuse(&["serve", "--host", "127.0.0.1", "--port", &port]);
    assert!(complaint.contains("--port") && complaint.contains(&port), "{complaint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_refuses_stops_the_start_and_one_that_is_away_does_not() {
    let bucket = FakeBucket::start().await.unwrap();
    let mut place = Place::on_sqlite(&[]);
    for (name, value) in settings_of(&bucket) {
        place.set(name, &value);
    }
    tokio::task::block_in_place(|| {
        assert!(place.serve().stop().success());
        place.set("S3_SECRET_ACCESS_KEY", "another");
        let complaint = place.refuse(&["serve", "--host", "127.0.0.1", "--port", "0"]);
        assert!(complaint.contains("refuses the signature") && complaint.contains("Correct S3_SECRET_ACCESS_KEY"), "{complaint}");
        assert!(!complaint.contains("another"), "{complaint}");
        place.set("S3_BUCKET_NAME", "elsewhere");
        place.set("S3_SECRET_ACCESS_KEY", &bucket.options.secret_access_key);
        let complaint = place.refuse(&["serve", "--host", "127.0.0.1", "--port", "0"]);
        assert!(complaint.contains("There is no bucket elsewhere"), "{complaint}");
        place.set("S3_ENDPOINT", "http://127.0.0.1:9");
        assert!(place.serve().stop().success());
    });
}

#[tokio::test]
async fn a_page_hears_of_the_end_of_a_task_that_a_process_of_its_own_ran() {
    if !db::testing::on_postgres() {
        return; // An SQLite file admits one server.
    }
    let place = Place::new().await;
    let server = place.serve_with(&["--role", "api"]);
    server.owner(&place);
    let li = server.visitor();
    li.post("/api/auth/register", json!({ "email": "li@example.com", "password": "a long password" })).expect(201);
    let picture = li.upload("photo.png", &photo(24, 16)).expect(201)["files"][0]["id"].as_str().unwrap().to_owned();
    let mut told = li.watch();
    let task = li.post("/api/tasks", upscale(&[picture])).expect(202)["id"].clone();
    let _worker = place.work();
    let done = told.find(|event| event["id"] == task && !event["completedAt"].is_null()).unwrap();
    assert_eq!(done["status"], "completed");
}

#[tokio::test]
async fn accounts_outlive_a_server_that_is_killed() {
    let place = Place::new().await;
    let first = place.serve();
    let owner = first.owner(&place);
    first.kill();
    let second = place.serve();
    assert_eq!(owner.moved_to(second.port()).get("/api/me").expect(200)["user"]["email"], "owner@example.com");
}

#[tokio::test]
async fn half_requests_of_a_stranger_keep_nobody_out() {
    let place = Place::new().await;
    let server = place.serve_under("-n 256");
    let half = |_| {
        let mut connection = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        // The server may have closed an earlier one for it, not this one.
        connection.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
        connection
    };
    let halves: Vec<TcpStream> = (0..300).map(half).collect();
    let owner = server.owner(&place);
    assert_eq!(owner.get("/api/me").expect(200)["user"]["role"], "owner");
    assert!(server.stop().success());
    drop(halves);
}

#[tokio::test]
async fn the_limit_on_open_files_is_raised_as_far_as_it_is_needed_and_allowed() {
    let place = Place::new().await;
    let server = place.serve_under("-S -n 256");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.pid())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let [soft, hard] = line.split_whitespace().skip(3).take(2).map(|word| word.parse().unwrap_or(u64::MAX)).collect::<Vec<_>>()[..] else {
        panic!("{line}")
    };
    assert!(soft >= hard.min(40_000), "{line}");
}

/// What a server answers to a request whose body is far larger than it takes, and which the client sends to its end before it
/// reads.
fn answer_to_too_much(port: u16, head: &str) -> String {
    const BODY_BYTES: usize = 5 << 20;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    write!(stream, "{head}\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {BODY_BYTES}\r\n\r\n").unwrap();
    for piece in vec![b' '; BODY_BYTES].chunks(64 << 10) {
        stream.write_all(piece).unwrap();
    }
    let mut answer = String::new();
    while !answer.contains("}") {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).unwrap();
        assert!(count > 0, "{answer}");
        answer.push_str(&String::from_utf8_lossy(&piece[..count]));
    }
    answer
}

#[tokio::test]
async fn whoever_sends_far_too_much_can_read_why_it_is_refused() {
    let place = Place::new().await;
    let server = place.serve();
    let told = answer_to_too_much(server.port(), "POST /api/auth/login HTTP/1.1");
    assert!(told.starts_with("HTTP/1.1 413 ") && told.contains("body_too_large"), "{told}");
    // Refused before anything of the body is looked at.
    for (head, status) in [("POST /api/tasks/quote HTTP/1.1", "401"), ("POST /api/nothing HTTP/1.1", "404")] {
        let told = answer_to_too_much(server.port(), head);
        assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{told}");
    }
}
