//! Links that carry a signature: whoever holds one may do one thing with one object for a while, and needs no key. The
//! protocol's library does not sign a length, which is the whole point for uploads, so links are signed by another.

use std::fmt;
use std::time::Duration;

use egress::Url;
use jiff::Timestamp;
use rusty_s3::Method;

use crate::key::ObjectKey;

/// Signs links with one key for one bucket.
#[derive(Clone)]
pub(crate) struct Presigner {
    /// Where the bucket is, with its name in it.
    pub bucket: Url,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl fmt::Debug for Presigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presigner").field("bucket", &self.bucket.as_str()).finish_non_exhaustive()
    }
}

impl Presigner {
    /// A link that puts an object. The request must have exactly these headers, which are given by name in small letters
    /// and in order.
    pub fn put(&self, key: &ObjectKey, headers: &[(&str, &str)], now: Timestamp, lifetime: Duration) -> Url {
        // Keys are of letters and digits, dots, dashes and slashes, which stand in an address as they are.
        self.sign(Method::Put, &format!("/{key}"), &[], headers, now, lifetime)
    }

    /// A link that asks for one row of the list of objects below a folder.
    pub fn list_one(&self, folder: &str, now: Timestamp, lifetime: Duration) -> Url {
        self.sign(Method::Get, "", &[("list-type", "2"), ("max-keys", "1"), ("prefix", folder)], &[], now, lifetime)
    }

    fn sign(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        headers: &[(&str, &str)],
        now: Timestamp,
        lifetime: Duration,
    ) -> Url {
        let mut url = self.bucket.clone();
        url.set_path(&format!("{}{path}", self.bucket.path().trim_end_matches('/')));
        let (id, secret) = (&self.access_key_id, &self.secret_access_key);
        let (query, headers) = (query.iter().copied(), headers.iter().copied());
        rusty_s3::signing::sign(&now, method, url, id, secret, None, &self.region, lifetime.as_secs(), query, headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presigner() -> Presigner {
        Presigner {
            bucket: Url::parse("https://a.example/pictures").unwrap(),
            region: "auto".to_owned(),
            access_key_id: "id".to_owned(),
            secret_access_key: "never shown".to_owned(),
        }
    }

    #[test]
    fn type_and_length_are_part_of_what_is_signed() {
        let key = ObjectKey::stored("quarantine/a");
        let put = |length| {
            let headers = [("content-length", length), ("content-type", "image/png")];
            presigner().put(&key, &headers, Timestamp::UNIX_EPOCH, Duration::from_secs(900))
        };
        let link = put("5");
        assert!(link.as_str().starts_with("https://a.example/pictures/quarantine/a?"));
        assert!(link.as_str().contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost"));
        assert!(link.as_str().contains("X-Amz-Date=19700101T000000Z") && link.as_str().contains("X-Amz-Expires=900"));
        assert_ne!(link, put("6"));
        assert!(!format!("{link} {:?}", presigner()).contains("never"));
    }
}
