//! `danqing user`, `danqing credits` and `danqing setup-link`

use serde_json::json;

use crate::support::{Answer, Place, Server};

fn log_in(server: &Server, email: &str, password: &str) -> Answer {
    server.visitor().post("/api/auth/login", json!({ "email": email, "password": password }))
}

/// Makes an account whose password comes through standard input.
fn create(place: &Place, email: &str) {
    let output = place.run_with_input(&["user", "create", email], "a long password\n");
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.starts_with(b"user_"), "{output:?}");
}

#[tokio::test]
async fn the_set_up_link_is_printed_until_there_is_an_owner() {
    let place = Place::with(&[("DOMAIN", "https://studio.example.com")]).await;
    let link = place.run(&["setup-link"]);
    assert!(link.starts_with("https://studio.example.com/setup?token="), "{link}");
    assert_eq!(place.run(&["setup-link"]), link);
    let output = place.run_with_input(&["user", "create", "owner@example.com", "--owner"], "a long password\n");
    assert!(output.status.success(), "{output:?}");
    assert!(place.refuse(&["setup-link"]).contains("owner account exists"));
    let second = place.run_with_input(&["user", "create", "second@example.com", "--owner"], "a long password\n");
    assert_eq!(second.status.code(), Some(1));
}

#[tokio::test]
async fn accounts_are_made_and_changed_beside_a_running_server() {
    let place = Place::new().await;
    let server = place.serve();
    server.owner(&place);
    create(&place, "Li@example.com");
    let li = server.visitor();
    li.post("/api/auth/login", json!({ "email": "li@example.com", "password": "a long password" })).expect(200);
    assert_eq!(li.get("/api/credits").expect(200)["credits"], 10);

    assert_eq!(place.run(&["credits", "grant", "li@example.com", "32", "--note", "谢谢"]), "42");
    let items = li.get("/api/credits/transactions").expect(200)["items"].clone();
    assert_eq!((&items[0]["reason"], &items[0]["amount"]), (&json!("grant"), &json!(32)));
    assert!(items[0]["description"].as_str().unwrap().contains("谢谢"), "{items}");

    let changed = place.run_with_input(&["user", "set-password", "li@example.com"], "another password\r\n");
    assert!(changed.status.success(), "{changed:?}");
    assert_eq!(log_in(&server, "li@example.com", "a long password").code(401), "invalid_credentials");
    log_in(&server, "li@example.com", "another password").expect(200);
    // The sessions before it have ended; what the server remembered of them lives five seconds, a refresh none.
    assert_eq!(li.post("/api/auth/refresh", json!({})).code(401), "unauthenticated");

    let link = place.run(&["user", "reset-link", "li@example.com"]);
    let token = link.split_once("/reset-password?token=").unwrap().1;
    let reset = |password: &str| server.visitor().post("/api/auth/reset-password", json!({ "token": token, "password": password }));
    reset("a long password").expect(204);
    assert_eq!(reset("a third password").code(403), "link_invalid");
    log_in(&server, "li@example.com", "a long password").expect(200);
    place.run_with_input(&["user", "set-password", "li@example.com"], "another password\n");

    place.run(&["user", "suspend", "li@example.com"]);
    assert_eq!(log_in(&server, "li@example.com", "another password").code(403), "account_suspended");
    place.run(&["user", "restore", "li@example.com"]);
    log_in(&server, "li@example.com", "another password").expect(200);
    place.run(&["ledger", "verify"]);
}

#[tokio::test]
async fn an_invitation_from_the_command_line_opens_a_studio_by_invitation() {
    let place = Place::with(&[("REGISTRATION", "invite")]).await;
    let server = place.serve();
    server.owner(&place);
    let link = place.run(&["user", "invite", "li@example.com"]);
    let invitation = link.split_once("/register?invitation=").unwrap().1;
    let register = |email: &str| {
        server.visitor().post("/api/auth/register", json!({ "email": email, "password": "a long password", "invitation": invitation }))
    };
    assert_eq!(register("wang@example.com").code(403), "invitation_invalid");
    register("li@example.com").expect(201);
}

#[tokio::test]
async fn mistakes_are_answered_in_words_and_change_nothing() {
    let place = Place::new().await;
    create(&place, "li@example.com");
    let cases: [(&[&str], &str, &str); 7] = [
        (&["user", "create", "li@example.com"], "a long password", "E-mail address"),
        (&["user", "create", "wang@example.com"], "short", "at least 8 characters"),
        (&["user", "create", "wang"], "a long password", "is not an e-mail address"),
        (&["user", "suspend", "nobody@example.com"], "", "nobody@example.com"),
        (&["user", "set-password", "nobody@example.com"], "a long password", "nobody@example.com"),
        (&["user", "reset-link", "nobody@example.com"], "", "nobody@example.com"),
        (&["credits", "grant", "nobody@example.com", "5"], "", "nobody@example.com"),
    ];
    for (arguments, input, words) in cases {
        let output = place.run_with_input(arguments, input);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {complaint}");
        assert!(complaint.to_lowercase().contains(&words.to_lowercase()), "{arguments:?}: {complaint}");
    }
    for amount in ["0", "-5"] {
        let output = place.run_with_input(&["credits", "grant", "li@example.com", "--", amount], "");
        assert!(!output.status.success(), "{amount}: {output:?}");
    }
    assert!(place.run(&["ledger", "verify"]).contains("10 credits in all"));
}

#[tokio::test]
async fn the_command_line_speaks_the_language_of_the_studio() {
    let place = Place::with(&[("DEFAULT_LOCALE", "zh-CN")]).await;
    let complaint = place.refuse(&["user", "suspend", "nobody@example.com"]);
    assert!(!complaint.is_ascii(), "{complaint}");
    let books = place.run(&["ledger", "verify"]);
    assert!(books.contains("已核对"), "{books}");
}
