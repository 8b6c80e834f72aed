//! Pictures that come by a link: somebody says what will come, gets a link that takes exactly that, puts it, and says that
//! it is there. With a bucket the bytes go straight there; on local disk the link is one of ours. Until it is looked at,
//! what came lies under a quarantine key from which nothing is ever served, and what becomes a file is written anew under
//! a key that nobody was ever given.

use std::path::Path;
use std::time::Duration;

use imaging::{Format, SNIFF_BYTES, sniff};
use storage::ObjectKey;
use tempfile::NamedTempFile;
use tokio::io::AsyncReadExt;

use super::{Arrived, check_size, disk, keep, quota};
use crate::app::App;
use crate::database::files;
use crate::database::uploads::{self, Most, UploadRow};
use crate::error::{Code, Failure};
use crate::messages;
use crate::models::file::File;
use crate::models::id::{UploadId, UserId};
use crate::models::locale::Locale;
use crate::models::timestamp::Timestamp;
use crate::models::user::User;
use crate::services::media;

/// Uploads of one account. A link takes as many bytes as a file may have, a bucket's also when its upload is over; what is
/// put then is no part of anybody's quota.
pub const MOST: Most = Most { open: 50, links: 200 };
/// How long after its link an upload can still be completed: what was begun in time may take that long to arrive.
pub const KEPT_AFTER_LINK: Duration = Duration::from_secs(3600);

/// What will come.
pub struct Announced {
    /// Its label.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// Its length in bytes.
    pub size_bytes: u64,
}

/// Where it may be put.
pub struct Presigned {
    /// Names the upload.
    pub id: UploadId,
    /// Takes it by PUT. Of a bucket, or a path on this server.
    pub url: String,
    /// The media type that must be sent along.
    pub mime: String,
    /// Until when the link opens.
    pub expires_at: Timestamp,
}

/// Makes a link for what will come.
///
/// # Errors
/// `file_empty`, `file_too_large`, `file_type_unsupported`, `storage_quota_exceeded`, `too_many_uploads`.
pub async fn presign(app: &App, user: &User, locale: Locale, announced: Announced) -> Result<Presigned, Failure> {
    let Announced { name, mime, size_bytes } = announced;
    if size_bytes == 0 {
        return Err(Failure::new(Code::FileEmpty).with("name", name).field("sizeBytes", "empty"));
    }
    check_size(&name, size_bytes, app.settings.current(app).await?.max_file_size_bytes())?;
    let Some(format) = Format::from_mime(&mime) else {
        let reason = messages::plain(locale, "picture.unknown");
        return Err(Failure::new(Code::FileTypeUnsupported).with("name", name).with("reason", reason).field("mime", "unsupported"));
    };
    // What is compared with the bytes later, and signed for the bucket, is the type's one name.
    let mime = format.mime().to_owned();
    quota::check_now(app, user, i64::try_from(size_bytes).unwrap_or(i64::MAX)).await?;
    let (id, now) = (UploadId::new(), app.clock.now());
    let lifetime = Duration::from_secs(app.config.storage.link_ttl_seconds);
    let row = UploadRow {
        id: id.to_string(),
        user_id: user.id.to_string(),
        name,
        mime: mime.clone(),
        size_bytes: i64::try_from(size_bytes).unwrap_or(i64::MAX),
        object_key: ObjectKey::quarantined().to_string(),
        file_id: None,
        refused_at: None,
        created_at: now.0,
        expires_at: now.after(lifetime).0,
    };
    let url = match app.public_bucket() {
        Some(bucket) => bucket.upload_link(&ObjectKey::stored(row.object_key.as_str()), &mime, size_bytes, lifetime).to_string(),
        None => app.links.sign_upload(id.as_str(), row.expires_at / 1000),
    };
    let expires_at = Timestamp(row.expires_at);
    let reached = app.database.write::<_, Failure, _>(move |conn| Ok(uploads::insert(conn, &row, &MOST)?)).await?;
    if let Some(limit) = reached {
        return Err(Failure::new(Code::TooManyUploads).with("limit", limit).retry_after(lifetime.as_secs()));
    }
    Ok(Presigned { id, url, mime, expires_at })
}

/// Looks at what was put, as at every upload, and makes a file of it. Asked again, it gives the same file.
///
/// # Errors
/// `not_found`, `upload_incomplete`, `upload_mismatch`, `overloaded`, and those of [`super::store`]. Of what is refused
/// nothing is kept, and its upload is over.
pub async fn complete(app: &App, user: &User, locale: Locale, id: &UploadId) -> Result<File, Failure> {
    let user_id = &user.id;
    if let Found::Completed(file) = find(app, user_id, id).await? {
        return Ok(file);
    }
    let _turn = app.upload_turns.complete(user_id).await?;
    // Who asked this process for the same before has had their turn by now. Another process may still be at it.
    let row = match find(app, user_id, id).await? {
        Found::Completed(file) => return Ok(file),
        Found::Open(row) => row,
    };
    match examine(app, user, locale, id, &row).await {
        Ok(Some(file)) => {
            delete(app, &row).await;
            Ok(file)
        }
        // Another process was faster, and what it made counts; or the sweeper was.
        Ok(None) => made_elsewhere(app, user_id, id, Code::NotFound.into()).await,
        // It may also have deleted what was put before this one could look at it.
        Err(failure) if failure.code == Code::UploadIncomplete => made_elsewhere(app, user_id, id, failure).await,
        Err(failure) if is_final(failure.code) => {
            let (id, now) = (id.clone(), app.clock.now());
            app.database.write::<_, Failure, _>(move |conn| Ok(uploads::refuse(conn, &id, now)?)).await?;
            delete(app, &row).await;
            Err(failure)
        }
        Err(failure) => Err(failure),
    }
}

/// What another process made of it meanwhile, or else the failure.
async fn made_elsewhere(app: &App, user_id: &UserId, id: &UploadId, failure: Failure) -> Result<File, Failure> {
    match find(app, user_id, id).await? {
        Found::Completed(file) => Ok(file),
        Found::Open(_) => Err(failure),
    }
}

/// The file that it becomes; none when it is not open any more.
async fn examine(app: &App, user: &User, locale: Locale, id: &UploadId, row: &UploadRow) -> Result<Option<File>, Failure> {
    let file = NamedTempFile::new_in(app.temporary_folder()).map_err(|error| disk(&error))?;
    let size_bytes = u64::try_from(row.size_bytes).unwrap_or_default();
    app.store.fetch(&ObjectKey::stored(row.object_key.as_str()), size_bytes, file.path()).await.map_err(|error| match error {
        storage::Error::NotFound(_) => Failure::new(Code::UploadIncomplete).with("name", &row.name),
        storage::Error::OtherSize(_) => mismatch(&row.name),
        other => other.into(),
    })?;
    // What cannot be recognised at all is told apart by the full look that follows.
    if format(file.path()).await?.is_some_and(|format| format.mime() != row.mime) {
        return Err(mismatch(&row.name));
    }
    let stored = keep(app, user, locale, vec![Arrived { name: row.name.clone(), file }]).await?;
    let id = id.clone();
    let made = stored.write(move |conn, rows| match rows {
        [row] => uploads::complete(conn, &id, &row.file_id()?),
        _ => Ok(false),
    });
    Ok(made.await?.and_then(|files| files.into_iter().next()))
}

/// What the first bytes say that a file is.
async fn format(file: &Path) -> Result<Option<Format>, Failure> {
    let file = tokio::fs::File::open(file).await.map_err(|error| disk(&error))?;
    let mut first = Vec::with_capacity(SNIFF_BYTES);
    file.take(SNIFF_BYTES as u64).read_to_end(&mut first).await.map_err(|error| disk(&error))?;
    Ok(sniff(&first).ok())
}

/// An upload of an account.
enum Found {
    /// It is not a file yet.
    Open(UploadRow),
    /// It is one.
    Completed(File),
}

async fn find(app: &App, user_id: &UserId, id: &UploadId) -> Result<Found, Failure> {
    let (owner, id) = (user_id.clone(), id.clone());
    let over = app.clock.now().before(KEPT_AFTER_LINK);
    let found = app.database.read::<_, Failure, _>(move |conn| {
        let usable = |row: &UploadRow| row.expires_at >= over.0 && row.refused_at.is_none();
        let Some(row) = uploads::of_user(conn, &owner, &id)?.filter(usable) else { return Ok(None) };
        let file = row.file_id()?.map(|file_id| files::of_user(conn, &owner, &file_id)).transpose()?;
        Ok(Some((row, file)))
    });
    match found.await?.ok_or(Code::NotFound)? {
        (row, None) => Ok(Found::Open(row)),
        // Its file may have been deleted since.
        (_, Some(file)) => Ok(Found::Completed(media::present(&file.ok_or(Code::NotFound)?, &app.links, app.clock.now())?)),
    }
}

/// What lies in quarantine is of no use any more. What cannot be deleted now is found by the sweeper.
async fn delete(app: &App, row: &UploadRow) {
    let key = ObjectKey::stored(row.object_key.as_str());
    if let Err(error) = app.store.delete(&key).await {
        tracing::warn!(%key, %error, "an upload could not be deleted; the sweeper will");
    }
}

/// Something else came than was announced.
#[must_use]
pub fn mismatch(name: &str) -> Failure {
    Failure::new(Code::UploadMismatch).with("name", name)
}

/// Whether the same bytes would be refused again.
fn is_final(code: Code) -> bool {
    use Code as C;
    matches!(
        code,
        C::UploadMismatch
            | C::FileEmpty
            | C::FileTooLarge
            | C::FileTypeUnsupported
            | C::FileCorrupt
            | C::ImageTooLarge
            | C::ImageTooManyFrames
    )
}
