//! Stored keys through a change of ENCRYPTION_KEY.

use serde_json::json;

use super::PROVIDERS;
use crate::support::Place;
use crate::support::studio::KEY;

const OLD: &str = "the old key of at least thirty-two bytes";
const NEW: &str = "the new key of at least thirty-two bytes";

/// Whether the one account can be read, as the owner's page says.
fn readable(place: &Place) -> bool {
    let server = place.serve();
    let owner = server.visitor();
    owner.post("/api/auth/login", json!({ "email": "owner@example.com", "password": "a long password" })).expect(200);
    let list = owner.get(PROVIDERS).expect(200);
    let readable =
        list["items"].as_array().unwrap().iter().find(|item| item["id"] == "openai").unwrap()["credentials"][0]["readable"] == true;
    server.stop();
    readable
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_changed_without_losing_what_is_stored_and_a_wrong_one_says_so() {
    let mut place = Place::with(&[("OWNER_UNLIMITED", "true")]).await;
    tokio::task::block_in_place(|| {
        place.set("ENCRYPTION_KEY", OLD);
        let server = place.serve();
        server.owner(&place).post(&format!("{PROVIDERS}/openai/credentials"), json!({ "apiKey": KEY })).expect(201);
        server.stop();

        place.set("ENCRYPTION_KEY", NEW);
        assert!(!readable(&place), "the new key alone opens nothing, and the server starts all the same");
        assert!(place.refuse(&["secrets", "rotate"]).contains("ENCRYPTION_KEY_PREVIOUS"));

        place.set("ENCRYPTION_KEY_PREVIOUS", OLD);
        assert!(place.run(&["secrets", "rotate"]).contains("1 accounts"));
        assert!(place.run(&["secrets", "rotate"]).contains("0 accounts"));
        place.set("ENCRYPTION_KEY_PREVIOUS", "change-me");
        assert!(readable(&place), "it is of the new key now");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_server_of_a_database_encrypts_anew_when_it_starts() {
    let mut place = Place::on_sqlite(&[]);
    tokio::task::block_in_place(|| {
        place.set("ENCRYPTION_KEY", OLD);
        let server = place.serve();
        server.owner(&place).post(&format!("{PROVIDERS}/openai/credentials"), json!({ "apiKey": KEY })).expect(201);
        server.stop();
        place.set("ENCRYPTION_KEY", NEW);
        place.set("ENCRYPTION_KEY_PREVIOUS", OLD);
        assert!(readable(&place));
        place.set("ENCRYPTION_KEY_PREVIOUS", "change-me");
        assert!(readable(&place));
    });
}
