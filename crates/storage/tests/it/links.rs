//! Links by which others put objects: one key, one type, one length, for a while.

use std::time::Duration;

use egress::http::header::{CONTENT_TYPE, HeaderValue};
use egress::http::{Method, StatusCode};
use egress::{Body, Call, Reach, Url};
use fake_bucket::FakeBucket;
use storage::{BucketOptions, ObjectKey, Store};

use crate::setup::{Style, bucket, client, options};

/// Puts bytes of a type by a link, as a browser would.
async fn put(link: &Url, mime: &'static str, bytes: &'static [u8]) -> StatusCode {
    let call = Call::new(Method::PUT, link.clone()).reach(Reach::Configured).body(Body::Bytes(bytes.into()));
    client().send(call.header(CONTENT_TYPE, HeaderValue::from_static(mime))).await.unwrap().status
}

fn link(store: &Store, key: &ObjectKey, lifetime: Duration) -> Url {
    store.as_bucket().unwrap().upload_link(key, "image/png", 5, lifetime)
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_link_takes_what_it_was_made_for() {
    for style in [Style::Path, Style::Host] {
        let bucket = FakeBucket::start().await.unwrap();
        let store = Store::bucket(options(&bucket, style), client()).unwrap();
        let key = ObjectKey::quarantined();
        let link = link(&store, &key, HOUR);
        assert_eq!(put(&link, "image/png", b"bytes").await, StatusCode::OK);
        assert_eq!(store.read(&key).await.unwrap().as_ref(), b"bytes");
    }
}

#[tokio::test]
async fn a_link_for_others_names_the_address_that_they_reach() {
    let bucket = FakeBucket::start().await.unwrap();
    let public_address = options(&bucket, Style::Host).address;
    let store = Store::bucket(BucketOptions { public_address: public_address.clone(), ..options(&bucket, Style::Path) }, client()).unwrap();
    let key = ObjectKey::quarantined();
    let link = link(&store, &key, HOUR);
    assert_eq!(link.origin(), public_address.origin());
    assert_eq!(store.as_bucket().unwrap().origin(), public_address.origin().ascii_serialization());
    assert_eq!(put(&link, "image/png", b"bytes").await, StatusCode::OK);
    assert_eq!(store.read(&key).await.unwrap().as_ref(), b"bytes");
}

#[tokio::test]
async fn another_type_length_key_or_method_is_refused() {
    let (_bucket, store) = bucket().await;
    let key = ObjectKey::quarantined();
    let link = link(&store, &key, HOUR);
    assert_eq!(put(&link, "text/html", b"bytes").await, StatusCode::FORBIDDEN);
    assert_eq!(put(&link, "image/png", b"longer bytes").await, StatusCode::FORBIDDEN);
    assert_eq!(put(&link, "image/png", b"byte").await, StatusCode::FORBIDDEN);
    let mut elsewhere = link.clone();
    elsewhere.set_path(&link.path().replace("quarantine", "input"));
    assert_eq!(put(&elsewhere, "image/png", b"bytes").await, StatusCode::FORBIDDEN);
    let reading = Call::get(link.clone()).reach(Reach::Configured);
    assert_eq!(client().send(reading).await.unwrap().status, StatusCode::FORBIDDEN);
    assert!(store.read(&key).await.is_err());
}

#[tokio::test]
async fn a_link_that_is_over_is_refused() {
    let (_bucket, store) = bucket().await;
    let link = link(&store, &ObjectKey::quarantined(), Duration::ZERO);
    assert_eq!(put(&link, "image/png", b"bytes").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_link_signed_with_another_key_is_refused_and_nothing_is_open_to_all() {
    let (bucket, store) = bucket().await;
    let other = BucketOptions { secret_access_key: "another".to_owned(), ..options(&bucket, Style::Path) };
    let other = Store::bucket(other, client()).unwrap();
    let key = ObjectKey::quarantined();
    assert_eq!(put(&link(&other, &key, HOUR), "image/png", b"bytes").await, StatusCode::FORBIDDEN);
    let mut unsigned = link(&store, &key, HOUR);
    unsigned.set_query(None);
    assert_eq!(put(&unsigned, "image/png", b"bytes").await, StatusCode::FORBIDDEN);
}
