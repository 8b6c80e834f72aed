//! Hashing passwords with Argon2id. It takes tens of milliseconds and 19 MiB by design, so it runs beside the
//! async threads and only a few at a time.

use std::sync::LazyLock;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::{Code, Failure};
use crate::models::user::Password;
use crate::services::blocking;

/// Two at once keep memory below 40 MiB and leave a core for everything else.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// How long somebody waits for a turn: some hundreds of others, more than ever log in at one moment.
const PATIENCE: Duration = Duration::from_secs(30);

/// Verified against when there is no account, so that the answer takes as long as for a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("a password that nobody has").unwrap_or_default());

/// Hashes a new password with a fresh salt (parameters of RFC 9106 as OWASP lowers them: 19 MiB, 2 passes).
///
/// # Errors
/// `overloaded`, or when the system has no randomness.
pub async fn hash(password: Password) -> Result<String, Failure> {
    in_turn(move || hash_now(password.expose())).await
}

/// Whether a password fits a hash. With no hash it is compared all the same, and never fits.
///
/// # Errors
/// `overloaded`, or when the stored hash is damaged.
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

/// Runs work in a blocking thread, which keeps its turn to the end also when the one who asked has gone: else
/// whoever hangs up at once would have any number of hashes at work.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    blocking::holding(turn(PATIENCE).await?, work).await?
}

async fn turn(patience: Duration) -> Result<SemaphorePermit<'static>, Failure> {
    match tokio::time::timeout(patience, AT_ONCE.acquire()).await {
        Ok(turn) => turn.map_err(Failure::internal),
        Err(_) => Err(Failure::new(Code::Overloaded).retry_after(PATIENCE.as_secs())),
    }
}

fn hash_now(password: &str) -> Result<String, Failure> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use tokio::sync::Mutex;

    use super::*;

    /// Turns belong to the process, so tests take them one after the other.
    static ALONE: Mutex<()> = Mutex::const_new(());

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only_and_nobody_has_one() {
        let _alone = ALONE.lock().await;
        let password = Password::choose("correct horse 电池".to_owned()).unwrap();
        let stored = hash(password.clone()).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify(password.expose().to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!verify("a password that nobody has".to_owned(), None).await.unwrap());
        assert_ne!(stored, hash(password).await.unwrap());
    }

    #[tokio::test]
    async fn who_hangs_up_does_not_make_room_for_another_hash() {
        let _alone = ALONE.lock().await;
        // Whoever came before had an answer a moment before its permit was free.
        drop(AT_ONCE.acquire_many(2).await.unwrap());
        let (release, released) = std::sync::mpsc::channel::<()>();
        let asked = in_turn(move || released.recv().map_err(Failure::internal));
        // Asked once and dropped, as when a connection breaks.
        assert!(asked.now_or_never().is_none());
        assert_eq!(AT_ONCE.available_permits(), 1);
        release.send(()).unwrap();
        drop(AT_ONCE.acquire_many(2).await.unwrap());
    }

    #[tokio::test]
    async fn who_would_wait_too_long_for_a_turn_is_told_to_come_back() {
        let _alone = ALONE.lock().await;
        let _taken = AT_ONCE.acquire_many(2).await.unwrap();
        let refused = turn(Duration::ZERO).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after_seconds), (Code::Overloaded, Some(PATIENCE.as_secs())));
    }
}
