//! The program as scripts start it.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[test]
fn the_program_says_first_how_it_is_reached_and_then_answers() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fake-bucket")).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let settings: serde_json::Value = serde_json::from_str(&line).unwrap();
    let address = settings["S3_ENDPOINT"].as_str().unwrap().strip_prefix("http://").unwrap();
    assert!(TcpStream::connect(address.trim_end_matches('/')).is_ok());
    assert_eq!(settings["STORAGE_PROVIDER"], "s3");
    child.kill().unwrap();
    child.wait().unwrap();
}
