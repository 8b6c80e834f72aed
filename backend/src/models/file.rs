//! A picture as it is shown to its owner.

use serde::Serialize;

use super::id::FileId;
use super::timestamp::Timestamp;

/// A stored picture. Width, height, size and hash describe the stored bytes.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// The name it came with, kept as a label only.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Bytes.
    pub size_bytes: i64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Shows it. Signed; open until it expires.
    pub url: String,
    /// Shows the 512 px WebP preview.
    pub thumbnail_url: String,
    /// Saves it under its label.
    pub download_url: String,
    /// Placeholder to show while it loads: ThumbHash in base64.
    pub thumbhash: String,
    /// When it was stored.
    pub created_at: Timestamp,
}
