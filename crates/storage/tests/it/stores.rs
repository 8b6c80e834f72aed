//! What every store promises.

use bytes::Bytes;
use fake_bucket::FakeBucket;
use futures::{StreamExt, TryStreamExt};
use storage::{BucketOptions, Checksum, Error, Folder, Object, ObjectKey, Range, Store, StoredObject};

use crate::setup::{Style, client, every_kind, options};

async fn whole(object: Object) -> Vec<u8> {
    object.stream.map(|piece| piece.unwrap().to_vec()).concat().await
}

async fn listed(store: &Store, folder: Folder) -> Vec<ObjectKey> {
    let rows: Vec<StoredObject> = store.list(folder).try_collect().await.unwrap();
    rows.into_iter().map(|row| row.key).collect()
}

#[tokio::test]
async fn what_is_put_comes_back_whole_and_in_parts() {
    for kind in every_kind().await {
        let (store, name) = (&kind.store, kind.name);
        let key = ObjectKey::new(Folder::Output, "png");
        store.put(&key, Bytes::from_static(b"0123456789")).await.unwrap();
        assert_eq!(store.read(&key).await.unwrap().as_ref(), b"0123456789", "{name}");
        assert_eq!(whole(store.get(&key, Some(Range::Bounded(2, 4))).await.unwrap()).await, b"234", "{name}");
        assert_eq!(whole(store.get(&key, Some(Range::From(7))).await.unwrap()).await, b"789", "{name}");
        let last = store.get(&key, Some(Range::Last(3))).await.unwrap();
        assert_eq!((last.size, last.range.clone()), (10, 7..10), "{name}");
        assert!(matches!(store.get(&key, Some(Range::From(10))).await, Err(Error::RangeNotSatisfiable(10))), "{name}");
        assert!(store.is_reachable().await, "{name}");
    }
}

#[tokio::test]
async fn a_file_is_stored_fetched_listed_and_deleted_once() {
    for kind in every_kind().await {
        let (store, name) = (&kind.store, kind.name);
        let folder = tempfile::tempdir().unwrap();
        let (source, target) = (folder.path().join("source"), folder.path().join("target"));
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        std::fs::write(&source, &bytes).unwrap();
        let key = ObjectKey::fenced(Folder::Output, 3, "webp");
        store.put_file(&key, &source).await.unwrap();
        store.fetch(&key, 300_000, &target).await.unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), bytes, "{name}");
        assert!(matches!(store.fetch(&key, 299_999, &target).await, Err(Error::OtherSize(300_000))), "{name}");
        assert_eq!(listed(store, Folder::Output).await, std::slice::from_ref(&key), "{name}");
        assert_eq!(listed(store, Folder::Input).await, [], "{name}");
        store.delete(&key).await.unwrap();
        store.delete(&key).await.unwrap();
        assert!(matches!(store.read(&key).await, Err(Error::NotFound(_))), "{name}");
        assert!(matches!(store.fetch(&key, 1, &target).await, Err(Error::NotFound(_))), "{name}");
    }
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    for kind in every_kind().await {
        let source = tempfile::NamedTempFile::new().unwrap();
        let key = ObjectKey::new(Folder::Input, "png");
        kind.store.put_file(&key, source.path()).await.unwrap();
        assert_eq!(kind.store.read(&key).await.unwrap().len(), 0, "{}", kind.name);
    }
}

#[tokio::test]
async fn many_objects_are_deleted_at_once_where_the_bucket_can_and_one_by_one_where_not() {
    for (checksum, deletes_many, asked) in [
        (Checksum::Sha256, true, [1, 0]),
        // Of six, one is tried by itself first, and then all are.
        (Checksum::Sha256, false, [1, 7]),
        // Deleted at once they come with a checksum always.
        (Checksum::None, true, [0, 6]),
    ] {
        let bucket = FakeBucket::start_with(fake_bucket::Options { deletes_many, ..fake_bucket::Options::default() }).await.unwrap();
        let store = Store::bucket(BucketOptions { checksum, ..options(&bucket, Style::Path) }, client()).unwrap();
        let mut keys = Vec::new();
        for _ in 0..6 {
            let key = ObjectKey::new(Folder::Preview, "webp");
            store.put(&key, Bytes::from_static(b"x")).await.unwrap();
            keys.push(key);
        }
        let requests = |since: usize| {
            let seen = bucket.seen().split_off(since);
            ["POST", "DELETE"].map(|method| seen.iter().filter(|seen| seen.method == method).count())
        };
        // One alone is deleted by itself, and does not matter when it is gone already.
        let before = bucket.seen().len();
        store.delete(&keys[0]).await.unwrap();
        assert_eq!(requests(before), [0, 1], "{checksum:?} {deletes_many}");
        let before = bucket.seen().len();
        store.delete_all(&keys).await.unwrap();
        assert_eq!(requests(before), asked, "{checksum:?} {deletes_many}");
        assert_eq!(listed(&store, Folder::Preview).await, []);
        store.delete_all(&[]).await.unwrap();
    }
}

#[tokio::test]
async fn the_name_of_the_bucket_stands_where_it_should() {
    for (style, host, target) in [(Style::Path, "127.0.0.1", "/pictures/input/"), (Style::Host, "pictures.bucket.test", "/input/")] {
        let bucket = FakeBucket::start().await.unwrap();
        let store = Store::bucket(options(&bucket, style), client()).unwrap();
        store.put(&ObjectKey::new(Folder::Input, "png"), Bytes::from_static(b"x")).await.unwrap();
        let seen = &bucket.seen()[0];
        assert_eq!(seen.host, format!("{host}:{}", bucket.address.port()));
        assert!(seen.target.starts_with(target), "{}", seen.target);
    }
}
