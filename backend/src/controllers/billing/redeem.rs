//! Redeeming a code.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Failure, Problem};
use crate::middleware::auth::Caller;
use crate::middleware::client_address::ClientAddress;
use crate::middleware::json::Body;
use crate::models::credits::Credits;
use crate::services::{credits, redeem as codes};

/// A code.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    /// As it was given, in any case, with or without spaces and dashes.
    code: String,
}

/// What a code gave.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Redeemed {
    /// Its credits.
    pub credits: i64,
    /// The balance now.
    pub balance: Credits,
}

/// Turns a code into credits, once.
#[utoipa::path(post, operation_id = "redeemCode", path = "/api/billing/redeem", tag = "billing", request_body = RedeemRequest, responses((status = 200, body = Redeemed), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn redeem(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    caller: Caller,
    Body(request): Body<RedeemRequest>,
) -> Result<Json<Redeemed>, Failure> {
    app.throttle.redeem(address, &caller.user.id).await?;
    let credits = codes::redeem(&app, &caller.user.id, &request.code).await?;
    Ok(Json(Redeemed { credits, balance: credits::balance(&app, &caller.user.id).await? }))
}
