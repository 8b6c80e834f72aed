//! Words that say "not finished".

use super::sources::{rust_in, with_ending};

/// In halves, so that this file does not find itself.
const UNFINISHED: [(&str, &str); 6] = [("TO", "DO"), ("FIX", "ME"), ("XX", "X:"), ("db", "g!("), ("to", "do!("), ("unimple", "mented!(")];

#[test]
fn nothing_is_left_for_later() {
    let mut found = Vec::new();
    for source in with_ending(&[".rs", ".ts", ".tsx", ".mjs", ".js", ".css", ".sh", ".sql", ".py", ".lua"]) {
        for (number, line) in source.text.lines().enumerate() {
            if UNFINISHED.iter().any(|(first, second)| line.contains(&format!("{first}{second}"))) {
                found.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    let mut found = Vec::new();
    for source in rust_in("backend/src").into_iter().chain(rust_in("crates")) {
        for (number, line) in source.product().lines().enumerate() {
            if line.contains(".unwrap()") && !line.trim_start().starts_with("//") {
                found.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn every_source_file_of_the_back_end_says_what_it_is_for() {
    let silent = rust_in("backend/src").into_iter().chain(rust_in("crates")).filter(|source| {
        let nested = source.path.ends_with("/build.rs") || source.path.contains("/tests/") || source.path.ends_with("/tests.rs");
        !nested && !source.text.starts_with("//!")
    });
    assert_eq!(silent.map(|source| source.path).collect::<Vec<_>>(), Vec::<String>::new());
}
