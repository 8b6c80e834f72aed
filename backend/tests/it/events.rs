//! `/api/events`

mod fleet;
mod stream;
mod teller;
mod watchers;
