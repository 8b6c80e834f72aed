//! Calls that others make to us.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request;

use crate::app::App;
use crate::error::{Code, Failure};

pub mod stripe;
pub mod vendor;

/// Longest time for a call to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// The body as it was sent, which signatures are made of, of at most so many bytes.
async fn body(app: &App, request: Request, maximum: usize) -> Result<Bytes, Failure> {
    let arriving = app.clock.within(PATIENCE, axum::body::to_bytes(request.into_body(), maximum));
    let arrived = arriving.await.ok_or_else(|| Failure::new(Code::Timeout).with("limit", PATIENCE.as_secs()))?;
    arrived.map_err(|_| Failure::new(Code::BodyTooLarge).with("limit", maximum >> 10))
}
