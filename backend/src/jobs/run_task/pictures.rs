//! Pictures in and out of a task's work.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use imaging::Format;
use imaging::made::Written;
use storage::{Folder, ObjectKey};
use tempfile::NamedTempFile;

use super::Halt;
use crate::app::App;
use crate::database::files::{self, FileRow};
use crate::database::tasks::TaskRow;
use crate::error::{Code, Failure};
use crate::models::id::FileId;

/// The rows of pictures that a task names, by id.
pub struct Rows(HashMap<String, FileRow>);

impl Rows {
    /// Those of these pictures that there are.
    pub async fn load(app: &App, task: &TaskRow, ids: Vec<FileId>) -> Result<Self, Halt> {
        let owner = task.owner()?;
        let found = app.database.query::<_, Failure, _>(move |conn| Ok(files::many_of_user(conn, &owner, &ids)?)).await?;
        Ok(Self(found))
    }

    /// One of them, which must be there.
    pub fn get(&self, id: &str) -> Result<&FileRow, Halt> {
        self.0.get(id).ok_or_else(|| Halt::Failed(Code::FileNotReady, format!("{id} is gone")))
    }
}

/// The stored file of a picture.
pub async fn read(app: &App, file: &FileRow) -> Result<Bytes, Halt> {
    match app.store.read(&ObjectKey::stored(file.object_key.as_str())).await {
        Ok(bytes) => Ok(bytes),
        Err(storage::Error::NotFound(key)) => Err(Halt::Failed(Code::FileNotReady, format!("{key} is gone"))),
        Err(error) => Err(Halt::Outside(error.to_string())),
    }
}

/// The row that a result which was checked will have.
pub fn row(app: &App, task: &TaskRow, attempt: i32, name: String, format: Format, picture: &Encoded) -> FileRow {
    FileRow {
        id: FileId::new().into(),
        user_id: task.user_id.clone(),
        name,
        mime: format.mime().to_owned(),
        width: i32::try_from(picture.width).unwrap_or(i32::MAX),
        height: i32::try_from(picture.height).unwrap_or(i32::MAX),
        size_bytes: i64::try_from(picture.written.size_bytes).unwrap_or(i64::MAX),
        sha256: hex::encode(picture.written.sha256),
        object_key: ObjectKey::fenced(Folder::Output, attempt, format.extension()).to_string(),
        thumbnail_key: ObjectKey::fenced(Folder::Thumbnail, attempt, "webp").to_string(),
        thumbhash: BASE64.encode(&picture.thumbhash),
        created_at: app.clock.now().0,
    }
}

/// Stores the objects of a row. Done again, it puts them in the same place.
pub async fn put(app: &App, row: &FileRow, picture: &Encoded) -> Result<(), Halt> {
    let [object_key, thumbnail_key] = row.objects();
    let outside = |error: storage::Error| Halt::Outside(error.to_string());
    app.store.put_file(&object_key, picture.file.path()).await.map_err(outside)?;
    app.store.put(&thumbnail_key, picture.thumbnail.clone()).await.map_err(outside)
}

/// A result as it is stored. Its bytes lie on the disk: a picture in hand may wait for a store that is away.
pub struct Encoded {
    /// The file.
    pub file: NamedTempFile,
    /// Its size and its hash.
    pub written: Written,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The small preview, a WebP.
    pub thumbnail: Bytes,
    /// The placeholder.
    pub thumbhash: Vec<u8>,
}

/// The name a result is saved under: `cat.jpg` cut out becomes `cat-remove_background.png`.
pub fn label(input: &str, task_type: &str, format: Format) -> String {
    let stem = input.rsplit_once('.').map_or(input, |(stem, _)| stem);
    let stem: String = stem.chars().take(120).collect();
    format!("{stem}-{task_type}.{}", format.extension())
}
