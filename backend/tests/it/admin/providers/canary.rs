//! A key that is given in the page goes to its vendor and nowhere else.

use std::path::{Path, PathBuf};

use fake_vendors::Vendor;
use serde_json::json;

use super::PROVIDERS;
use crate::support::studio::{KEY, house, order};
use crate::support::{Place, files_below, id};

const WEBHOOK_SECRET: &str = "whsec_thesecretofwebhooksthatnobodysees";
const PROXY_PASSWORD: &str = "thepasswordoftheproxythatnobodysees";

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_page_is_in_no_log_no_error_no_event_no_file_no_answer() {
    let fakes = house().await;
    let place = Place::on_sqlite(&[("LOG_LEVEL", "trace"), ("OWNER_UNLIMITED", "true")]);
    let told = tokio::task::block_in_place(|| {
        let server = place.serve();
        let owner = server.owner(&place);
        let mut told = String::new();
        let path = format!("{PROVIDERS}/openai/credentials");
        let base_url = fakes.base_url(Vendor::OpenAi);
        let given = json!({ "apiKey": KEY, "baseUrl": base_url, "webhookSecret": WEBHOOK_SECRET });
        let kept = owner.post(&path, given).expect(201);
        told.push_str(&kept.to_string());
        let proxied = json!({ "apiKey": KEY, "proxy": format!("http://me:{PROXY_PASSWORD}@127.0.0.1:9"), "enabled": false });
        told.push_str(&owner.post(&format!("{PROVIDERS}/fal/credentials"), proxied).expect(201).to_string());
        for body in [
            json!({ "credentialId": kept["id"] }),
            json!({ "apiKey": KEY }),
            json!({ "apiKey": KEY, "baseUrl": fakes.base_url(Vendor::Stability) }),
            json!({ "apiKey": KEY, "baseUrl": "http://127.0.0.1:9" }),
            json!({ "apiKey": format!("{KEY}x"), "baseUrl": base_url }),
        ] {
            told.push_str(&String::from_utf8(owner.post(&format!("{PROVIDERS}/openai/test"), body).bytes).unwrap());
        }
        told.push_str(&String::from_utf8(owner.post(&path, json!({ "apiKey": KEY, "baseUrl": "nonsense" })).bytes).unwrap());
        for mark in ["", "[echokey]", "[401]", "[500x:1]"] {
            let task = id(&owner.post("/api/tasks", order(&format!("a cat {mark}"), json!({ "model": "gpt-image-2" }))).expect(202));
            let mut events = owner.watch().inspect(|event| told.push_str(&event.to_string()));
            assert!(events.any(|event| event["id"] == task.as_str() && !event["completedAt"].is_null()));
        }
        told.push_str(&owner.get(PROVIDERS).expect(200).to_string());
        told
    });
    assert!(
        fakes
            .requests(Vendor::OpenAi)
            .iter()
            .any(|sent| sent.method == "POST" && sent.credentials.iter().any(|(_, value)| value.contains(KEY)))
    );
    for secret in [KEY, WEBHOOK_SECRET, PROXY_PASSWORD] {
        assert!(!told.contains(secret), "{told}");
        let with_secret: Vec<PathBuf> = files_below(place.folder()).into_iter().filter(|file| holds(file, secret.as_bytes())).collect();
        assert_eq!(with_secret, Vec::<PathBuf>::new());
    }
    let log = std::fs::read_to_string(place.folder().join("server.log")).unwrap();
    assert!(
        log.lines().any(|line| line.contains("an account with a vendor") && line.contains("user_") && line.contains("given")),
        "who did what"
    );
}

fn holds(file: &Path, text: &[u8]) -> bool {
    std::fs::read(file).unwrap().windows(text.len()).any(|window| window == text)
}
