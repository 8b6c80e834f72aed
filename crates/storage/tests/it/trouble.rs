//! Buckets that are not as they should be.

use bytes::Bytes;
use egress::Url;
use egress::http::StatusCode;
use storage::{BucketOptions, Error, Folder, ObjectKey, Store, Trouble};

use crate::setup::{Style, bucket, client, options};

async fn looked(options: BucketOptions) -> Result<Option<i64>, Trouble> {
    Store::bucket(options, client()).unwrap().as_bucket().unwrap().look().await
}

#[tokio::test]
async fn what_is_wrong_with_the_settings_is_told_apart() {
    let (bucket, _) = bucket().await;
    let good = options(&bucket, Style::Path);
    let refused = |status, code: &str| Err(Trouble::Refused { status, code: code.to_owned() });
    assert!(looked(good.clone()).await.unwrap().is_some(), "it says what time it is");
    let address = Url::parse(&format!("{}/elsewhere", bucket.endpoint())).unwrap();
    assert_eq!(looked(BucketOptions { address, ..good.clone() }).await, refused(404, "NoSuchBucket"));
    let secret_access_key = "another".to_owned();
    assert_eq!(looked(BucketOptions { secret_access_key, ..good.clone() }).await, refused(403, "SignatureDoesNotMatch"));
    let address = Url::parse("http://127.0.0.1:9/pictures").unwrap();
    assert!(matches!(looked(BucketOptions { address, ..good }).await, Err(Trouble::Unreachable(_))));
}

#[tokio::test]
async fn a_bucket_that_is_out_is_an_error_and_comes_back_by_itself() {
    let (bucket, store) = bucket().await;
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    std::fs::write(&source, "bytes").unwrap();
    bucket.answer_everything_with(Some(StatusCode::SERVICE_UNAVAILABLE));
    let key = ObjectKey::new(Folder::Input, "png");
    assert!(!store.is_reachable().await);
    assert!(matches!(store.put_file(&key, &source).await, Err(Error::Answer { status: 503, .. })));
    assert!(store.put(&key, Bytes::from_static(b"bytes")).await.is_err());
    assert!(store.get(&key, None).await.is_err());
    bucket.answer_everything_with(None);
    store.put_file(&key, &source).await.unwrap();
    assert_eq!(store.read(&key).await.unwrap().as_ref(), b"bytes");
}

#[tokio::test]
async fn a_full_bucket_is_a_full_disk() {
    let (bucket, store) = bucket().await;
    let source = tempfile::NamedTempFile::new().unwrap();
    bucket.answer_everything_with(Some(StatusCode::INSUFFICIENT_STORAGE));
    let put = store.put_file(&ObjectKey::new(Folder::Input, "png"), source.path()).await;
    assert!(matches!(put, Err(Error::Full(_))), "{put:?}");
}

#[tokio::test]
async fn no_secret_shows_in_what_is_said_of_a_bucket() {
    let (bucket, store) = bucket().await;
    bucket.answer_everything_with(Some(StatusCode::BAD_REQUEST));
    let key = ObjectKey::new(Folder::Input, "png");
    let source = tempfile::NamedTempFile::new().unwrap();
    let said = [
        format!("{:?}", options(&bucket, Style::Path)),
        format!("{:?}", store.put(&key, Bytes::from_static(b"bytes")).await),
        format!("{:?}", store.put_file(&key, source.path()).await),
        format!("{:?}", store.get(&key, None).await.err()),
    ];
    for text in said {
        assert!(!text.contains(&bucket.options.secret_access_key) && !text.contains("Signature="), "{text}");
    }
}
