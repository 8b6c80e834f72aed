//! Which database keeps the books.

use std::path::{Path, PathBuf};

use url::Url;

use super::Secret;
use super::problem::Complaint;
use super::reader::{Fallback, Reader};
use super::setting::Whole;
use super::text::Text;

/// PostgreSQL allows 100 connections unless told otherwise; ten leave room for several processes.
const POOL_SIZE: Whole<u32> = Whole { name: "DATABASE_POOL_SIZE", default: 10, min: 1, max: 1000 };

const FILE_NAME: &str = "database.sqlite";

/// Where the database is.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A PostgreSQL server; the address may contain a password.
    Postgres(Secret),
}

/// Settings of the database.
#[derive(Debug, Clone)]
pub struct Database {
    /// `DATABASE_URL` (DATA_DIR/database.sqlite): a path, or postgresql://user:password@host/name.
    pub url: DatabaseUrl,
    /// `DATABASE_POOL_SIZE` (10): connections this process opens at most.
    pub pool_size: u32,
}

impl Database {
    pub(super) fn read(reader: &mut Reader<'_>, data_dir: &Path) -> Self {
        // Joined as text: a Path would drop the leading "./" that people recognise from the sample.
        let default = format!("{}/{FILE_NAME}", data_dir.display());
        let url = reader.secret_address("DATABASE_URL", Fallback::Derived(default), parse_url);
        Self { url: url.unwrap_or_else(|| DatabaseUrl::Sqlite(data_dir.join(FILE_NAME))), pool_size: reader.whole(&POOL_SIZE) }
    }
}

fn parse_url(text: &str) -> Result<DatabaseUrl, Complaint> {
    let refused = |reason| Err(Complaint::suggest(reason, "./data/database.sqlite (postgresql://user:password@host:5432/name)"));
    if text.starts_with("postgresql://") || text.starts_with("postgres://") {
        return match Url::parse(text) {
            Ok(_) => Ok(DatabaseUrl::Postgres(Secret::new(text))),
            Err(error) => refused(Text::new(
                format!("is not a PostgreSQL address ({error}; special characters of a password must be percent-encoded)"),
                format!("不是有效的 PostgreSQL 地址（{error}；密码中的特殊字符须用百分号编码）"),
            )),
        };
    }
    let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")).or_else(|| text.strip_prefix("file:"));
    let path = path.unwrap_or(text);
    if path.contains("://") {
        return refused(Text::new("must be a SQLite file or a PostgreSQL address", "必须是 SQLite 文件或 PostgreSQL 地址"));
    }
    if path.is_empty() || path == ":memory:" || path.ends_with('/') {
        return refused(Text::new("must name a file: the books have to outlive the process", "必须是文件：账目不能随进程消失"));
    }
    Ok(DatabaseUrl::Sqlite(PathBuf::from(path)))
}
