//! Which layer wins, and what follows from what.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::Config;
use super::super::accounts::Registration;
use super::super::app::Environment;
use super::super::database::DatabaseUrl;
use super::super::runtime::{Key, Runtime, Source};
use super::{config, load, sources};
use crate::models::locale::Locale;

fn load_with_file(file: &str, environment: &[(&str, &str)]) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    std::fs::write(&path, file).unwrap();
    Config::load(&sources(environment, Some(path))).unwrap()
}

#[test]
fn the_environment_beats_the_file_and_the_file_beats_the_code() {
    let loaded = load_with_file("PORT=4000\nMAX_PIXELS=2000000\n", &[("PORT", "5000")]);
    assert_eq!(loaded.server.port, 5000);
    assert_eq!(loaded.limits.max_pixels, 2_000_000);
    assert_eq!(loaded.limits.max_files_per_task, 5);
}

#[test]
fn an_empty_value_is_none_and_blanks_around_a_value_do_not_count() {
    let loaded = load_with_file("PORT=4000\n", &[("PORT", "  "), ("MAX_FILES_PER_TASK", " 7\t"), ("APP_NAME", "")]);
    assert_eq!(loaded.server.port, 4000);
    assert_eq!(loaded.limits.max_files_per_task, 7);
    assert_eq!(loaded.app.name, "丹青 Danqing");
}

#[test]
fn node_env_is_another_name_of_app_env() {
    assert_eq!(config(&[("NODE_ENV", "production")]).app.environment, Environment::Production);
    assert_eq!(config(&[("NODE_ENV", "production"), ("APP_ENV", "development")]).app.environment, Environment::Development);
    let loaded = load_with_file("APP_ENV=development\n", &[("NODE_ENV", "production")]);
    assert_eq!(loaded.app.environment, Environment::Production, "the environment is the stronger layer");
    let error = load(&[("NODE_ENV", "staging")]).unwrap_err();
    assert_eq!(error.problems[0].variable, "NODE_ENV");
}

#[test]
fn addresses_and_files_follow_port_and_folder() {
    let moved = config(&[("PORT", "8080"), ("DATA_DIR", "/srv/danqing")]);
    assert_eq!(moved.server.domain.as_str(), "http://localhost:8080");
    assert!(matches!(moved.database.url, DatabaseUrl::Sqlite(path) if path == Path::new("/srv/danqing/database.sqlite")));
    assert_eq!(config(&[("PORT", "0")]).server.domain.as_str(), "http://localhost:0");
    let elsewhere = config(&[("DATABASE_URL", "sqlite:///var/lib/books.sqlite")]);
    assert!(matches!(elsewhere.database.url, DatabaseUrl::Sqlite(path) if path == Path::new("/var/lib/books.sqlite")));
    let server = config(&[("DATABASE_URL", "postgres://me:p%40ss@db/danqing")]);
    assert!(matches!(server.database.url, DatabaseUrl::Postgres(url) if url.expose() == "postgres://me:p%40ss@db/danqing"));
}

#[test]
fn only_listed_proxies_are_trusted() {
    let server = config(&[("TRUSTED_PROXIES", "127.0.0.1, 10.1.2.3/8,fd00::/8,")]).server;
    for (peer, expected) in
        [("127.0.0.1", true), ("127.0.0.2", false), ("10.200.0.1", true), ("::ffff:10.0.0.1", true), ("fd12::1", true), ("8.8.8.8", false)]
    {
        assert_eq!(server.trusts(peer.parse().unwrap()), expected, "{peer}");
    }
    assert!(!config(&[]).server.trusts("127.0.0.1".parse().unwrap()));
}

#[test]
fn mail_needs_a_host_and_a_sender() {
    assert!(config(&[]).mail.smtp.is_none());
    let smtp = config(&[("SMTP_HOST", "127.0.0.1"), ("SMTP_USER", "a@b.cn"), ("SMTP_PASS", "x1")]).mail.smtp.unwrap();
    assert_eq!((smtp.port, smtp.from.email.to_string().as_str()), (587, "a@b.cn"));
    assert_eq!(load(&[("SMTP_HOST", "127.0.0.1")]).unwrap_err().problems[0].variable, "SMTP_FROM");
    assert_eq!(load(&[("SMTP_HOST", "h"), ("SMTP_USER", "a@b.cn")]).unwrap_err().problems[0].variable, "SMTP_PASS");
}

#[test]
fn run_time_values_say_where_they_come_from() {
    let config = config(&[("MAX_TASKS_PER_DAY", "20"), ("NEW_USER_CREDITS", "5")]);
    let rows = [("new_user_credits", "7"), ("registration", "closed")];
    let overrides = rows.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let effective = Runtime::effective(&config, &overrides);
    assert_eq!(effective.runtime.new_user_credits, 7);
    assert_eq!(effective.runtime.registration, Registration::Closed);
    assert_eq!(effective.runtime.max_file_size_bytes(), 100 << 20);
    let source = |key| effective.entries.iter().find(|entry| entry.key == key).map(|entry| (entry.value.as_str(), entry.source));
    assert_eq!(source(Key::NewUserCredits), Some(("7", Source::SystemConfig)));
    assert_eq!(source(Key::MaxTasksPerDay), Some(("20", Source::Env)));
    assert_eq!(source(Key::MaxFileSizeMb), Some(("100", Source::Default)));
    assert_eq!(source(Key::Registration), Some(("closed", Source::SystemConfig)));
}

#[test]
fn an_unusable_row_changes_nothing_and_is_reported() {
    let overrides: BTreeMap<String, String> =
        [("max_file_size_mb", "-1"), ("owner_unlimited", "maybe"), ("colour", "red")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    let effective = Runtime::effective(&config(&[]), &overrides);
    assert_eq!(effective.entries, Runtime::effective(&config(&[]), &BTreeMap::new()).entries);
    let named: Vec<_> = effective.warnings.iter().map(|warning| warning.variables[0].as_str()).collect();
    assert_eq!(named, ["colour", "max_file_size_mb", "owner_unlimited"]);
}

#[test]
fn every_run_time_key_is_described_and_checks_its_values() {
    for key in Key::ALL {
        let description = key.description();
        assert!(description.en.ends_with('.') && description.zh_cn.ends_with('。'), "{key:?}");
        assert_eq!(Key::named(&key.name()), Some(key));
        assert!(key.check("").is_err() && key.check("-5").is_err(), "{key:?}");
    }
    assert_eq!(Key::MaxFilesPerTask.check(" 007 ").unwrap(), "7");
    assert_eq!(Key::OwnerUnlimited.check("ON").unwrap(), "true");
    assert_eq!(Key::TaskCostCredits.check("99999999999999999999").unwrap_err().reason.en, "must be between 0 and 1000000");
}

#[test]
fn the_terminal_speaks_the_default_locale_where_it_is_given_and_the_language_of_the_shell_otherwise() {
    let cases: [(&[(&str, &str)], Locale); 6] = [
        (&[], Locale::ZhCn),
        (&[("LANG", "en_US.UTF-8")], Locale::En),
        (&[("LANG", "zh_CN.UTF-8")], Locale::ZhCn),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")], Locale::En),
        (&[("LANG", "en_US.UTF-8"), ("DEFAULT_LOCALE", "zh-CN")], Locale::ZhCn),
        (&[("LANG", "zh_CN.UTF-8"), ("DEFAULT_LOCALE", "en")], Locale::En),
    ];
    for (environment, expected) in cases {
        let app = config(environment).app;
        assert_eq!(app.terminal_locale, expected, "{environment:?}");
    }
    assert_eq!(config(&[("LANG", "en_US.UTF-8")]).app.default_locale, Locale::ZhCn, "visitors are not in this terminal");
}

#[test]
fn a_setting_may_lie_in_a_file_and_the_value_itself_is_stronger() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, value: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, value).unwrap();
        path.display().to_string()
    };
    let (key, port) = (file("key", "q4Jb0yqXbBJ8pQyQ4x8V+Oj7m3mF0K6m9b3l7c1d2e0=\n"), file("port", "4000\n"));
    let database = file("database", "postgresql://danqing:secret@database/danqing\n");
    let read = config(&[("JWT_SECRET_FILE", &key), ("PORT_FILE", &port), ("DATABASE_URL_FILE", &database)]);
    assert_eq!(read.accounts.jwt_secret.as_ref().unwrap().expose(), "q4Jb0yqXbBJ8pQyQ4x8V+Oj7m3mF0K6m9b3l7c1d2e0=");
    assert_eq!((read.server.port, read.is_given("PORT")), (4000, true));
    assert!(matches!(read.database.url, DatabaseUrl::Postgres(url) if url.expose().ends_with("@database/danqing")));
    assert_eq!(config(&[("PORT_FILE", &port), ("PORT", "5000")]).server.port, 5000);
    let loaded = load_with_file(&format!("PORT_FILE={port}\n"), &[]);
    assert_eq!((loaded.server.port, loaded.warnings.len()), (4000, 0));
    assert_eq!(load_with_file("PORT=5000\n", &[("PORT_FILE", &port)]).server.port, 4000, "the environment is the stronger layer");
}

#[test]
fn a_file_that_cannot_be_used_is_named_and_what_is_in_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, "hunter2").unwrap();
    let error = load(&[("JWT_SECRET_FILE", path.to_str().unwrap()), ("ENCRYPTION_KEY_FILE", "/nowhere/key")]).unwrap_err().to_string();
    assert!(error.contains("ENCRYPTION_KEY_FILE") && error.contains("JWT_SECRET") && !error.contains("/nowhere"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}
