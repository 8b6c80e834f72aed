//! Files as they are shown: rows with signed links.

use diesel::QueryResult;
use storage::{LinkSigner, Variant};

use crate::database::files::FileRow;
use crate::models::file::File;
use crate::models::timestamp::Timestamp;

/// A file with links that are good from now on.
pub fn present(row: &FileRow, links: &LinkSigner, now: Timestamp) -> QueryResult<File> {
    let link = |variant| links.sign(&row.id, variant, now.0 / 1000);
    Ok(File {
        id: row.file_id()?,
        name: row.name.clone(),
        mime: row.mime.clone(),
        width: row.width,
        height: row.height,
        size_bytes: row.size_bytes,
        sha256: row.sha256.clone(),
        url: link(Variant::Original),
        thumbnail_url: link(Variant::Thumbnail),
        download_url: link(Variant::Download),
        thumbhash: row.thumbhash.clone(),
        created_at: Timestamp(row.created_at),
    })
}
