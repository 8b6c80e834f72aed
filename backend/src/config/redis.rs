//! The optional Redis server, which carries hints between processes and never the truth.

use url::Url;

use super::Secret;
use super::problem::Complaint;
use super::reader::{Fallback, Reader};
use super::text::Text;

/// Settings of Redis.
#[derive(Debug, Clone)]
pub struct Redis {
    /// `REDIS_URL` (none): redis://host:6379, or rediss:// with TLS; may contain a password.
    pub url: Option<Secret>,
}

impl Redis {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { url: reader.secret_address("REDIS_URL", Fallback::Absent, parse_url) }
    }
}

fn parse_url(text: &str) -> Result<Secret, Complaint> {
    let suits = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "redis" | "rediss") && url.has_host());
    suits.then(|| Secret::new(text)).ok_or_else(|| {
        let reason = Text::new("must be an address that begins with redis:// or rediss://", "必须是以 redis:// 或 rediss:// 开头的地址");
        Complaint::suggest(reason, "redis://127.0.0.1:6379")
    })
}
