//! The server's own three secrets. What the settings do not give is made at the first start and kept in
//! `DATA_DIR/secrets`, but only where one process on one machine owns the data: with PostgreSQL or split roles
//! several machines would each make their own, so there the start stops with the command that makes one.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::TryRngCore;
use rand::rngs::OsRng;

use super::Config;
use super::Secret;
use super::database::DatabaseUrl;
use super::problem::{Complaint, ConfigError, Problem};
use super::reader::{SECRET_BYTES, make_one, too_short};
use super::text::Text;

/// Which part of the work this process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything, as the only process.
    All,
    /// Only requests, or only background work, beside other processes.
    Part,
}

/// The secrets in force.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// `JWT_SECRET`: signs session tokens.
    pub jwt: Secret,
    /// `ENCRYPTION_KEY`: encrypts keys that are stored in the database.
    pub encryption: Secret,
    /// `ENCRYPTION_KEY_PREVIOUS`: the key before; what it encrypted can still be read.
    pub encryption_previous: Option<Secret>,
    /// `WEBHOOK_SECRET`: derives callback tokens.
    pub webhook: Secret,
}

/// The variables of the secrets.
pub const PLACES: [&str; 3] = ["JWT_SECRET", "ENCRYPTION_KEY", "WEBHOOK_SECRET"];

impl Secrets {
    /// The secrets that are there, without making any.
    ///
    /// # Errors
    /// Names the variables of those that are not.
    pub fn present(config: &Config) -> Result<Self, Vec<&'static str>> {
        let folder = config.app.data_dir.join("secrets");
        let kept = |name: &str| {
            let text = fs::read_to_string(folder.join(name.to_ascii_lowercase())).ok()?;
            Some(text.trim().to_owned()).filter(|text| text.len() >= SECRET_BYTES).map(Secret::new)
        };
        let own = matches!(config.database.url, DatabaseUrl::Sqlite(_));
        let accounts = &config.accounts;
        let given = [&accounts.jwt_secret, &accounts.encryption_key, &accounts.webhook_secret];
        let mut missing = Vec::new();
        let mut found = PLACES.into_iter().zip(given).filter_map(|(name, given)| {
            let secret = given.clone().or_else(|| kept(name).filter(|_| own));
            if secret.is_none() {
                missing.push(name);
            }
            secret
        });
        let three = (found.next(), found.next(), found.next());
        drop(found);
        match three {
            (Some(jwt), Some(encryption), Some(webhook)) => {
                Ok(Self { jwt, encryption, encryption_previous: accounts.encryption_key_previous.clone(), webhook })
            }
            _ => Err(missing),
        }
    }

    /// Takes each secret from the settings, else from `DATA_DIR/secrets`, else makes it there. Two processes
    /// that start at once agree on the secret of whoever was first.
    ///
    /// # Errors
    /// Names every secret that is missing and may not be made here, or whose file cannot be used.
    pub fn resolve(config: &Config, role: Role) -> Result<Self, ConfigError> {
        let folder = config.app.data_dir.join("secrets");
        let own = role == Role::All && matches!(config.database.url, DatabaseUrl::Sqlite(_));
        let mut problems = Vec::new();
        let mut resolve = |name: &str, given: &Option<Secret>| {
            let path = folder.join(name.to_ascii_lowercase());
            let found = match given {
                Some(secret) => Ok(secret.clone()),
                None if own => keep(&path),
                None => Err(refused(&path)),
            };
            found.map_err(|complaint| problems.push(Problem { variable: name.to_owned(), value: None, complaint })).ok()
        };
        let jwt = resolve("JWT_SECRET", &config.accounts.jwt_secret);
        let encryption = resolve("ENCRYPTION_KEY", &config.accounts.encryption_key);
        let webhook = resolve("WEBHOOK_SECRET", &config.accounts.webhook_secret);
        match (jwt, encryption, webhook) {
            (Some(jwt), Some(encryption), Some(webhook)) => {
                Ok(Self { jwt, encryption, encryption_previous: config.accounts.encryption_key_previous.clone(), webhook })
            }
            _ => Err(ConfigError { problems, locale: config.app.default_locale }),
        }
    }
}

/// The secret of a file, which is made first when there is none.
fn keep(path: &Path) -> Result<Secret, Complaint> {
    let text = read_or_create(path).map_err(|error| unusable(path, &error))?;
    let text = text.trim();
    if text.len() < SECRET_BYTES {
        let mut complaint = too_short(text.len());
        complaint.instead = Text::new(
            format!("Restore {} from a backup; what was protected with it is lost without", path.display()),
            format!("请从备份恢复 {}；没有它，受其保护的数据将无法读取", path.display()),
        );
        return Err(complaint);
    }
    Ok(Secret::new(text))
}

fn read_or_create(path: &Path) -> io::Result<String> {
    match read_private(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path)?;
            read_private(path)
        }
        result => result,
    }
}

/// Reads the file, and closes it to others first should a copy or a backup have opened it.
fn read_private(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
    }
    fs::read_to_string(path)
}

/// Makes the file with its whole content in one step: others see no file or a complete one, and a file that
/// came into being meanwhile is left alone.
fn create(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_private_folder(folder)?;
    let mut bytes = [0; SECRET_BYTES];
    OsRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{}", STANDARD.encode(bytes))?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => File::open(folder)?.sync_all(),
        Err(lost) if lost.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(failed) => Err(failed.error),
    }
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    if let Some(data_dir) = folder.parent() {
        fs::create_dir_all(data_dir)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::set_permissions(folder, Permissions::from_mode(0o700)),
        result => result,
    }
}

fn unusable(path: &Path, error: &io::Error) -> Complaint {
    let path = path.display();
    Complaint {
        reason: Text::new(format!("cannot be kept in {path} ({error})"), format!("无法保存在 {path}（{error}）")),
        instead: Text::new("Let this user write to DATA_DIR, or set the variable yourself", "请让当前用户可写 DATA_DIR，或自行设置该变量"),
    }
}

/// Names a file that was made earlier, because a move to PostgreSQL has to take the old key along.
fn refused(path: &Path) -> Complaint {
    let reason = Text::new(
        "is missing; with PostgreSQL or several processes it must be the same everywhere",
        "未设置；使用 PostgreSQL 或多个进程时，各处必须使用同一个值",
    );
    let earlier: Option<PathBuf> = path.exists().then(|| path.to_owned());
    let instead = earlier.map_or_else(make_one, |path| {
        let path = path.display();
        Text::new(format!("Take over the one in {path}"), format!("请沿用 {path} 中的值"))
    });
    Complaint { reason, instead }
}
