//! Lists in documents match the tree.

use std::collections::BTreeSet;

use super::sources::root;

/// Suites that belong to no URL. Everything else in `backend/tests/it` is named after one.
const NO_URL: [&str; 10] = ["cli", "crash", "main", "openapi", "providers", "schema", "security", "support", "template_map", "tidy"];

/// Documents that name paths of the repository.
const DOCUMENTS: [&str; 7] = [
    "README.md",
    "README.zh-CN.md",
    "docs/API.md",
    "docs/ARCHITECTURE.md",
    "docs/DEPLOYMENT.md",
    "docs/DEVELOPMENT.md",
    "weights/README.md",
];

#[test]
fn the_folders_of_the_tests_are_named_after_urls() {
    let document: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(root().join("shared/openapi.json")).unwrap()).unwrap();
    let urls: BTreeSet<String> = document["paths"].as_object().unwrap().keys().map(|path| first_part(path)).collect();
    let tests = std::fs::read_dir(root().join("backend/tests/it")).unwrap();
    let names = tests.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    let unknown: BTreeSet<String> = names.filter(|name| !urls.contains(name) && !NO_URL.contains(&name.as_str())).collect();
    assert_eq!(unknown, BTreeSet::new(), "neither a URL nor named in NO_URL of this file");
}

/// `/api/tasks/{id}` is tested in `tasks`, `/healthz` in `healthz`.
fn first_part(path: &str) -> String {
    path.trim_start_matches("/api").trim_start_matches('/').split('/').next().unwrap().to_owned()
}

#[test]
fn the_map_of_the_repository_names_every_folder() {
    let tracked: BTreeSet<String> = std::fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !["target", "data", "node_modules"].contains(&name.as_str()))
        .collect();
    for document in ["README.md", "README.zh-CN.md"] {
        let text = std::fs::read_to_string(root().join(document)).unwrap();
        let missing: Vec<&String> = tracked.iter().filter(|name| !text.contains(&format!("`{name}/`"))).collect();
        assert_eq!(missing, Vec::<&String>::new(), "{document}");
    }
}

#[test]
fn paths_that_documents_name_exist() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(root().join(document)).unwrap_or_else(|error| panic!("{document}: {error}"));
        // The template's own paths stand in that section too; template_map.rs checks it.
        let text = text.split(crate::template_map::HEADING).next().unwrap();
        for path in paths(text) {
            if !root().join(&path).exists() {
                wrong.push(format!("{document}: {path}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut documents = DOCUMENTS.map(str::to_owned).to_vec();
    for folder in ["docs", "docs/decisions"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        documents.extend(entries.filter(|name| name.ends_with(".md")).map(|name| format!("{folder}/{name}")));
    }
    documents.sort();
    documents.dedup();
    let mut wrong = Vec::new();
    for document in documents {
        let path = root().join(&document);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{document}: {error}"));
        let broken = links(&text).into_iter().filter(|link| !path.parent().unwrap().join(link).exists());
        wrong.extend(broken.map(|link| format!("{document}: {link}")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Where links lead that stay within the repository, without the part of the page.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let within = targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
    within.filter_map(|target| target.split('#').next()).filter(|path| !path.is_empty()).collect()
}

#[test]
fn links_are_found_and_those_that_leave_are_not() {
    let text = "[a](a.md) ![b](../b.webp \"B\") [c](https://example.com/c) [d](#part) [e](e.md#part) [f](mailto:f@example.com)";
    assert_eq!(links(text), ["a.md", "../b.webp", "e.md"]);
}

/// Words in back quotes that begin with a folder of the repository, outside lines about what is planned.
pub fn paths(text: &str) -> Vec<String> {
    let begins = ["backend/", "bench/", "catalogue/", "crates/", "docs/", "frontend/", "scripts/", "shared/", "weights/"];
    let lines = text.lines().filter(|line| !line.contains("planned:"));
    let quoted = lines.flat_map(|line| line.split('`').skip(1).step_by(2));
    let paths = quoted.filter(|word| begins.iter().any(|begin| word.starts_with(begin)));
    // The page is not there before it is built; `scripts/soak.sh [filter]` is a command, `frontend/src/*.ts` a pattern, `…/{a,b}.rs` several paths at once.
    let first = paths.map(|word| word.split([' ', ':', '#']).next().unwrap_or_default());
    first.filter(|path| *path != "frontend/dist" && !path.contains(['*', '{', '<', '…', '$'])).map(str::to_owned).collect()
}

#[test]
fn paths_are_found_in_back_quotes_only() {
    let text = "see `crates/db/src/lib.rs` and backend/none\n`scripts/soak.sh [filter]` or `npm`\n| `docs/none.md` | planned: later |\n";
    assert_eq!(paths(text), ["crates/db/src/lib.rs", "scripts/soak.sh"]);
}
