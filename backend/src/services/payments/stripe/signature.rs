//! Stripe's signature of an event: `Stripe-Signature: t=<Unix seconds>,v1=<hex>,…`, where v1 is the HMAC-SHA256 of
//! `<t>.<body>` under the endpoint's secret. While a secret is exchanged there are several.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::Secret;

/// How old or early an event may be, in seconds: what Stripe's own libraries allow.
pub const TOLERANCE_SECONDS: i64 = 300;
/// Signatures that are tried: Stripe signs with two secrets at most at a time.
const SIGNATURES: usize = 8;

/// Why an event is not believed to be Stripe's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No signature, or not of the form.
    #[error("it has no signature of the known form")]
    Malformed,
    /// None of the secrets made it.
    #[error("it was signed with another secret, or changed")]
    Wrong,
    /// Too old, or from the future.
    #[error("it was signed more than five minutes ago or ahead")]
    Old,
}

/// Checks that one of the secrets signed the body, not long before `now` (Unix seconds).
///
/// # Errors
/// See [`SignatureError`].
pub fn verify(header: &str, body: &[u8], secrets: &[Secret], now: i64) -> Result<(), SignatureError> {
    let (mut time, mut signatures) = (None, Vec::new());
    for (name, value) in header.split(',').filter_map(|part| part.trim().split_once('=')) {
        match name {
            "t" => time = Some(value),
            // Other schemes are not ours to check: v0 is for tests.
            "v1" if signatures.len() < SIGNATURES => signatures.extend(hex::decode(value).ok()),
            _ => {}
        }
    }
    let time = time.ok_or(SignatureError::Malformed)?;
    let seconds: i64 = time.parse().map_err(|_| SignatureError::Malformed)?;
    if signatures.is_empty() {
        return Err(SignatureError::Malformed);
    }
    let made_by = |secret: &Secret| {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { return false };
        let mac = mac.chain_update(time.as_bytes()).chain_update(b".").chain_update(body);
        // In constant time.
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    };
    // Whoever knows no secret learns nothing of our clock.
    if !secrets.iter().filter(|secret| !secret.expose().is_empty()).any(made_by) {
        return Err(SignatureError::Wrong);
    }
    if now.abs_diff(seconds) > TOLERANCE_SECONDS.unsigned_abs() {
        return Err(SignatureError::Old);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1","object":"event"}"#;
    const TIME: i64 = 1_764_331_200;

    /// Made by `webhooks.generateTestHeaderString` of Stripe's library for Node, 23.1.0, with the secret `whsec_a`.
    const HEADER: &str = "t=1764331200,v1=14a0b7f47acdc5401fc978b631279039654a6b4b2954a220a2fc9227e2b1ec76";

    #[test]
    fn what_stripes_own_library_signs_is_believed() {
        assert_eq!(verify(HEADER, BODY, &secrets(&["whsec_a"]), TIME), Ok(()));
        assert_eq!(verify(HEADER, BODY, &secrets(&["whsec_b"]), TIME), Err(SignatureError::Wrong));
    }

    fn sign(secret: &str, time: i64, body: &[u8]) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        let mac = mac.chain_update(time.to_string().as_bytes()).chain_update(b".").chain_update(body);
        hex::encode(mac.finalize().into_bytes())
    }

    fn secrets(names: &[&str]) -> Vec<Secret> {
        names.iter().map(|name| Secret::new(*name)).collect()
    }

    #[test]
    fn an_event_is_believed_within_five_minutes_and_only_as_it_was_signed() {
        let header = format!("t={TIME},v1={}", sign("whsec_a", TIME, BODY));
        let check = |header: &str, body: &[u8], now| verify(header, body, &secrets(&["whsec_a"]), now);
        for now in [TIME - 300, TIME, TIME + 300] {
            assert_eq!(check(&header, BODY, now), Ok(()));
        }
        for now in [TIME - 301, TIME + 301, i64::MAX, i64::MIN] {
            assert_eq!(check(&header, BODY, now), Err(SignatureError::Old));
        }
        assert_eq!(check(&header, b"{}", TIME), Err(SignatureError::Wrong));
        let moved = header.replace(&TIME.to_string(), &(TIME + 1).to_string());
        assert_eq!(check(&moved, BODY, TIME), Err(SignatureError::Wrong));
        for header in ["", "t=1", "v1=00", "t=x,v1=00", "t=1,v1=zz", "t=1,v0=00", "garbage"] {
            assert_eq!(check(header, BODY, TIME), Err(SignatureError::Malformed), "{header}");
        }
    }

    #[test]
    fn while_secrets_are_exchanged_either_side_may_have_two() {
        let header = format!("t={TIME},v1={},v1={},v0=aa", sign("whsec_old", TIME, BODY), sign("whsec_new", TIME, BODY));
        for own in [&["whsec_new"][..], &["whsec_old"], &["whsec_other", "whsec_new"]] {
            assert_eq!(verify(&header, BODY, &secrets(own), TIME), Ok(()));
        }
        assert_eq!(verify(&header, BODY, &secrets(&["whsec_other"]), TIME), Err(SignatureError::Wrong));
    }

    #[test]
    fn no_secret_and_an_empty_one_prove_nothing() {
        let header = format!("t={TIME},v1={}", sign("", TIME, BODY));
        assert_eq!(verify(&header, BODY, &[], TIME), Err(SignatureError::Wrong));
        assert_eq!(verify(&header, BODY, &secrets(&[""]), TIME), Err(SignatureError::Wrong));
    }
}
