//! `/files` and `/api/files`

mod content;
mod links;
mod marks;
mod show;
