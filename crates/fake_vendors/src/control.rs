//! The port for tests that do not run in this process: what was asked, what was wrong, and start over.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::shop::House;
use crate::vendor::Vendor;

pub(crate) fn router(house: Arc<House>) -> Router {
    Router::new()
        .route("/control/addresses", get(addresses))
        .route("/control/requests", get(requests))
        .route("/control/violations", get(violations))
        .route("/control/deliveries", get(deliveries))
        .route("/control/forbidden", get(forbidden))
        .route("/control/faults", post(faults))
        .route("/control/webhook-origin", post(webhook_origin))
        .route("/control/reset", post(reset))
        .with_state(house)
}

/// Everything a caller outside needs to know: also what the program prints when it starts.
pub(crate) fn describe(house: &House) -> Value {
    let addresses = &house.addresses;
    let vendors = Vendor::ALL.into_iter().zip(&addresses.vendors);
    let base_urls: serde_json::Map<String, Value> =
        vendors.map(|(vendor, address)| (vendor.name().to_owned(), format!("http://{address}{}", vendor.base_path()).into())).collect();
    json!({
        "control": format!("http://{}", addresses.control),
        "key": house.options.key,
        "vendors": base_urls,
        "sibling": format!("http://{}", addresses.sibling),
        "cdn": format!("http://{}", addresses.cdn),
        "forbidden": format!("http://{}", addresses.forbidden),
        "fal_jwks": format!("http://{}/.well-known/jwks.json", addresses.of(Vendor::Fal)),
        "webhook_secrets": { "replicate": crate::replicate::webhook_secret() },
    })
}

async fn addresses(State(house): State<Arc<House>>) -> Json<Value> {
    Json(describe(&house))
}

#[derive(Deserialize)]
struct Which {
    /// Name of a vendor, `cdn` or `sibling`; all without it.
    vendor: Option<String>,
}

async fn requests(State(house): State<Arc<House>>, Query(which): Query<Which>) -> Json<Value> {
    Json(json!(house.recorder.requests(which.vendor.as_deref())))
}

async fn violations(State(house): State<Arc<House>>) -> Json<Value> {
    Json(json!(house.recorder.violations()))
}

async fn deliveries(State(house): State<Arc<House>>) -> Json<Value> {
    Json(json!(*house.deliveries.lock()))
}

async fn forbidden(State(house): State<Arc<House>>) -> Json<Value> {
    Json(json!({ "connections": house.forbidden_connections.load(Ordering::SeqCst) }))
}

#[derive(Deserialize)]
struct Injected {
    vendor: String,
    /// Marks such as `[429:1]`; nothing takes them back.
    words: String,
}

async fn faults(State(house): State<Arc<House>>, Json(injected): Json<Injected>) -> StatusCode {
    match Vendor::named(&injected.vendor) {
        Some(vendor) => {
            house.inject(vendor, &injected.words);
            StatusCode::NO_CONTENT
        }
        None => StatusCode::NOT_FOUND,
    }
}

#[derive(Deserialize)]
struct Origin {
    origin: Option<String>,
}

async fn webhook_origin(State(house): State<Arc<House>>, Json(origin): Json<Origin>) -> StatusCode {
    *house.webhook_origin.lock() = origin.origin;
    StatusCode::NO_CONTENT
}

async fn reset(State(house): State<Arc<House>>) -> StatusCode {
    house.reset();
    StatusCode::NO_CONTENT
}
