//! `danqing config`, and where every command takes its settings from.

use crate::support::Place;

/// The line of a key, in words.
fn line(place: &Place, key: &str) -> Vec<String> {
    let list = place.run(&["config", "list"]);
    let found = list.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key} is not in {list}"));
    found.split_whitespace().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_setting_is_listed_changed_and_put_back() {
    let place = Place::with(&[("NEW_USER_CREDITS", "33")]).await;
    assert_eq!(line(&place, "new_user_credits")[1..3], ["33", "env"]);
    assert_eq!(line(&place, "task_cost_credits")[1..3], ["1", "default"]);
    assert!(line(&place, "task_cost_credits").len() > 5, "each key is explained");
    place.run(&["config", "set", "new_user_credits", "7"]);
    assert_eq!(line(&place, "new_user_credits")[1..3], ["7", "system_config"]);
    place.run(&["config", "reset", "new_user_credits"]);
    assert_eq!(line(&place, "new_user_credits")[1..3], ["33", "env"]);
}

#[tokio::test]
async fn the_five_keys_of_the_template_are_there() {
    let place = Place::new().await;
    for (key, value) in [
        ("new_user_credits", "10"),
        ("task_cost_credits", "1"),
        ("max_file_size_mb", "100"),
        ("max_files_per_task", "5"),
        ("max_tasks_per_day", "50"),
    ] {
        assert_eq!(line(&place, key)[1..3], [value, "default"]);
    }
}

#[tokio::test]
async fn a_wrong_key_or_value_is_refused_with_what_is_right() {
    let place = Place::new().await;
    assert!(place.refuse(&["config", "set", "new_user_credit", "1"]).contains("new_user_credits"));
    assert!(place.refuse(&["config", "reset", "nonsense"]).contains("registration"));
    for (key, value) in [("max_file_size_mb", "0"), ("max_file_size_mb", "many"), ("registration", "perhaps")] {
        assert!(place.refuse(&["config", "set", key, value]).contains(key), "{key} {value}");
    }
    assert_eq!(line(&place, "registration")[1..3], ["open", "default"]);
}

#[tokio::test]
async fn every_command_reads_the_env_file() {
    let place = Place::new().await;
    std::fs::write(place.folder().join(".env"), "NEW_USER_CREDITS=21\n").unwrap();
    assert_eq!(line(&place, "new_user_credits")[1..3], ["21", "env"]);
    std::fs::write(place.folder().join(".env"), "MAX_PIXELS=lots\n").unwrap();
    let commands: [&[&str]; 14] = [
        &["serve", "--port", "0"],
        &["migrate"],
        &["setup-link"],
        &["user", "create", "a@example.com", "--password", "a long password"],
        &["user", "set-password", "a@example.com", "--password", "a long password"],
        &["user", "suspend", "a@example.com"],
        &["user", "restore", "a@example.com"],
        &["user", "invite"],
        &["credits", "grant", "a@example.com", "1"],
        &["ledger", "verify"],
        &["config", "list"],
        &["models", "list"],
        &["models", "verify"],
        &["process", "a.png", "--tool", "upscale", "-o", "b.png"],
    ];
    for arguments in commands {
        let complaint = place.refuse(arguments);
        assert!(complaint.contains("MAX_PIXELS") && complaint.contains("lots"), "{arguments:?}: {complaint}");
    }
}

#[tokio::test]
async fn the_environment_wins_over_the_env_file() {
    let place = Place::with(&[("NEW_USER_CREDITS", "5")]).await;
    std::fs::write(place.folder().join(".env"), "NEW_USER_CREDITS=21\n").unwrap();
    assert_eq!(line(&place, "new_user_credits")[1..3], ["5", "env"]);
}
