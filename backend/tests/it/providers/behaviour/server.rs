//! The real program with all vendors at once, each sending what is too much or tells too much: it stays small, does not
//! panic, and keeps the keys to itself. It has no mercy for this machine's addresses as the other tests do, so it also
//! shows that a link of a vendor never leads inside.

use std::collections::BTreeMap;
use std::path::Path;

use fake_vendors::{FakeVendors, Fault};
use serde_json::{Value, json};

use super::hall::{Case, key};
use super::lines::Line;
use super::model::own;
use super::promise::End;
use crate::support::studio::{KEY, house, order};
use crate::support::{Place, Server, Visitor, files_below, id};

/// Growth of the process, in KiB.
const GROWTH_KIB: u64 = 256 << 10;

/// What takes memory, and what tells secrets.
const FAULTS: [Fault; 16] = [
    Fault::HugeBody,
    Fault::ChunkForever,
    Fault::GzipBomb,
    Fault::DeepJson,
    Fault::Utf16,
    Fault::BadJson,
    Fault::HeaderBomb,
    Fault::PngBomb,
    Fault::UrlHuge,
    Fault::UrlPrivate,
    Fault::UrlFile,
    Fault::UrlRedirectPrivate,
    Fault::RedirectPrivate,
    Fault::Redirect,
    Fault::EchoKey,
    Fault::Refusal,
];

#[tokio::test(flavor = "multi_thread")]
async fn the_program_stays_small_does_not_panic_and_keeps_keys_to_itself() {
    let fakes = house().await;
    let lines: BTreeMap<&str, Line> = super::all().into_iter().rev().map(|line| (line.provider, line)).collect();
    let place = place(&lines, &fakes);
    let told = tokio::task::block_in_place(|| {
        let server = place.serve();
        let owner = server.owner(&place);
        let before = server.memory_kib("VmRSS:");
        let told = draw(&owner, &lines);
        let growth = server.memory_kib("VmHWM:").saturating_sub(before);
        eprintln!("{} MiB more than {} MiB", growth >> 10, before >> 10);
        assert!(growth <= GROWTH_KIB, "{} MiB more", growth >> 10);
        assert!(server_is_well(&server));
        told
    });
    assert!(!told.contains(KEY), "an answer has the key");
    let log = std::fs::read_to_string(place.folder().join("server.log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
    let with_key: Vec<_> = files_below(place.folder()).into_iter().filter(|file| holds(file, KEY.as_bytes())).collect();
    assert_eq!((with_key, fakes.forbidden_connections()), (Vec::new(), 0));
}

/// A place with an account at each vendor and a model of each.
fn place(lines: &BTreeMap<&str, Line>, fakes: &FakeVendors) -> Place {
    let mut place = Place::on_sqlite(&[("OWNER_UNLIMITED", "true"), ("LOG_LEVEL", "debug")]);
    for line in lines.values() {
        let variable = line.provider.to_uppercase().replace('-', "_");
        place.set(&format!("{variable}_BASE_URL"), &fakes.base_url(line.vendor));
        if let Some(key) = key(line.vendor) {
            place.set(&format!("{variable}_API_KEY"), &key);
        }
    }
    std::fs::create_dir_all(place.data().join("catalogue")).unwrap();
    std::fs::write(place.data().join("catalogue/models.toml"), own(lines.values())).unwrap();
    place
}

/// Asks each vendor for a picture in each of these ways, all at once, and waits until every task is final. Returns all
/// that was told.
fn draw(owner: &Visitor, lines: &BTreeMap<&str, Line>) -> String {
    let mut open: BTreeMap<String, (String, Case)> = BTreeMap::new();
    for fault in FAULTS {
        for line in lines.values().filter(|line| line.supports(fault)) {
            let body = order(&format!("a cat {}", fault.sample()), json!({ "model": line.provider, "count": line.count }));
            let task = id(&owner.post("/api/tasks", body).expect(202));
            open.insert(task, (line.provider.to_owned(), Case::of(line, fault)));
        }
    }
    let mut told = String::new();
    while !open.is_empty() {
        let before = open.len();
        for event in owner.watch() {
            told.push_str(&event.to_string());
            let Some((name, case)) = event["id"].as_str().filter(|_| is_final(&event)).and_then(|id| open.remove(id)) else { continue };
            let End::Failed(code) = case.promise.end else { continue };
            assert_eq!(event["error"]["code"], code, "{name} {}: {event}", case.mark());
            if open.is_empty() {
                break;
            }
        }
        assert!(open.len() < before, "nothing ended in a minute: {:?}", open.keys());
    }
    told
}

fn is_final(event: &Value) -> bool {
    !event["completedAt"].is_null()
}

fn server_is_well(server: &Server) -> bool {
    server.visitor().get("/readyz").status.is_success()
}

fn holds(file: &Path, text: &[u8]) -> bool {
    std::fs::read(file).unwrap().windows(text.len()).any(|window| window == text)
}
