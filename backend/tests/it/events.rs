//! `/api/events`

mod stream;
mod teller;
mod watchers;
