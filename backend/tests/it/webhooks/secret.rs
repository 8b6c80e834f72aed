//! The tokens in the addresses of vendors are known to us and to them.

use std::path::PathBuf;

use axum::http::Method;
use fake_vendors::{FakeVendors, RecordedBody, Vendor};
use serde_json::json;

use crate::support::hosted::{CALLERS, MODELS};
use crate::support::studio::{KEY, house, order};
use crate::support::{Place, files_below, id};

/// The address that a vendor was given with its last request.
fn given(fakes: &FakeVendors, vendor: Vendor) -> String {
    let request = fakes.requests(vendor).into_iter().rfind(|recorded| recorded.method == "POST").unwrap();
    if let Some((_, address)) = request.query.iter().find(|(name, _)| name == "fal_webhook") {
        return address.clone();
    }
    let RecordedBody::Json { value } = &request.body else { panic!("no JSON: {request:?}") };
    ["webhook", "webhook_url"].into_iter().find_map(|name| value[name].as_str()).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_in_no_log_no_file_no_answer() {
    let fakes = house().await;
    let mut place = Place::on_sqlite(&[("DOMAIN", "https://studio.test"), ("LOG_LEVEL", "trace"), ("NEW_USER_CREDITS", "1000")]);
    place.set("REPLICATE_WEBHOOK_SECRET", &fakes.webhook_secret(Vendor::Replicate).unwrap());
    for (provider, vendor) in CALLERS {
        let name = provider.to_uppercase();
        place.set(&format!("{name}_API_KEY"), KEY);
        place.set(&format!("{name}_BASE_URL"), &fakes.base_url(vendor));
    }
    std::fs::create_dir_all(place.data().join("catalogue")).unwrap();
    std::fs::write(place.data().join("catalogue/models.toml"), MODELS).unwrap();
    let mut told = String::new();
    let mut tokens = Vec::new();
    tokio::task::block_in_place(|| {
        let server = place.serve();
        let owner = server.owner(&place);
        for (provider, vendor) in CALLERS {
            for mark in ["[500x:1]", "[whnone]"] {
                let body = order(&format!("a cat {mark}"), json!({ "model": provider }));
                let task = id(&owner.post("/api/tasks", body).expect(202));
                let mut events = owner.watch().inspect(|event| told.push_str(&event.to_string()));
                assert!(events.any(|event| event["id"] == task.as_str() && !event["completedAt"].is_null()));
            }
            let address = given(&fakes, vendor);
            let path = address.strip_prefix("https://studio.test").unwrap();
            let answer = server.visitor().send(Method::POST, path, &[], b"{}".to_vec()).unwrap();
            told.push_str(&String::from_utf8(answer.bytes.clone()).unwrap());
            assert_eq!(answer.code(401), "webhook_refused");
            tokens.push(path.rsplit('/').next().unwrap().to_owned());
        }
        told.push_str(&String::from_utf8(owner.get("/metrics").bytes).unwrap());
    });
    assert_eq!(tokens.len(), 3);
    for token in &tokens {
        assert!(!told.contains(token), "{told}");
        let with_token: Vec<PathBuf> = files_below(place.folder()).into_iter().filter(|file| holds(file, token.as_bytes())).collect();
        assert_eq!(with_token, Vec::<PathBuf>::new());
    }
}

fn holds(file: &std::path::Path, text: &[u8]) -> bool {
    std::fs::read(file).unwrap().windows(text.len()).any(|window| window == text)
}
