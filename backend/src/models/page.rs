//! Lists that come in pages.

use serde::{Deserialize, Serialize};

/// Most rows of one page: enough for any screen, little enough to answer at once.
pub const LIMIT_MAXIMUM: i64 = 100;

/// One page of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// How many rows there are in all.
    pub total: i64,
    /// The most that was asked for.
    pub limit: i64,
    /// How many were skipped.
    pub offset: i64,
}

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The most to return.
    pub limit: i64,
    /// How many to skip.
    pub offset: i64,
}

impl Window {
    /// Brings what was asked for into the allowed range; 20 from the start by default.
    #[must_use]
    pub fn clamp(limit: Option<i64>, offset: Option<i64>) -> Self {
        Self { limit: limit.unwrap_or(20).clamp(1, LIMIT_MAXIMUM), offset: offset.unwrap_or(0).max(0) }
    }
}
