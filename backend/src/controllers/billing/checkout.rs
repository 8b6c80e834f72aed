//! Buying a pack.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::json::Body;
use crate::models::id::PaymentId;
use crate::services::payments::checkout;

/// What is to be bought.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckoutRequest {
    /// A pack's id. Price and credits are the catalogue's.
    pack: String,
}

/// A checkout that waits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Checkout {
    /// The payment, to ask about.
    pub payment_id: PaymentId,
    /// Where it is paid, for an hour.
    pub url: String,
}

/// Begins the payment of a pack.
#[utoipa::path(post, operation_id = "beginCheckout", path = "/api/billing/checkout", tag = "billing", request_body = CheckoutRequest, responses((status = 201, body = Checkout), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem), (status = 502, body = Problem)))]
pub async fn begin(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<CheckoutRequest>,
) -> Result<(StatusCode, Json<Checkout>), Failure> {
    let begun = checkout::begin(&app, &caller.user, &request.pack, caller.locale).await?;
    Ok((StatusCode::CREATED, Json(Checkout { payment_id: begun.payment_id, url: begun.url })))
}
