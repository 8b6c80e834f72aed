//! Stores of every kind.

use std::net::IpAddr;

use egress::{Egress, Options, Resolver, Url};
use fake_bucket::{DOMAIN, FakeBucket};
use futures::FutureExt;
use storage::{BucketOptions, Checksum, Patience, Store};
use tempfile::TempDir;

/// A store for the promises that all keep, and what it lives on.
pub struct Kind {
    pub name: &'static str,
    pub store: Store,
    _folder: Option<TempDir>,
    _bucket: Option<FakeBucket>,
}

/// One of every kind.
pub async fn every_kind() -> Vec<Kind> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::local(&folder.path().join("objects")).unwrap();
    let mut kinds = vec![Kind { name: "folder", store, _folder: Some(folder), _bucket: None }];
    for (name, style, checksum) in [
        ("bucket in the path", Style::Path, Checksum::Sha256),
        ("bucket in the host", Style::Host, Checksum::Sha256),
        ("bucket without checksums", Style::Path, Checksum::None),
    ] {
        let bucket = FakeBucket::start().await.unwrap();
        let store = Store::bucket(BucketOptions { checksum, ..options(&bucket, style) }, client()).unwrap();
        kinds.push(Kind { name, store, _folder: None, _bucket: Some(bucket) });
    }
    kinds
}

/// Where the bucket's name stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Path,
    Host,
}

/// What opens a bucket.
pub fn options(bucket: &FakeBucket, style: Style) -> BucketOptions {
    let name = &bucket.options.name;
    let address = match style {
        Style::Path => format!("{}/{name}", bucket.endpoint()),
        Style::Host => format!("http://{name}.{DOMAIN}:{}", bucket.address.port()),
    };
    let address = Url::parse(&address).unwrap();
    BucketOptions {
        public_address: address.clone(),
        address,
        name: name.clone(),
        region: "auto".to_owned(),
        access_key_id: bucket.options.access_key_id.clone(),
        secret_access_key: bucket.options.secret_access_key.clone(),
        patience: Patience::default(),
        checksum: Checksum::Sha256,
    }
}

/// A bucket and a store in it.
pub async fn bucket() -> (FakeBucket, Store) {
    let bucket = FakeBucket::start().await.unwrap();
    let store = Store::bucket(options(&bucket, Style::Path), client()).unwrap();
    (bucket, store)
}

/// A client for which every name is this machine.
pub fn client() -> Egress {
    let here = |_| async { Ok(vec![IpAddr::from([127, 0, 0, 1])]) }.boxed();
    Egress::new(Options { resolver: Resolver::from_fn(here), ..Options::new("tests/1") }).unwrap()
}
