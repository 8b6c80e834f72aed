//! `/files` and `/api/files`

mod bucket;
mod bucket_away;
mod content;
mod links;
mod marks;
mod show;
