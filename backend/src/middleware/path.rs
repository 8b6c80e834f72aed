//! The part of an address that varies, with our own answer when it is no text at all.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::App;
use crate::error::{Code, Failure};

/// The id in an address, as it was sent. Nothing has an id that is not text, so such an address is not found.
pub struct PathId(pub String);

impl FromRequestParts<App> for PathId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, app).await;
        path.map(|axum::extract::Path(id)| Self(id)).map_err(|_| Code::NotFound.into())
    }
}

/// The same where an address names several things, in its order.
pub struct PathIds<const N: usize>(pub [String; N]);

impl<const N: usize> FromRequestParts<App> for PathIds<N> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let path = axum::extract::Path::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let axum::extract::Path(named) = path.map_err(|_| Code::NotFound)?;
        let values: Vec<String> = named.into_iter().map(|(_, value)| value).collect();
        values.try_into().map(Self).map_err(|_| Code::NotFound.into())
    }
}
