//! Arrows point one way: router, controllers, services, models and database, crates.

use std::collections::BTreeSet;

use super::sources::{root, rust_in};

/// What the files of a layer must not name.
struct Layer {
    path: &'static str,
    never: &'static [&'static str],
}

const LAYERS: &[Layer] = &[
    Layer { path: "backend/src/controllers", never: &["jobs", "router", "cli"] },
    Layer { path: "backend/src/middleware", never: &["controllers", "jobs", "router", "cli"] },
    Layer { path: "backend/src/services", never: &["controllers", "middleware", "jobs", "router", "cli"] },
    Layer { path: "backend/src/jobs", never: &["controllers", "middleware", "router", "cli"] },
    Layer { path: "backend/src/database", never: &["controllers", "middleware", "services", "jobs", "router", "cli", "app"] },
    Layer { path: "backend/src/models", never: &["controllers", "middleware", "services", "jobs", "router", "cli", "app", "database"] },
    Layer { path: "backend/src/config", never: &["controllers", "middleware", "services", "jobs", "router", "cli", "app", "database"] },
];

/// Where types of the web framework may appear.
const HTTP: [&str; 6] = [
    "backend/src/controllers",
    "backend/src/middleware",
    "backend/src/router.rs",
    "backend/src/cli/serve",
    "backend/src/error.rs",
    "backend/src/error/",
];

/// Where queries may be written.
const QUERIES: [&str; 3] = ["backend/src/database", "crates/db/", "crates/jobs/"];
/// What everybody may name of Diesel: results and errors. They pass through on their way up.
const DIESEL_FOR_ALL: [&str; 2] = ["QueryResult", "result::"];

/// Crates that may use one another; all others know only themselves.
const BETWEEN_CRATES: [(&str, &str); 4] = [("jobs", "db"), ("engine", "imaging"), ("providers", "egress"), ("storage", "egress")];

#[test]
fn no_layer_names_one_above_it() {
    let mut wrong = Vec::new();
    for layer in LAYERS {
        for source in rust_in(layer.path) {
            let named = modules_named(source.product());
            wrong.extend(layer.never.iter().filter(|never| named.contains(**never)).map(|never| format!("{} names {never}", source.path)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_web_framework_stays_at_the_edge() {
    let inside = rust_in("backend/src").into_iter().filter(|source| !HTTP.iter().any(|allowed| source.path.starts_with(allowed)));
    let named = inside.filter(|source| code(source.product()).contains("axum"));
    assert_eq!(named.map(|source| source.path).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn queries_are_written_in_one_place() {
    let mut wrong = Vec::new();
    for source in rust_in("").into_iter().filter(|source| !QUERIES.iter().any(|allowed| source.path.starts_with(allowed))) {
        let code = code(source.product());
        let foreign = code.split("diesel::").skip(1).find(|rest| !DIESEL_FOR_ALL.iter().any(|allowed| rest.starts_with(allowed)));
        if let Some(rest) = foreign {
            wrong.push(format!("{}: diesel::{}", source.path, rest.lines().next().unwrap_or_default()));
        }
        if code.contains("database::schema") {
            wrong.push(format!("{} names the schema", source.path));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn crates_know_nothing_of_the_application_and_little_of_each_other() {
    let crates: Vec<String> =
        std::fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let mut wrong = Vec::new();
    for from in &crates {
        let manifest: toml::Table = std::fs::read_to_string(root().join("crates").join(from).join("Cargo.toml")).unwrap().parse().unwrap();
        for to in manifest["dependencies"].as_table().unwrap().keys() {
            let ours = to == "danqing" || crates.contains(to);
            if ours && !BETWEEN_CRATES.contains(&(from.as_str(), to.as_str())) {
                wrong.push(format!("{from} uses {to}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The text without whole-line comments.
fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The modules of this crate that a text names: `crate::a::…` and `crate::{a, b::…}`.
fn modules_named(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for rest in code(text).split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => drop(named.insert(first_word(rest))),
            Some(group) => {
                let mut depth = 0;
                let mut parts = vec![String::new()];
                for letter in group.chars() {
                    match letter {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => parts.push(String::new()),
                        _ if depth == 0 => parts.last_mut().unwrap().push(letter),
                        _ => {}
                    }
                }
                named.extend(parts.iter().map(|part| first_word(part.trim())));
            }
        }
    }
    named
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

#[test]
fn modules_are_found_alone_and_in_groups() {
    let named = modules_named("use crate::app::App;\nuse crate::{jobs as background, database::{tasks, users}};\n// crate::cli\n");
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["app", "database", "jobs"]);
}
