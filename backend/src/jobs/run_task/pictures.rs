//! Pictures in and out of a task's work.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use image::DynamicImage;
use imaging::{Format, Limits};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use storage::{Folder, ObjectKey};

use super::Halt;
use crate::app::App;
use crate::database::files::{self, FileRow};
use crate::database::tasks::TaskRow;
use crate::error::{Code, Failure};
use crate::models::catalogue::AiMark;
use crate::models::id::FileId;
use crate::services::ai::marks;

/// The picture whose style is borrowed, when the task names one.
pub async fn style_image(app: &App, parameters: &Map<String, Value>) -> Result<Option<DynamicImage>, Halt> {
    let Some(id) = parameters.get("styleImage").and_then(Value::as_str) else { return Ok(None) };
    let id: FileId = id.parse().map_err(|_| Halt::Failed(Code::FileNotReady, format!("{id} is no file id")))?;
    let file = row(app, id).await?;
    decode(app, &file).await.map(Some)
}

/// The row of a picture that a task names.
pub async fn row(app: &App, id: FileId) -> Result<FileRow, Halt> {
    let wanted = id.clone();
    let found = app.database.read::<_, Failure, _>(move |conn| Ok(files::by_id(conn, &wanted)?)).await?;
    found.ok_or_else(|| Halt::Failed(Code::FileNotReady, format!("{id} is gone")))
}

/// Reads and decodes a stored picture, upright and in sRGB.
pub async fn decode(app: &App, file: &FileRow) -> Result<DynamicImage, Halt> {
    let bytes = read(app, file).await?;
    let decoded = tokio::task::spawn_blocking(move || imaging::decode(&bytes, &result_limits())).await;
    match decoded {
        Ok(decoded) => decoded.map_err(|error| Halt::Failed(Code::FileCorrupt, error.to_string())),
        Err(panic) => Err(Halt::Failed(Code::FileCorrupt, panic.to_string())),
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

/// What the engine made of one picture.
pub struct Made {
    /// The pixels.
    pub image: DynamicImage,
    /// How to store them.
    pub format: Format,
    /// How it came to be.
    pub mark: AiMark,
    /// The label of the picture it was made from.
    pub label: String,
    /// Its number within the task, from 1.
    pub number: usize,
}

/// Encodes, marks, checks and stores what the engine made. Its row is written when the task is settled.
pub async fn store(app: &App, task: &TaskRow, attempt: i32, made: Made) -> Result<FileRow, Halt> {
    let label = label(&made.label, &task.task_type, made.format);
    let (format, producer, produce_id) = (made.format, app.config.app.name.clone(), format!("{}-{}", task.task_no, made.number));
    let encoded = tokio::task::spawn_blocking(move || {
        let bytes = marks::encode(&made.image, format, made.mark, &producer, produce_id)?;
        check(&made.image, bytes)
    });
    let encoded = encoded.await;
    let encoded = encoded.map_err(|panic| Halt::Failed(Code::EngineFailed, panic.to_string()))?;
    let picture = encoded.map_err(|error| Halt::Failed(Code::EngineFailed, error.to_string()))?;
    keep(app, task, attempt, label, format, picture).await
}

/// Stores a result that was checked, and gives the row it will have.
pub async fn keep(app: &App, task: &TaskRow, attempt: i32, name: String, format: Format, picture: Encoded) -> Result<FileRow, Halt> {
    let object_key = ObjectKey::fenced(Folder::Output, attempt, format.extension());
    let thumbnail_key = ObjectKey::fenced(Folder::Thumbnail, attempt, "webp");
    let file = FileRow {
        id: FileId::new().into(),
        user_id: task.user_id.clone(),
        name,
        mime: format.mime().to_owned(),
        width: i32::try_from(picture.width).unwrap_or(i32::MAX),
        height: i32::try_from(picture.height).unwrap_or(i32::MAX),
        size_bytes: i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX),
        sha256: hex::encode(Sha256::digest(&picture.bytes)),
        object_key: object_key.to_string(),
        thumbnail_key: thumbnail_key.to_string(),
        thumbhash: BASE64.encode(&picture.thumbhash),
        created_at: app.clock.now().0,
    };
    let outside = |error: storage::Error| Halt::Outside(error.to_string());
    app.store.put(&object_key, Bytes::from(picture.bytes)).await.map_err(outside)?;
    app.store.put(&thumbnail_key, Bytes::from(picture.thumbnail)).await.map_err(outside)?;
    Ok(file)
}

/// A result as it is stored.
pub struct Encoded {
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The small preview, a WebP.
    pub thumbnail: Vec<u8>,
    /// The placeholder.
    pub thumbhash: Vec<u8>,
}

/// Checked like an upload: what is stored can be read back.
fn check(image: &DynamicImage, bytes: Vec<u8>) -> Result<Encoded, imaging::Error> {
    let header = imaging::verify_result(&bytes, &result_limits())?;
    let (width, height) = header.upright_size();
    let thumbnail = imaging::thumbnail(image, imaging::THUMBNAIL_SIDE)?;
    Ok(Encoded { width, height, thumbnail, thumbhash: imaging::placeholder(image)?, bytes })
}

/// Results may be larger than uploads: a picture of the largest size, enlarged.
pub fn result_limits() -> Limits {
    Limits { max_bytes: 512 << 20, max_pixels: engine::MAX_OUTPUT_PIXELS, max_decode_bytes: 1 << 30, ..Limits::default() }
}

/// The name a result is saved under: `cat.jpg` cut out becomes `cat-remove_background.png`.
pub fn label(input: &str, task_type: &str, format: Format) -> String {
    let stem = input.rsplit_once('.').map_or(input, |(stem, _)| stem);
    let stem: String = stem.chars().take(120).collect();
    format!("{stem}-{task_type}.{}", format.extension())
}
