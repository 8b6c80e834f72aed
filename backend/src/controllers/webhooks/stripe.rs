//! Stripe says that something happened to a payment.

use axum::extract::{Request, State};

use crate::app::App;
use crate::error::{Code, Failure, Problem};
use crate::services::payments::events;

/// Largest event that is read: Stripe's are some ten kilobytes.
const BODY_MAXIMUM: usize = 256 << 10;

/// Takes an event of Stripe. Answered with 200 when it was acted upon, before or now, or is about nothing of ours; with an error
/// when Stripe is to send it again. Without a payment account there is nothing here.
#[utoipa::path(post, operation_id = "receiveStripeEvent", path = "/api/webhooks/stripe", tag = "webhooks", request_body(content = String, description = "As Stripe sends it.", content_type = "application/json"), responses((status = 200), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 408, body = Problem), (status = 413, body = Problem), (status = 503, body = Problem)))]
pub async fn receive(State(app): State<App>, request: Request) -> Result<(), Failure> {
    if app.stripe.is_none() {
        return Err(Code::NotFound.into());
    }
    let header = request.headers().get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let body = super::body(&app, request, BODY_MAXIMUM).await?;
    events::receive(&app, &header, &body).await
}
