//! What is sealed opens at its place with its key, and nowhere else.

use proptest::prelude::*;

use super::{Keyring, OpenError, Place};
use crate::config::Secret;
use crate::config::secrets::Secrets;

const PLACE: Place<'static> = Place { column: "table.column", row: "row_1", bound_to: "vendor https://api.example.com" };

fn keyring(key: &str, previous: Option<&str>) -> Keyring {
    let secret = |text: &str| Secret::new(text);
    Keyring::new(&Secrets {
        jwt: secret("jwt"),
        encryption: secret(key),
        encryption_previous: previous.map(secret),
        webhook: secret("webhook"),
    })
}

proptest! {
    #[test]
    fn what_was_sealed_opens_again_and_shows_nothing(text in "\\PC{0,200}", key in "\\PC{1,60}") {
        let keyring = keyring(&key, None);
        let sealed = keyring.seal(PLACE, &Secret::new(&text)).unwrap();
        let opened = keyring.open(PLACE, &sealed).unwrap();
        prop_assert_eq!(opened.expose(), &text);
        prop_assert!(text.len() < 8 || !sealed.contains(&text));
        prop_assert_ne!(keyring.seal(PLACE, &Secret::new(&text)).unwrap(), sealed);
    }

    #[test]
    fn another_place_opens_nothing(row in "[a-z_0-9]{0,12}", bound_to in "[a-z :/.]{0,20}") {
        prop_assume!((row.as_str(), bound_to.as_str()) != (PLACE.row, PLACE.bound_to));
        let keyring = keyring("key", None);
        let sealed = keyring.seal(PLACE, &Secret::new("sk-secret")).unwrap();
        let elsewhere = Place { row: &row, bound_to: &bound_to, ..PLACE };
        prop_assert_eq!(keyring.open(elsewhere, &sealed).unwrap_err(), OpenError::Damaged);
        let column = Place { column: "table.other", ..PLACE };
        prop_assert_eq!(keyring.open(column, &sealed).unwrap_err(), OpenError::Damaged);
    }

    #[test]
    fn a_text_that_was_changed_gives_an_answer_and_never_a_panic(at in any::<prop::sample::Index>(), letter in any::<char>()) {
        let keyring = keyring("key", Some("before"));
        let sealed: Vec<char> = keyring.seal(PLACE, &Secret::new("sk-secret")).unwrap().chars().collect();
        let at = at.index(sealed.len());
        prop_assume!(sealed[at] != letter);
        let mut changed = sealed.clone();
        changed[at] = letter;
        prop_assert!(keyring.open(PLACE, &String::from_iter(changed)).is_err());
        prop_assert!(keyring.open(PLACE, &String::from_iter(&sealed[..at])).is_err());
    }

    #[test]
    fn nonsense_gives_an_answer_and_never_a_panic(text in "\\PC{0,80}") {
        let formed = format!("dq1.{text}");
        prop_assert!(keyring("key", None).open(PLACE, &text).is_err() && keyring("key", None).open(PLACE, &formed).is_err());
    }
}

#[test]
fn after_a_change_of_the_key_the_previous_one_still_opens_and_is_found() {
    let old = keyring("old key", None);
    let sealed = old.seal(PLACE, &Secret::new("sk-secret")).unwrap();
    let new = keyring("new key", Some("old key"));
    assert_eq!(new.open(PLACE, &sealed).unwrap().expose(), "sk-secret");
    assert!(new.is_outdated(&sealed) && !old.is_outdated(&sealed));
    let again = new.seal(PLACE, &new.open(PLACE, &sealed).unwrap()).unwrap();
    assert!(!new.is_outdated(&again));
    assert_eq!(keyring("new key", None).open(PLACE, &again).unwrap().expose(), "sk-secret");
}

#[test]
fn a_wrong_key_is_named_as_such() {
    let sealed = keyring("a key", None).seal(PLACE, &Secret::new("sk-secret")).unwrap();
    let error = keyring("another key", Some("a third")).open(PLACE, &sealed).unwrap_err();
    assert_eq!(error, OpenError::OtherKey);
    assert!(error.to_string().contains("ENCRYPTION_KEY_PREVIOUS"));
}

#[test]
fn debug_shows_no_key() {
    let shown = format!("{:?}", keyring("hunter2hunter2", Some("hunter3hunter3")));
    assert!(!shown.contains("hunter"), "{shown}");
}
