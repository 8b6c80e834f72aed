//! Refuses addresses that hold the character NUL. SQLite ends a text at it and finds something else than was asked,
//! PostgreSQL refuses it as an error, and nothing that anybody asks for has it in its name. What comes as JSON becomes
//! a type that cannot hold it before it is looked up.

use axum::http::Uri;

use super::json::invalid;
use crate::error::Failure;

/// Why an address is refused on every route. In a path NUL is part of an id, and there is nothing under such an id.
pub fn refusal(uri: &Uri) -> Option<Failure> {
    uri.query().is_some_and(|query| query.contains("%00")).then(|| invalid("%00"))
}
