//! Where pictures live: object keys, the store behind them and the signed links that open them. What an
//! object means, and who may see it, is the application's business.

mod bucket;
mod error;
mod key;
mod leftovers;
mod links;
mod outgoing;
mod presigned;
mod store;

pub use bucket::{Bucket, BucketOptions, Checksum, Patience, Trouble};
pub use error::Error;
pub use key::{Folder, ObjectKey};
pub use leftovers::delete_old_files;
pub use links::{Link, LinkError, LinkSigner, Variant};
pub use store::{Object, Range, Store, StoredObject};
