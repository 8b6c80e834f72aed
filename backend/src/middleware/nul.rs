//! Refuses addresses that hold the character NUL. SQLite ends a text at it and finds something else than was asked,
//! PostgreSQL refuses it as an error, and nothing that anybody asks for has it in its name. What comes as JSON becomes
//! a type that cannot hold it before it is looked up.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::json::invalid;

/// Refuses them on every route. In a path it is part of an id, and there is nothing under such an id.
pub async fn refuse(request: Request, next: Next) -> Response {
    if request.uri().query().is_some_and(|query| query.contains("%00")) {
        return invalid("%00").into_response();
    }
    next.run(request).await
}
