//! Why a store could not do it.

use crate::key::ObjectKey;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such object.
    #[error("no object {0}")]
    NotFound(ObjectKey),
    /// The asked range does not lie in the object, whose size in bytes this is.
    #[error("the range is outside the object of {0} bytes")]
    RangeNotSatisfiable(u64),
    /// The object has this many bytes, and not as many as it should.
    #[error("the object has {0} bytes, not as many as it should")]
    OtherSize(u64),
    /// There is no room left on the disk, or in the bucket.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The disk or service refused.
    #[error("the object store failed: {0}")]
    Store(object_store::Error),
    /// The bucket answered with this status and, where it said one, this code of its own.
    #[error("the bucket answered {status} {code}")]
    Answer {
        /// The HTTP status.
        status: u16,
        /// Such as `AccessDenied`; may be empty.
        code: String,
    },
    /// The bucket could not be reached, or did not answer as it should.
    #[error("the bucket cannot be reached: {0}")]
    Unreachable(#[from] egress::Error),
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
