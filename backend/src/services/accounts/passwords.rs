//! Hashing passwords with Argon2id. It takes tens of milliseconds and 19 MiB by design, so it runs beside the
//! async threads and only a few at a time.

use std::sync::{Arc, LazyLock};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::Failure;
use crate::models::user::Password;
use crate::services::blocking;

/// Two at once keep memory below 40 MiB and leave a core for everything else.
static AT_ONCE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// Verified against when there is no account, so that the answer takes as long as for a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("a password that nobody has").unwrap_or_default());

/// Hashes a new password with a fresh salt (parameters of RFC 9106 as OWASP lowers them: 19 MiB, 2 passes).
///
/// # Errors
/// Only when the system has no randomness.
pub async fn hash(password: Password) -> Result<String, Failure> {
    in_turn(move || hash_now(password.expose())).await
}

/// Whether a password fits a hash. With no hash it is compared all the same, and never fits.
///
/// # Errors
/// Only when the stored hash is damaged.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Failure> {
    in_turn(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let parsed = PasswordHash::new(&hash).map_err(Failure::internal)?;
        let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(fits && known)
    })
    .await
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    let permit = Arc::clone(&AT_ONCE).acquire_owned().await.map_err(Failure::internal)?;
    blocking::holding(permit, work).await?
}

fn hash_now(password: &str) -> Result<String, Failure> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only_and_nobody_has_one() {
        let password = Password::choose("correct horse 电池".to_owned()).unwrap();
        let stored = hash(password.clone()).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify(password.expose().to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!verify("a password that nobody has".to_owned(), None).await.unwrap());
        assert_ne!(stored, hash(password).await.unwrap());
    }
}
