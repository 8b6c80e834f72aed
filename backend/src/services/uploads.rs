//! Taking pictures in. The bytes lie in a temporary file by now; here they are checked, cleaned, stored under a
//! fresh key and written down. Nothing is kept of a picture that is refused.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use imaging::Ingested;
use storage::{Folder, ObjectKey};
use tempfile::NamedTempFile;

use crate::app::App;
use crate::database::files::{self, FileRow};
use crate::error::{Code, Failure};
use crate::models::file::File;
use crate::models::id::{FileId, UserId};
use crate::models::locale::Locale;
use crate::services::media;

pub mod budget;
mod refusal;

pub use refusal::disk;

/// A picture that arrived.
pub struct Arrived {
    /// Its label: the name it came with, without folders, at most 200 characters.
    pub name: String,
    /// Its bytes.
    pub file: NamedTempFile,
}

/// Most characters of a label.
const LABEL_CHARACTERS: usize = 200;

/// The label of a file name: its last part, without control characters. It is never used as a path.
#[must_use]
pub fn label(file_name: Option<&str>) -> String {
    let last = file_name.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(LABEL_CHARACTERS).collect();
    let trimmed = clean.trim();
    if trimmed.is_empty() { "picture".to_owned() } else { trimmed.to_owned() }
}

/// Checks and stores pictures; all of them or none. Reasons are told in `locale`.
///
/// # Errors
/// `file_*` and `image_*` for the first picture that is refused, `overloaded`, `storage_full`.
pub async fn store(app: &App, user_id: &UserId, locale: Locale, arrived: Vec<Arrived>) -> Result<Vec<File>, Failure> {
    let mut rows = Vec::with_capacity(arrived.len());
    if let Err(failure) = store_each(app, user_id, locale, arrived, &mut rows).await {
        forget(app, &rows).await;
        return Err(failure);
    }
    let inserted = rows.clone();
    let written = app.database.write::<_, db::Error, _>(move |conn| Ok(files::insert(conn, &inserted)?)).await;
    if let Err(error) = written {
        // After a commit that was not confirmed the rows may be there; then the sweeper is the one to decide.
        if !matches!(error, db::Error::CommitFailed(_)) {
            forget(app, &rows).await;
        }
        return Err(error.into());
    }
    let now = app.clock.now();
    Ok(rows.iter().map(|row| media::present(row, &app.links, now)).collect::<Result<_, _>>()?)
}

async fn store_each(app: &App, user_id: &UserId, locale: Locale, arrived: Vec<Arrived>, rows: &mut Vec<FileRow>) -> Result<(), Failure> {
    for picture in arrived {
        let name = picture.name.clone();
        let (ingested, clean) = ingest(app, picture, locale).await?;
        rows.push(put(app, user_id, &name, ingested, clean.path()).await?);
    }
    Ok(())
}

/// One decode, in a blocking thread, within the memory that all decodes share. The thread owns that memory and both
/// files: it works on when the one who asked has gone.
async fn ingest(app: &App, picture: Arrived, locale: Locale) -> Result<(Ingested, NamedTempFile), Failure> {
    let limits = app.picture_limits().await?;
    let clean = NamedTempFile::new_in(app.temporary_folder()).map_err(|error| disk(&error))?;
    let permit = app.decode_budget.reserve(picture.file.path(), &limits).await?;
    let decoded = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let ingested = imaging::ingest(picture.file.path(), clean.path(), &limits);
        ingested.map_err(|error| refusal::refusal(&error, &picture.name, locale, &limits)).map(|ingested| (ingested, clean))
    });
    decoded.await.map_err(Failure::internal)?
}

async fn put(app: &App, user_id: &UserId, name: &str, ingested: Ingested, clean: &Path) -> Result<FileRow, Failure> {
    let object_key = ObjectKey::new(Folder::Input, ingested.format.extension());
    let thumbnail_key = ObjectKey::new(Folder::Thumbnail, "webp");
    app.store.put_file(&object_key, clean).await?;
    app.store.put(&thumbnail_key, Bytes::from(ingested.thumbnail)).await?;
    let pixels = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    Ok(FileRow {
        id: FileId::new().into(),
        user_id: user_id.to_string(),
        name: name.to_owned(),
        mime: ingested.format.mime().to_owned(),
        width: pixels(ingested.width),
        height: pixels(ingested.height),
        size_bytes: i64::try_from(ingested.size_bytes).unwrap_or(i64::MAX),
        sha256: hex::encode(ingested.sha256),
        object_key: object_key.to_string(),
        thumbnail_key: thumbnail_key.to_string(),
        thumbhash: BASE64.encode(ingested.thumbhash),
        created_at: app.clock.now().0,
    })
}

/// Deletes the objects of rows that were not written. What cannot be deleted now is found by the sweeper.
pub async fn forget(app: &App, rows: &[FileRow]) {
    for key in rows.iter().flat_map(FileRow::objects) {
        if let Err(error) = app.store.delete(&key).await {
            tracing::warn!(%key, %error, "an object could not be deleted; the sweeper will");
        }
    }
}

/// Refuses early what is certainly too large.
///
/// # Errors
/// `file_too_large`.
pub fn check_size(name: &str, size_bytes: u64, limit_bytes: u64) -> Result<(), Failure> {
    if size_bytes <= limit_bytes {
        return Ok(());
    }
    Err(Failure::new(Code::FileTooLarge)
        .with("name", name)
        .with("limit", limit_bytes >> 20)
        .field("file", "too_large")
        .field_with("maximum", limit_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_never_a_path() {
        assert_eq!(label(Some("../../etc/passwd")), "passwd");
        assert_eq!(label(Some("C:\\Users\\me\\猫.jpg")), "猫.jpg");
        assert_eq!(label(Some("a\r\nb.png")), "ab.png");
        assert_eq!(label(Some("..")), "..");
        assert_eq!(label(Some("/")), "picture");
        assert_eq!(label(Some(&"x".repeat(500))).len(), 200);
    }
}
