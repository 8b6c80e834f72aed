//! `/files` and `/api/files`

mod bucket;
mod content;
mod links;
mod marks;
mod show;
