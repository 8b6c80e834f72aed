//! The program `fake-bucket`: its first line has the settings, and its rule for browsers is that of `--origin`.
#![expect(clippy::expect_used, reason = "tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Ends with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // One that ended by itself cannot be killed.
        let _gone = self.0.kill();
        let _status = self.0.wait();
    }
}

/// The status line of the answer to a browser that asks before it puts.
fn asked_before_a_put(endpoint: &str, origin: &str) -> String {
    let address = endpoint.trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).expect("it listens");
    write!(
        socket,
        "OPTIONS /pictures/a HTTP/1.1\r\nHost: {address}\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: PUT\r\n\
         Access-Control-Request-Headers: content-type\r\nConnection: close\r\n\r\n"
    )
    .expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers");
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn it_prints_its_settings_and_lets_pages_of_one_origin_put() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fake-bucket"));
    program.args(["--origin", "http://localhost:3000"]).stdout(Stdio::piped());
    let mut program = Program(program.spawn().expect("it starts"));
    let mut line = String::new();
    BufReader::new(program.0.stdout.take().expect("it is piped")).read_line(&mut line).expect("it prints");
    let settings: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(settings["STORAGE_PROVIDER"], "s3");
    let endpoint = settings["S3_ENDPOINT"].as_str().expect("an address");
    assert_eq!(asked_before_a_put(endpoint, "http://localhost:3000"), "HTTP/1.1 200 OK");
    assert_eq!(asked_before_a_put(endpoint, "http://evil.example"), "HTTP/1.1 403 Forbidden");
}
