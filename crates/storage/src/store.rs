//! The store of objects, on local disk. Writes are durable when they return; reads are streams.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use tokio::io::AsyncWriteExt;

use crate::key::{Folder, ObjectKey};
use crate::leftovers::delete_old_files;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such object.
    #[error("no object {0}")]
    NotFound(ObjectKey),
    /// The asked range does not lie in the object, whose size in bytes this is.
    #[error("the range is outside the object of {0} bytes")]
    RangeNotSatisfiable(u64),
    /// There is no room left on the disk.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The disk or service refused.
    #[error("the object store failed: {0}")]
    Store(object_store::Error),
    /// A file beside the store could not be read, or the store's folder could not be made.
    #[error("reading or writing a file failed: {0}")]
    Io(std::io::Error),
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        if is_full(&error) { Error::Full(error.to_string()) } else { Error::Store(error) }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if is_full(&error) { Error::Full(error.to_string()) } else { Error::Io(error) }
    }
}

/// Whether a full disk, or a full share of it, is at the bottom of an error. The library wraps the system's answer
/// several times.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<std::io::Error>())
        .any(|error| matches!(error.kind(), StorageFull | QuotaExceeded))
}

/// Part of an object, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// From the first to the last position, both included.
    Bounded(u64, u64),
    /// From a position to the end.
    From(u64),
    /// The last so many bytes.
    Last(u64),
}

/// An object opened for reading.
pub struct Object {
    /// Size of the whole object in bytes.
    pub size: u64,
    /// The bytes that the stream yields: first and one past the last position.
    pub range: std::ops::Range<u64>,
    /// The bytes.
    pub stream: BoxStream<'static, Result<Bytes, Error>>,
}

/// One row of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Its key.
    pub key: ObjectKey,
    /// When it was last written, Unix milliseconds.
    pub written_at: i64,
}

/// The object store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

impl Store {
    /// A store in a folder on this machine, which is made when absent.
    ///
    /// # Errors
    /// When the folder cannot be made or opened.
    pub fn local(folder: &Path) -> Result<Self, Error> {
        // Pictures are their owner's only, so nobody else on this machine may enter. The mode of a folder that is there
        // already is its operator's choice.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let inner = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true).with_automatic_cleanup(false);
        Ok(Self { inner: Arc::new(inner), folder: folder.to_owned() })
    }

    /// Whether the store is there. Nothing is read or written, so it may be asked often.
    pub async fn is_reachable(&self) -> bool {
        tokio::fs::metadata(&self.folder).await.is_ok_and(|found| found.is_dir())
    }

    /// Stores bytes. They are on disk when this returns.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), Error> {
        self.inner.put(&path(key), bytes.into()).await?;
        Ok(())
    }

    /// Stores a file, piece by piece. It is on disk when this returns.
    ///
    /// # Errors
    /// When the file cannot be read or the store refuses.
    pub async fn put_file(&self, key: &ObjectKey, file: &Path) -> Result<(), Error> {
        let mut source = tokio::fs::File::open(file).await?;
        let mut target = BufWriter::new(Arc::clone(&self.inner), path(key));
        if let Err(error) = tokio::io::copy(&mut source, &mut target).await {
            // Whatever was written is useless; the first error is the one to report.
            let _aborted = target.abort().await;
            return Err(error.into());
        }
        // Cleans up after itself when it fails, and must not be aborted then.
        Ok(target.shutdown().await?)
    }

    /// Opens an object, or a part of it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::RangeNotSatisfiable`], or what the store says.
    pub async fn get(&self, key: &ObjectKey, range: Option<Range>) -> Result<Object, Error> {
        let options = GetOptions { range: range.map(Into::into), ..GetOptions::default() };
        match self.inner.get_opts(&path(key), options).await {
            Ok(found) => {
                Ok(Object { size: found.meta.size, range: found.range.clone(), stream: found.into_stream().map_err(Error::from).boxed() })
            }
            Err(object_store::Error::NotFound { .. }) => Err(Error::NotFound(key.clone())),
            Err(error) if range.is_some() => {
                let size = self.inner.head(&path(key)).await?.size;
                if satisfiable(range, size) { Err(error.into()) } else { Err(Error::RangeNotSatisfiable(size)) }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a whole object. For pictures, whose size is bounded.
    ///
    /// # Errors
    /// As [`Store::get`].
    pub async fn read(&self, key: &ObjectKey) -> Result<Bytes, Error> {
        match self.inner.get(&path(key)).await {
            Ok(found) => Ok(found.bytes().await?),
            Err(object_store::Error::NotFound { .. }) => Err(Error::NotFound(key.clone())),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an object; one that is gone already is fine.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), Error> {
        match self.inner.delete(&path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes what is left in a folder of writes that never ended because the process died. They are listed
    /// nowhere. `before` in Unix milliseconds spares those that may still be under way. Returns their number.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn delete_unfinished(&self, folder: Folder, before: i64) -> Result<usize, Error> {
        let folder = self.folder.join(folder.name());
        let before = UNIX_EPOCH + Duration::from_millis(u64::try_from(before).unwrap_or(0));
        // The library writes to `name#1`, `name#2` and so on, and renames when everything is on disk. Our keys have no `#`.
        let deleted = tokio::task::spawn_blocking(move || delete_old_files(&folder, before, |name| name.contains('#'))).await;
        Ok(deleted.map_err(std::io::Error::other)??)
    }

    /// Lists what a folder holds, in no particular order.
    pub fn list(&self, folder: Folder) -> BoxStream<'static, Result<StoredObject, Error>> {
        let row = |meta: object_store::ObjectMeta| StoredObject {
            key: ObjectKey::stored(meta.location.to_string()),
            written_at: meta.last_modified.timestamp_millis(),
        };
        self.inner.list(Some(&StorePath::from(folder.name()))).map_ok(row).map_err(Error::from).boxed()
    }
}

fn path(key: &ObjectKey) -> StorePath {
    StorePath::from(key.as_str())
}

fn satisfiable(range: Option<Range>, size: u64) -> bool {
    match range {
        Some(Range::Bounded(first, last)) => first <= last && first < size,
        Some(Range::From(first)) => first < size,
        Some(Range::Last(count)) => count > 0 && size > 0,
        None => true,
    }
}

impl From<Range> for GetRange {
    fn from(range: Range) -> Self {
        match range {
            Range::Bounded(first, last) => GetRange::Bounded(first..last.saturating_add(1)),
            Range::From(first) => GetRange::Offset(first),
            Range::Last(count) => GetRange::Suffix(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    async fn whole(object: Object) -> Vec<u8> {
        object.stream.map(|piece| piece.unwrap().to_vec()).concat().await
    }

    #[test]
    fn nobody_else_on_the_machine_may_enter_a_new_store() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap().path().join("objects");
        Store::local(&folder).unwrap();
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[tokio::test]
    async fn what_is_put_comes_back_whole_and_in_parts() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::local(folder.path()).unwrap();
        let key = ObjectKey::new(Folder::Output, "png");
        store.put(&key, Bytes::from_static(b"0123456789")).await.unwrap();
        assert_eq!(store.read(&key).await.unwrap().as_ref(), b"0123456789");
        assert_eq!(whole(store.get(&key, Some(Range::Bounded(2, 4))).await.unwrap()).await, b"234");
        assert_eq!(whole(store.get(&key, Some(Range::From(7))).await.unwrap()).await, b"789");
        let last = store.get(&key, Some(Range::Last(3))).await.unwrap();
        assert_eq!((last.size, last.range.clone()), (10, 7..10));
        assert!(matches!(store.get(&key, Some(Range::From(10))).await, Err(Error::RangeNotSatisfiable(10))));
    }

    #[tokio::test]
    async fn a_file_is_stored_listed_and_deleted_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::local(&folder.path().join("objects")).unwrap();
        let source = folder.path().join("source");
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        std::fs::write(&source, &bytes).unwrap();
        let key = ObjectKey::fenced(Folder::Output, 3, "webp");
        store.put_file(&key, &source).await.unwrap();
        assert_eq!(store.read(&key).await.unwrap(), bytes);
        let listed: Vec<StoredObject> = store.list(Folder::Output).try_collect().await.unwrap();
        assert_eq!(listed.into_iter().map(|row| row.key).collect::<Vec<_>>(), vec![key.clone()]);
        store.delete(&key).await.unwrap();
        store.delete(&key).await.unwrap();
        assert!(matches!(store.read(&key).await, Err(Error::NotFound(_))));
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_stored_is_an_error_however_large_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let objects = folder.path().join("objects");
        let store = Store::local(&objects).unwrap();
        std::fs::remove_dir(&objects).unwrap();
        std::fs::write(&objects, "not a folder").unwrap();
        let source = folder.path().join("source");
        // One that is written when it ends, and one that is written while it comes.
        for bytes in [1_000, 30 << 20] {
            std::fs::write(&source, vec![7; bytes]).unwrap();
            let stored = store.put_file(&ObjectKey::new(Folder::Input, "png"), &source).await;
            assert!(matches!(stored, Err(Error::Store(_) | Error::Io(_))), "{stored:?}");
        }
    }

    #[test]
    fn a_full_disk_is_told_apart_through_all_that_wraps_it() {
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        // As the library has it: its own error around one of the local store around the system's.
        let wrapped = |inner: std::io::Error| object_store::Error::Generic { store: "LocalFileSystem", source: Box::new(walked(inner)) };
        assert!(matches!(Error::from(full()), Error::Full(_)));
        assert!(matches!(Error::from(wrapped(full())), Error::Full(_)));
        assert!(matches!(Error::from(std::io::Error::from(wrapped(full()))), Error::Full(_)));
        let other = || std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        assert!(matches!(Error::from(other()), Error::Io(_)));
        assert!(matches!(Error::from(wrapped(other())), Error::Store(_)));
    }

    /// An error with this one as its source.
    fn walked(source: std::io::Error) -> impl std::error::Error + Send + Sync + 'static {
        #[derive(Debug, thiserror::Error)]
        #[error("unable to copy data to file")]
        struct Local(#[source] std::io::Error);
        Local(source)
    }

    #[tokio::test]
    async fn a_write_that_a_crash_cut_short_is_deleted_and_one_under_way_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::local(folder.path()).unwrap();
        assert_eq!(store.delete_unfinished(Folder::Input, i64::MAX).await.unwrap(), 0);
        let key = ObjectKey::new(Folder::Input, "png");
        store.put(&key, Bytes::from_static(b"whole")).await.unwrap();
        // Dropped without an end, as the process would drop it.
        let mut writing = store.inner.put_multipart(&path(&ObjectKey::new(Folder::Input, "png"))).await.unwrap();
        writing.put_part(Bytes::from_static(b"half").into()).await.unwrap();
        std::mem::forget(writing);
        assert_eq!(store.delete_unfinished(Folder::Input, 0).await.unwrap(), 0);
        let later = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap() + 1_000;
        assert_eq!(store.delete_unfinished(Folder::Input, later).await.unwrap(), 1);
        assert_eq!(std::fs::read_dir(folder.path().join("input")).unwrap().count(), 1);
        assert_eq!(store.read(&key).await.unwrap().as_ref(), b"whole");
    }
}
