//! The key of the operator goes to its vendor and nowhere else.

use std::path::Path;

use fake_vendors::Vendor;
use serde_json::json;

use crate::support::studio::{KEY, house, order};
use crate::support::{Place, files_below, id};

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_in_no_log_no_file_no_answer() {
    let fakes = house().await;
    let place = Place::on_sqlite(&[
        ("OPENAI_API_KEY", KEY),
        ("OPENAI_BASE_URL", &fakes.base_url(Vendor::OpenAi)),
        ("PROMPT_MODEL", "gpt-4.1-mini"),
        ("LOG_LEVEL", "trace"),
        ("OWNER_UNLIMITED", "true"),
    ]);
    let told = tokio::task::block_in_place(|| {
        let server = place.serve();
        let owner = server.owner(&place);
        let mut told = String::new();
        for mark in ["", "[echokey]", "[refusal]", "[500x:1]", "[badjson]"] {
            let body = order(&format!("a cat {mark}"), json!({ "model": "gpt-image-2" }));
            let task = id(&owner.post("/api/tasks", body).expect(202));
            // Live, and in the end.
            let mut events = owner.watch().inspect(|event| told.push_str(&event.to_string()));
            assert!(events.any(|event| event["id"] == task.as_str() && !event["completedAt"].is_null()));
        }
        for mark in ["", "[echokey]", "[badjson]"] {
            let wish = serde_json::json!({ "prompt": format!("a cat {mark}"), "to": "zh" });
            told.push_str(&owner.post("/api/prompts/translate", wish).json().to_string());
        }
        told.push_str(&owner.get("/api/tools").expect(200).to_string());
        told.push_str(&place.run(&["config", "list"]));
        told
    });
    assert!(fakes.requests(Vendor::OpenAi).iter().any(|sent| sent.credentials.iter().any(|(_, value)| value.contains(KEY))));
    assert!(!told.contains(KEY), "{told}");
    let with_key: Vec<_> = files_below(place.folder()).into_iter().filter(|file| holds(file, KEY.as_bytes())).collect();
    assert_eq!(with_key, Vec::<std::path::PathBuf>::new());
}

fn holds(file: &Path, text: &[u8]) -> bool {
    std::fs::read(file).unwrap().windows(text.len()).any(|window| window == text)
}
