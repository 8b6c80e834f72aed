//! The program for tests that do not run in Rust.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::house;

#[test]
fn it_prints_its_addresses_and_serves() {
    let mut program =
        Command::new(env!("CARGO_BIN_EXE_fake-vendors")).args(["--key", "other"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(program.stdout.take().expect("an output")).read_line(&mut line).expect("a line");
    let addresses: Value = serde_json::from_str(&line).expect("JSON");
    let url = format!("{}/models", addresses["vendors"]["openai"].as_str().expect("an address"));
    // Only the client of this house is used.
    let answer = house().send("GET", &url, &[("authorization", "Bearer other")], b"").expect("an answer");
    program.kill().expect("it ends");
    program.wait().expect("it ended");
    assert_eq!(answer.status, 200);
}
