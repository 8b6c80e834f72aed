//! Signed links to media. A link names a file, which form of it, and until when; the signature covers all of
//! it. Whoever holds the link may open it until it expires, nobody can make one or change one.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Which form of a file a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The stored picture, shown in place.
    Original,
    /// The 512 px preview.
    Thumbnail,
    /// The stored picture, offered for saving under its label.
    Download,
    /// What a running task shows so far; the link names an object, not a file.
    Preview,
}

impl Variant {
    const fn code(self) -> &'static str {
        match self {
            Variant::Original => "o",
            Variant::Thumbnail => "t",
            Variant::Download => "d",
            Variant::Preview => "p",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        [Variant::Original, Variant::Thumbnail, Variant::Download, Variant::Preview].into_iter().find(|variant| variant.code() == code)
    }
}

/// A link that was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The form it opens.
    pub variant: Variant,
    /// Unix seconds until which it opens.
    pub expires: i64,
}

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The time in it has passed.
    #[error("the link has expired")]
    Expired,
    /// The signature is not ours or something was changed.
    #[error("the link is not valid")]
    Invalid,
}

/// Expiry is rounded up to this many seconds, so that a picture keeps one address, and stays in the browser's
/// cache, for that long.
const ROUNDING_SECONDS: i64 = 3600;

/// Makes and checks links with one key.
#[derive(Clone)]
pub struct LinkSigner {
    mac: Hmac<Sha256>,
    lifetime_seconds: i64,
    base: String,
}

impl LinkSigner {
    /// A signer. `lifetime` is the least time a fresh link stays open; `base` comes before the path of every link:
    /// nothing, or the address of a host that fetches from this one, such as `https://cdn.example.com`.
    ///
    /// # Panics
    /// Never: HMAC takes a key of any length.
    #[must_use]
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    pub fn new(key: &[u8], lifetime: Duration, base: impl Into<String>) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length is fine");
        Self { mac, lifetime_seconds: i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX / 4), base: base.into() }
    }

    /// A link to a file, for instance `/files/file_01k…?v=t&e=1795336200&s=…`.
    #[must_use]
    pub fn sign(&self, file_id: &str, variant: Variant, now_seconds: i64) -> String {
        let least = now_seconds.saturating_add(self.lifetime_seconds);
        let expires = least.div_euclid(ROUNDING_SECONDS).saturating_add(1).saturating_mul(ROUNDING_SECONDS);
        let signature = URL_SAFE_NO_PAD.encode(self.tag(file_id, variant, expires).finalize().into_bytes());
        format!("{}/files/{file_id}?v={}&e={expires}&s={signature}", self.base, variant.code())
    }

    /// A link by which an upload is put here, until exactly then:
    /// `/api/uploads/upload_01k…/content?e=1795336200&s=…`. A bucket has links of its own.
    #[must_use]
    pub fn sign_upload(&self, upload_id: &str, expires: i64) -> String {
        let signature = URL_SAFE_NO_PAD.encode(self.upload_tag(upload_id, expires).finalize().into_bytes());
        format!("/api/uploads/{upload_id}/content?e={expires}&s={signature}")
    }

    /// Checks the parts of a link by which an upload is put.
    ///
    /// # Errors
    /// As [`LinkSigner::check`].
    pub fn check_upload(&self, upload_id: &str, expires: i64, signature: &str, now_seconds: i64) -> Result<(), LinkError> {
        let given = URL_SAFE_NO_PAD.decode(signature).map_err(|_| LinkError::Invalid)?;
        self.upload_tag(upload_id, expires).verify_slice(&given).map_err(|_| LinkError::Invalid)?;
        if expires < now_seconds { Err(LinkError::Expired) } else { Ok(()) }
    }

    /// Checks the parts of a link.
    ///
    /// # Errors
    /// [`LinkError::Invalid`] when the signature does not fit, [`LinkError::Expired`] when it fits but is late.
    pub fn check(&self, file_id: &str, variant: &str, expires: i64, signature: &str, now_seconds: i64) -> Result<Link, LinkError> {
        let variant = Variant::parse(variant).ok_or(LinkError::Invalid)?;
        let given = URL_SAFE_NO_PAD.decode(signature).map_err(|_| LinkError::Invalid)?;
        self.tag(file_id, variant, expires).verify_slice(&given).map_err(|_| LinkError::Invalid)?;
        if expires < now_seconds { Err(LinkError::Expired) } else { Ok(Link { variant, expires }) }
    }

    fn upload_tag(&self, upload_id: &str, expires: i64) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(format!("{upload_id}\nput\n{expires}").as_bytes());
        mac
    }

    fn tag(&self, file_id: &str, variant: Variant, expires: i64) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(format!("{file_id}\n{}\n{expires}", variant.code()).as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(link: &str) -> (String, String, i64, String) {
        let (path, query) = link.split_once('?').unwrap();
        let mut values = query.split('&').map(|pair| pair.split_once('=').unwrap().1.to_owned());
        let (variant, expires, signature) = (values.next().unwrap(), values.next().unwrap(), values.next().unwrap());
        (path.rsplit('/').next().unwrap().to_owned(), variant, expires.parse().unwrap(), signature)
    }

    #[test]
    fn a_link_opens_until_it_expires_and_nothing_in_it_can_be_changed() {
        let signer = LinkSigner::new(b"key", Duration::from_secs(900), "");
        let (id, variant, expires, signature) = parts(&signer.sign("file_a", Variant::Thumbnail, 10_000));
        let expected = Link { variant: Variant::Thumbnail, expires };
        assert_eq!(signer.check(&id, &variant, expires, &signature, 10_000), Ok(expected));
        assert_eq!(signer.check(&id, &variant, expires, &signature, expires + 1), Err(LinkError::Expired));
        assert_eq!(signer.check("file_b", &variant, expires, &signature, 10_000), Err(LinkError::Invalid));
        assert_eq!(signer.check(&id, "o", expires, &signature, 10_000), Err(LinkError::Invalid));
        assert_eq!(signer.check(&id, &variant, expires + 3600, &signature, 10_000), Err(LinkError::Invalid));
        assert_eq!(signer.check(&id, &variant, expires, "", 10_000), Err(LinkError::Invalid));
        let other = LinkSigner::new(b"another", Duration::from_secs(900), "");
        assert_eq!(other.check(&id, &variant, expires, &signature, 10_000), Err(LinkError::Invalid));
    }

    #[test]
    fn a_link_that_takes_an_upload_shows_nothing_and_is_over_on_time() {
        let signer = LinkSigner::new(b"key", Duration::from_secs(900), "https://cdn.example.com");
        let link = signer.sign_upload("upload_a", 10_000);
        let (path, query) = link.split_once('?').unwrap();
        assert_eq!(path, "/api/uploads/upload_a/content");
        let signature = query.rsplit_once("s=").unwrap().1;
        assert_eq!(signer.check_upload("upload_a", 10_000, signature, 10_000), Ok(()));
        assert_eq!(signer.check_upload("upload_a", 10_000, signature, 10_001), Err(LinkError::Expired));
        assert_eq!(signer.check_upload("upload_a", 20_000, signature, 10_000), Err(LinkError::Invalid));
        assert_eq!(signer.check_upload("upload_b", 10_000, signature, 10_000), Err(LinkError::Invalid));
        for variant in ["o", "t", "d", "p", "put"] {
            assert_eq!(signer.check("upload_a", variant, 10_000, signature, 10_000), Err(LinkError::Invalid));
        }
    }

    #[test]
    fn links_made_within_the_hour_are_the_same_and_live_at_least_their_lifetime() {
        let signer = LinkSigner::new(b"key", Duration::from_secs(900), "");
        let first = signer.sign("file_a", Variant::Original, 7_200);
        assert_eq!(first, signer.sign("file_a", Variant::Original, 7_300));
        let (_, _, expires, _) = parts(&signer.sign("file_a", Variant::Original, 10_700));
        assert!(expires >= 10_700 + 900);
        assert_eq!(expires % 3600, 0);
    }

    #[test]
    fn a_link_through_another_host_is_the_same_link() {
        let own = LinkSigner::new(b"key", Duration::from_secs(900), "").sign("file_a", Variant::Original, 7_200);
        let through = LinkSigner::new(b"key", Duration::from_secs(900), "https://cdn.example.com").sign("file_a", Variant::Original, 7_200);
        assert_eq!(through, format!("https://cdn.example.com{own}"));
    }
}
