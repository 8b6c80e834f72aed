//! `danqing models`

use std::path::Path;

use crate::support::Place;

fn packs() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../weights/packs").display().to_string()
}

fn state(place: &Place, pack: &str) -> String {
    let list = place.run(&["models", "list"]);
    list.lines().find(|line| line.split_whitespace().next() == Some(pack)).unwrap_or_else(|| panic!("{list}")).to_owned()
}

/// A pack that is not compiled in, as the list names it.
fn optional(place: &Place) -> String {
    let list = place.run(&["models", "list"]);
    let line = list.lines().rfind(|line| line.contains("not installed")).unwrap_or_else(|| panic!("{list}"));
    line.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_pack_is_installed_from_the_source_tree_and_verified() {
    let place = Place::on_sqlite(&[]);
    assert!(place.run(&["models", "list"]).contains("built in"));
    let pack = optional(&place);
    assert_eq!(place.run(&["models", "install", &pack, &packs()]), "ok");
    let line = state(&place, &pack);
    assert!(line.contains("installed") && !line.contains("not installed"), "{line}");
    assert!(place.run(&["models", "verify"]).lines().any(|line| line.starts_with(&pack) && line.ends_with("ok")));
}

#[tokio::test]
async fn the_command_that_the_documents_name_installs_a_pack() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let place = Place::on_sqlite(&[]);
    std::os::unix::fs::symlink(root.join("weights").canonicalize().unwrap(), place.folder().join("weights")).unwrap();
    let text = std::fs::read_to_string(root.join("docs/DEPLOYMENT.md")).unwrap();
    let command = text.lines().find_map(|line| line.strip_prefix("    danqing models install ")).unwrap();
    let arguments: Vec<&str> = ["models", "install"].into_iter().chain(command.split_whitespace()).collect();
    assert_eq!(place.run(&arguments), "ok");
    let line = state(&place, arguments[2]);
    assert!(!line.contains("not installed"), "{line}");
    let readme = std::fs::read_to_string(root.join("weights/README.md")).unwrap();
    assert!(readme.contains("`danqing models install <id> weights/packs`"));
}

#[tokio::test]
async fn a_damaged_pack_is_found() {
    let place = Place::on_sqlite(&[]);
    let pack = optional(&place);
    place.run(&["models", "install", &pack, &packs()]);
    let folder = place.data().join("models").join(&pack);
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert!(place.refuse(&["models", "verify"]).contains("1 damaged"));
}

#[tokio::test]
async fn what_is_no_pack_is_not_installed() {
    let place = Place::on_sqlite(&[]);
    assert!(place.refuse(&["models", "install", "nonsense", &packs()]).contains("nonsense"));
    let pack = optional(&place);
    let wrong = place.folder().join("wrong");
    std::fs::create_dir(&wrong).unwrap();
    for file in std::fs::read_dir(packs()).unwrap() {
        std::fs::write(wrong.join(file.unwrap().file_name()), b"not a model").unwrap();
    }
    place.refuse(&["models", "install", &pack, wrong.to_str().unwrap()]);
    assert!(state(&place, &pack).contains("not installed"));
    place.refuse(&["models", "install", &pack, "/nonexistent"]);
}
