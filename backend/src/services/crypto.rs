//! Seals short secrets for the database: AES-256-GCM under a key that follows from `ENCRYPTION_KEY`. A sealed text
//! names its key, so that values of the previous key are still read and found again, and opens only at the place that
//! it was sealed for: a row that somebody copies or points at another host gives an error and never a key.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::Secret;
use crate::config::secrets::Secrets;

#[cfg(test)]
mod tests;

/// What every sealed text begins with; another form gets another number.
const FORM: &str = "dq1";
/// Bytes that name a key: enough to tell a handful apart, too few to help with guessing one.
const KEY_ID_BYTES: usize = 4;

/// A key for one purpose, so that no two purposes share one.
#[must_use]
pub fn derive(secret: &Secret, purpose: &str) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any key length is fine");
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Where a sealed value stands and what it may be used for.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The table and the column.
    pub column: &'static str,
    /// The id of the row.
    pub row: &'a str,
    /// The only use of the value, such as the vendor and the host that a key may go to.
    pub bound_to: &'a str,
}

/// Why a sealed value does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// `ENCRYPTION_KEY` was changed since, and the value was not sealed anew.
    #[error("it was sealed with another ENCRYPTION_KEY; set that one as ENCRYPTION_KEY_PREVIOUS")]
    OtherKey,
    /// The value was changed, or stands at another place than it was sealed for.
    #[error("it was changed, or stands at another place than it was sealed for")]
    Damaged,
}

/// A value could not be sealed: the system gives no random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret could not be sealed")]
pub struct SealError;

/// The keys in force.
pub struct Keyring {
    present: Key,
    previous: Option<Key>,
}

struct Key {
    id: String,
    cipher: RandomizedNonceKey,
}

impl Keyring {
    /// The keys that follow from `ENCRYPTION_KEY` and `ENCRYPTION_KEY_PREVIOUS`.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        Self { present: Key::of(&secrets.encryption), previous: secrets.encryption_previous.as_ref().map(Key::of) }
    }

    /// Seals a text with the present key.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn seal(&self, place: Place<'_>, secret: &Secret) -> Result<String, SealError> {
        let mut bytes = secret.expose().as_bytes().to_vec();
        let nonce = self.present.cipher.seal_in_place_append_tag(place.aad(), &mut bytes).map_err(|_| SealError)?;
        let sealed = [nonce.as_ref().as_slice(), &bytes].concat();
        Ok(format!("{FORM}.{}.{}", self.present.id, URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// Opens a sealed text at its place.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<Secret, OpenError> {
        let (key_id, body) = parts(sealed)?;
        let key = [Some(&self.present), self.previous.as_ref()].into_iter().flatten().find(|key| key.id == key_id);
        let key = key.ok_or(OpenError::OtherKey)?;
        let mut bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| OpenError::Damaged)?;
        let (nonce, body) = bytes.split_at_mut_checked(NONCE_LEN).ok_or(OpenError::Damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError::Damaged)?;
        let opened = key.cipher.open_in_place(nonce, place.aad(), body).map_err(|_| OpenError::Damaged)?;
        let text = std::str::from_utf8(opened).map_err(|_| OpenError::Damaged)?;
        Ok(Secret::new(text))
    }

    /// Whether a sealed text has to be sealed anew, because it is not of the present key.
    #[must_use]
    pub fn is_outdated(&self, sealed: &str) -> bool {
        parts(sealed).is_ok_and(|(key_id, _)| key_id != self.present.id)
    }
}

/// Never a key.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("present", &self.present.id).finish_non_exhaustive()
    }
}

impl Key {
    fn of(secret: &Secret) -> Self {
        let id = hex::encode(&derive(secret, "name of the key that seals")[..KEY_ID_BYTES]);
        #[expect(clippy::expect_used, reason = "32 bytes are what the cipher takes")]
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, &derive(secret, "sealed values")).expect("a key of 32 bytes");
        Self { id, cipher }
    }
}

impl Place<'_> {
    /// The place in a form in which no two places are alike: each part behind its length.
    fn aad(self) -> Aad<Vec<u8>> {
        let mut bytes = Vec::new();
        for part in [FORM, self.column, self.row, self.bound_to] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Aad::from(bytes)
    }
}

/// The name of the key and the sealed bytes as text.
fn parts(sealed: &str) -> Result<(&str, &str), OpenError> {
    let rest = sealed.strip_prefix(FORM).and_then(|rest| rest.strip_prefix('.'));
    rest.and_then(|rest| rest.split_once('.')).ok_or(OpenError::Damaged)
}
