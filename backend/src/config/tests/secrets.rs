//! The server's own secrets: where they come from and who may read them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Barrier;

use super::super::Config;
use super::super::secrets::{Role, Secrets};
use super::config;
use crate::models::locale::Locale;

fn config_in(folder: &Path, more: &[(&str, &str)]) -> Config {
    let data_dir = folder.join("data");
    let mut environment = vec![("DATA_DIR", data_dir.to_str().unwrap())];
    environment.extend(more);
    config(&environment)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn exposed(secrets: &Secrets) -> [&str; 3] {
    [&secrets.jwt, &secrets.encryption, &secrets.webhook].map(|secret| secret.expose())
}

#[test]
fn the_first_start_makes_secrets_that_only_their_owner_can_read_and_the_second_keeps_them() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path(), &[("JWT_SECRET", "your-jwt-secret-key")]);
    let first = Secrets::resolve(&config, Role::All).unwrap();
    let secrets = folder.path().join("data/secrets");
    assert_eq!(mode(&secrets), 0o700);
    for name in ["jwt_secret", "encryption_key", "webhook_secret"] {
        assert_eq!(mode(&secrets.join(name)), 0o600, "{name}");
    }
    assert_eq!(fs::read_dir(&secrets).unwrap().count(), 3, "nothing half-made stays behind");
    let [jwt, encryption, webhook] = exposed(&first);
    assert!(jwt.len() == 44 && jwt != encryption && encryption != webhook && jwt != webhook);
    assert_eq!(exposed(&Secrets::resolve(&config, Role::All).unwrap()), [jwt, encryption, webhook]);
}

#[test]
fn files_opened_by_a_backup_are_closed_again() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path(), &[]);
    let before = Secrets::resolve(&config, Role::All).unwrap();
    let file = folder.path().join("data/secrets/jwt_secret");
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let after = Secrets::resolve(&config, Role::All).unwrap();
    assert_eq!(mode(&file), 0o600);
    assert_eq!(exposed(&before), exposed(&after));
}

#[test]
fn processes_that_start_at_once_agree() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path(), &[]);
    let together = Barrier::new(16);
    let resolve = || {
        together.wait();
        Secrets::resolve(&config, Role::All).unwrap()
    };
    let all: Vec<Secrets> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(resolve)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(all.iter().all(|secrets| exposed(secrets) == exposed(&all[0])));
}

#[test]
fn a_secret_of_the_settings_is_used_and_not_copied() {
    let folder = tempfile::tempdir().unwrap();
    let given = "q4Jb0yqXbBJ8pQyQ4x8V+Oj7m3mF0K6m9b3l7c1d2e0=";
    let config = config_in(folder.path(), &[("JWT_SECRET", given), ("ENCRYPTION_KEY", given), ("WEBHOOK_SECRET", given)]);
    assert_eq!(exposed(&Secrets::resolve(&config, Role::Part).unwrap()), [given; 3]);
    assert!(!folder.path().join("data").exists());
}

#[test]
fn with_postgresql_or_several_processes_a_missing_secret_stops_the_start_with_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let on_server = config_in(folder.path(), &[("DATABASE_URL", "postgresql://db/danqing")]);
    for (config, role) in [(&on_server, Role::All), (&config_in(folder.path(), &[]), Role::Part)] {
        let error = Secrets::resolve(config, role).unwrap_err();
        assert_eq!(error.problems.len(), 3);
        let line = "JWT_SECRET: is missing; with PostgreSQL or several processes it must be the same everywhere. \
                    Make one with: openssl rand -base64 32.";
        assert!(error.render(Locale::En).contains(line), "{error}");
        assert!(!folder.path().join("data").exists());
    }
}

#[test]
fn a_move_to_postgresql_is_told_to_take_the_old_key_along() {
    let folder = tempfile::tempdir().unwrap();
    Secrets::resolve(&config_in(folder.path(), &[]), Role::All).unwrap();
    let moved = config_in(folder.path(), &[("DATABASE_URL", "postgresql://db/danqing")]);
    let error = Secrets::resolve(&moved, Role::All).unwrap_err().render(Locale::En);
    assert!(error.contains("Take over the one in") && error.contains("data/secrets/encryption_key"), "{error}");
}

#[test]
fn a_damaged_file_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path(), &[]);
    Secrets::resolve(&config, Role::All).unwrap();
    let file = folder.path().join("data/secrets/encryption_key");
    fs::write(&file, "").unwrap();
    let error = Secrets::resolve(&config, Role::All).unwrap_err();
    assert_eq!(error.problems[0].variable, "ENCRYPTION_KEY");
    assert!(error.render(Locale::En).contains("Restore"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), b"");
}

#[test]
fn a_folder_that_cannot_be_made_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data"), "in the way").unwrap();
    let error = Secrets::resolve(&config_in(folder.path(), &[]), Role::All).unwrap_err();
    assert!(error.render(Locale::En).contains("Let this user write to DATA_DIR"), "{error}");
}
