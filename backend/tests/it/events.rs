//! `/api/events`

mod stream;
mod watchers;
