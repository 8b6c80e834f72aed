//! The store of objects: a folder of this machine or a bucket. Writes are durable when they return; reads are streams.

use std::io::{Seek, SeekFrom};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use egress::Egress;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::{GetOptions, GetRange, GetResult, GetResultPayload, ObjectStore, ObjectStoreExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

use crate::bucket::{Bucket, BucketOptions};
use crate::error::Error;
use crate::key::{Folder, ObjectKey};
use crate::leftovers::delete_old_files;

/// Bytes of a file that are read before they are written. A few such pieces are under way at once; the library's own size,
/// 10 MiB, would hold most pictures whole.
const PIECE_BYTES: usize = 256 << 10;
/// Bytes of a file that are read at a time for somebody who may take them slowly, beside thousands of others.
const READ_BYTES: usize = 64 << 10;

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
    place: Place,
}

/// Where objects are. What both do alike goes through the library's one interface; the rest is told apart here.
#[derive(Clone)]
enum Place {
    Folder(PathBuf),
    Bucket(Arc<Bucket>),
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
        Ok(Self { inner: Arc::new(inner), place: Place::Folder(folder.to_owned()) })
    }

    /// A store in a bucket, which is reached by this client. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When the options do not make an address.
    pub fn bucket(options: BucketOptions, egress: Egress) -> Result<Self, Error> {
        let bucket = Bucket::open(options, egress)?;
        Ok(Self { inner: Arc::new(bucket.s3.clone()), place: Place::Bucket(Arc::new(bucket)) })
    }

    /// The bucket, for what only a bucket can: links by which others put objects. `None` on local disk.
    #[must_use]
    pub fn as_bucket(&self) -> Option<&Bucket> {
        match &self.place {
            Place::Folder(_) => None,
            Place::Bucket(bucket) => Some(bucket),
        }
    }

    /// Whether the store is there. Nothing is written, and a bucket is asked every few seconds at most, so it may be asked
    /// often.
    pub async fn is_reachable(&self) -> bool {
        match &self.place {
            Place::Folder(folder) => tokio::fs::metadata(folder).await.is_ok_and(|found| found.is_dir()),
            Place::Bucket(bucket) => bucket.is_reachable().await,
        }
    }

    /// Stores bytes. They are safe when this returns.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), Error> {
        if let Place::Bucket(bucket) = &self.place {
            return bucket.put(key, &bytes).await;
        }
        self.inner.put(&path(key), bytes.into()).await?;
        Ok(())
    }

    /// Stores a file, piece by piece. It is safe when this returns.
    ///
    /// # Errors
    /// When the file cannot be read or the store refuses.
    pub async fn put_file(&self, key: &ObjectKey, file: &Path) -> Result<(), Error> {
        if let Place::Bucket(bucket) = &self.place {
            return bucket.put_file(key, file).await;
        }
        let mut source = tokio::fs::File::open(file).await?;
        let mut target = BufWriter::with_capacity(Arc::clone(&self.inner), path(key), PIECE_BYTES);
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
            Ok(found) => Ok(Object { size: found.meta.size, range: found.range.clone(), stream: pieces(found)? }),
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

    /// Writes an object of exactly so many bytes into a file, piece by piece. One of another size is not read.
    ///
    /// # Errors
    /// As [`Store::get`], [`Error::OtherSize`], and when the file cannot be written.
    pub async fn fetch(&self, key: &ObjectKey, size_bytes: u64, file: &Path) -> Result<(), Error> {
        let Object { size, mut stream, .. } = self.get(key, None).await?;
        if size != size_bytes {
            return Err(Error::OtherSize(size));
        }
        let mut target = tokio::fs::File::create(file).await?;
        while let Some(piece) = stream.try_next().await? {
            target.write_all(&piece).await?;
        }
        target.flush().await?;
        Ok(())
    }

    /// Deletes an object; one that is gone already is fine.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), Error> {
        self.delete_all(std::slice::from_ref(key)).await
    }

    /// Deletes objects, a bucket's up to a thousand with one request where it can; those that are gone already are fine.
    ///
    /// # Errors
    /// The first refusal. Those that can be deleted are.
    pub async fn delete_all(&self, keys: &[ObjectKey]) -> Result<(), Error> {
        if let (Some(many), 2..) = (self.as_bucket().and_then(Bucket::deletes_many), keys.len()) {
            match delete(&many.protocol, keys).await {
                Ok(()) => return Ok(()),
                Err(error) => {
                    // Not every server that speaks the protocol knows `DeleteObjects`. One that refuses a single object as
                    // well is away, and is not asked for each of the others.
                    delete(self.inner.as_ref(), &keys[..1]).await?;
                    tracing::info!(%error, "the bucket deletes one by one");
                    many.is_refused.store(true, Relaxed);
                }
            }
        }
        delete(self.inner.as_ref(), keys).await
    }

    /// Deletes what is left in a folder of writes that never ended because the process died. They are listed
    /// nowhere. `before` in Unix milliseconds spares those that may still be under way. Returns their number.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn delete_unfinished(&self, folder: Folder, before: i64) -> Result<usize, Error> {
        // A bucket shows an object when it is whole, and every object of ours comes with one request.
        let Place::Folder(place) = &self.place else { return Ok(0) };
        let folder = place.join(folder.name());
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

/// What was found, piece by piece. The library would read a file in pieces of 8 KiB, each with a way to another thread.
fn pieces(found: GetResult) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
    let GetResultPayload::File(mut file, _) = found.payload else {
        return Ok(found.into_stream().map_err(Error::from).boxed());
    };
    file.seek(SeekFrom::Start(found.range.start))?;
    let mut file = tokio::fs::File::from_std(file);
    file.set_max_buf_size(READ_BYTES);
    let part = file.take(found.range.end - found.range.start);
    Ok(ReaderStream::with_capacity(part, READ_BYTES).map_err(Error::from).boxed())
}

async fn delete(store: &dyn ObjectStore, keys: &[ObjectKey]) -> Result<(), Error> {
    let paths: Vec<Result<StorePath, object_store::Error>> = keys.iter().map(|key| Ok(path(key))).collect();
    let mut done = store.delete_stream(futures::stream::iter(paths).boxed());
    let mut first = Ok(());
    while let Some(deleted) = done.next().await {
        match deleted {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => first = first.and(Err(error.into())),
        }
    }
    first
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

    #[test]
    fn nobody_else_on_the_machine_may_enter_a_new_store() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap().path().join("objects");
        Store::local(&folder).unwrap();
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
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
