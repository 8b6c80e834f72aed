//! Taking pictures in. The bytes lie in a temporary file by now; here they are checked, cleaned, stored under a
//! fresh key and written down. Nothing is kept of a picture that is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use imaging::Ingested;
use storage::{Folder, ObjectKey};
use tempfile::NamedTempFile;

use crate::app::App;
use crate::database::files::{self, FileRow};
use crate::error::{Code, Failure};
use crate::models::file::File;
use crate::models::id::{FileId, UserId};
use crate::models::locale::Locale;
use crate::models::user::User;

pub mod budget;
pub mod presigned;
pub mod quota;
mod refusal;
mod stored;
pub mod turns;

pub use refusal::disk;
use stored::Stored;

/// A picture that arrived.
pub struct Arrived {
    /// Its label: the name it came with, without folders, at most 200 characters.
    pub name: String,
    /// Its bytes.
    pub file: NamedTempFile,
}

/// Most characters of a label.
const LABEL_CHARACTERS: usize = 200;

/// The label of a file name: its last part, without what no reader sees. It is never used as a path.
#[must_use]
pub fn label(file_name: Option<&str>) -> String {
    let last = file_name.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|&c| !is_unseen(c)).take(LABEL_CHARACTERS).collect();
    let trimmed = clean.trim();
    if trimmed.is_empty() { "picture".to_owned() } else { trimmed.to_owned() }
}

/// Characters that show nothing themselves and change how others show: controls, line and paragraph ends, and what
/// Unicode calls format characters. With U+202E a name that ends in `gnp.exe` reads as if it ended in `exe.png`.
fn is_unseen(c: char) -> bool {
    use GeneralCategory as Is;
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    matches!(category, Is::Control | Is::Format | Is::LineSeparator | Is::ParagraphSeparator)
}

/// Checks and stores pictures; all of them or none. Reasons are told in `locale`.
///
/// # Errors
/// `file_*` and `image_*` for the first picture that is refused, `storage_quota_exceeded`, `overloaded`, `storage_full`.
pub async fn store(app: &App, user: &User, locale: Locale, arrived: Vec<Arrived>) -> Result<Vec<File>, Failure> {
    let stored = keep(app, user, locale, arrived).await?;
    Ok(stored.write(|_, _| Ok(true)).await?.unwrap_or_default())
}

/// Checks pictures and stores their objects. Whoever has all the bytes there may be costs no decode.
async fn keep(app: &App, user: &User, locale: Locale, arrived: Vec<Arrived>) -> Result<Stored, Failure> {
    let limit = quota::check_now(app, user, 1).await?;
    let mut stored = Stored::new(app, &user.id, limit);
    for picture in arrived {
        if let Err(failure) = keep_one(app, &user.id, locale, picture, &mut stored).await {
            stored.forget().await;
            return Err(failure);
        }
    }
    Ok(stored)
}

async fn keep_one(app: &App, user_id: &UserId, locale: Locale, picture: Arrived, stored: &mut Stored) -> Result<(), Failure> {
    let name = picture.name.clone();
    let clean = ingest(app, picture, locale).await?;
    let row = row(app, user_id, name, &clean.ingested);
    stored.push(row.clone());
    put(app, &row, clean).await
}

/// A picture in its stored form.
struct Clean {
    file: NamedTempFile,
    ingested: Ingested,
}

/// One decode, in a blocking thread, within the memory that all decodes share. The thread owns both files: given up or
/// not, it leaves none behind.
async fn ingest(app: &App, picture: Arrived, locale: Locale) -> Result<Clean, Failure> {
    let limits = app.picture_limits().await?;
    let bytes = app.decode_budget.estimate(picture.file.path(), &limits).await?;
    let folder = app.temporary_folder();
    let decode = move || {
        let file = NamedTempFile::new_in(folder).map_err(|error| disk(&error))?;
        let ingested = imaging::ingest(picture.file.path(), file.path(), &limits);
        let ingested = ingested.map_err(|error| refusal::refusal(&error, &picture.name, locale, &limits))?;
        Ok(Clean { file, ingested })
    };
    app.decode_budget.run(bytes, decode).await?
}

fn row(app: &App, user_id: &UserId, name: String, ingested: &Ingested) -> FileRow {
    let pixels = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    FileRow {
        id: FileId::new().into(),
        user_id: user_id.to_string(),
        name,
        mime: ingested.format.mime().to_owned(),
        width: pixels(ingested.width),
        height: pixels(ingested.height),
        size_bytes: i64::try_from(ingested.size_bytes).unwrap_or(i64::MAX),
        sha256: hex::encode(ingested.sha256),
        object_key: ObjectKey::new(Folder::Input, ingested.format.extension()).to_string(),
        thumbnail_key: ObjectKey::new(Folder::Thumbnail, "webp").to_string(),
        thumbhash: BASE64.encode(&ingested.thumbhash),
        created_at: app.clock.now().0,
    }
}

async fn put(app: &App, row: &FileRow, clean: Clean) -> Result<(), Failure> {
    let [object_key, thumbnail_key] = row.objects();
    app.store.put_file(&object_key, clean.file.path()).await?;
    Ok(app.store.put(&thumbnail_key, Bytes::from(clean.ingested.thumbnail)).await?)
}

/// Deletes the objects of rows that were not written. What cannot be deleted now is found by the sweeper.
pub async fn forget(app: &App, rows: &[FileRow]) {
    let keys: Vec<ObjectKey> = rows.iter().flat_map(FileRow::objects).collect();
    if let Err(error) = app.store.delete_all(&keys).await {
        tracing::warn!(%error, "objects could not be deleted; the sweeper will");
    }
}

/// Deletes an account's picture that no task holds.
///
/// # Errors
/// `not_found`; `file_in_use` when a task holds it.
pub async fn delete(app: &App, user_id: &UserId, id: &FileId) -> Result<(), Failure> {
    let (owner, id, now) = (user_id.clone(), id.clone(), app.clock.now());
    let deleted = app.database.write::<_, Failure, _>(move |conn| {
        files::of_user(conn, &owner, &id)?.ok_or(Code::NotFound)?;
        let gone = files::delete_unheld(conn, &[id.to_string()], now)?;
        if gone.is_empty() {
            // Somebody else may have deleted it just now.
            let is_held = files::of_user(conn, &owner, &id)?.is_some();
            return Err(if is_held { Code::FileInUse } else { Code::NotFound }.into());
        }
        Ok(gone)
    });
    forget(app, &deleted.await?).await;
    Ok(())
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
        assert_eq!(label(Some("a\u{202e}gnp.exe\u{2066}\u{feff}\u{200b}\u{2028}")), "agnp.exe");
        assert_eq!(label(Some("\u{202e}\u{200d} ")), "picture");
        assert_eq!(label(Some("..")), "..");
        assert_eq!(label(Some("/")), "picture");
        assert_eq!(label(Some(&"x".repeat(500))).len(), 200);
    }
}
