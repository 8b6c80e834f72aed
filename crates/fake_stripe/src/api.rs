//! The routes of Stripe's interface.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, Response};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::bank::{Bank, Fault};
use crate::deliver::deliver;
use crate::form::Form;
use crate::{House, page};

pub(crate) fn router(house: Arc<House>) -> Router {
    let api = Router::new()
        .route("/v1/checkout/sessions", post(create_session))
        .route("/v1/checkout/sessions/{id}", get(session))
        .route("/v1/checkout/sessions/{id}/expire", post(expire))
        .route("/v1/payment_intents/{id}", get(object))
        .route("/v1/charges/{id}", get(object))
        .route("/v1/refunds", get(refunds).post(create_refund))
        .route("/v1/refunds/{id}", get(object))
        .route("/v1/disputes", get(disputes))
        .route("/v1/disputes/{id}", get(object))
        .route("/v1/events/{id}", get(object))
        .layer(from_fn_with_state(Arc::clone(&house), guard));
    api.route("/c/pay/{id}", get(page::show))
        .route("/c/pay/{id}/{deed}", post(page::act))
        .route("/_deeds/{deed}", post(deed))
        .with_state(house)
}

/// The key, and whatever the next call is to meet.
async fn guard(State(house): State<Arc<House>>, request: Request, next: Next) -> Response<Body> {
    let given = request.headers().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if given != format!("Bearer {}", house.options.key) {
        return Answer::refused(401, "invalid_request_error", "api_key_invalid", "Invalid API Key provided").into_response();
    }
    let fault = house.faults.lock().pop_front();
    match fault {
        Some(Fault::Status(status)) => Answer::refused(status, "api_error", "fault", "A fault was asked for").into_response(),
        Some(Fault::LostAnswer) => {
            drop(next.run(request).await);
            Answer::refused(502, "api_error", "fault", "The answer was lost").into_response()
        }
        Some(Fault::Hang) => std::future::pending().await,
        None => next.run(request).await,
    }
}

/// Does something once for each idempotency key.
fn once(house: &House, headers: &HeaderMap, body: &[u8], act: impl FnOnce(&mut Bank, &Form) -> Result<Value, Answer>) -> Response<Body> {
    let form = Form::read(body);
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let mut bank = house.bank.lock();
    if let Some(answer) = key.as_deref().and_then(|key| bank.answered(key, &form)) {
        return answer.into_response();
    }
    let answer = act(&mut bank, &form).map_or_else(|refused| refused, |object| Answer::ok(shown(object)));
    if let Some(key) = key {
        bank.remember(key, form, answer.clone());
    }
    answer.into_response()
}

/// Without what only this program keeps.
fn shown(mut object: Value) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.shift_remove("intent_notes");
    }
    object
}

async fn create_session(State(house): State<Arc<House>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    once(&house, &headers, &body, Bank::open_session)
}

async fn create_refund(State(house): State<Arc<House>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let sent = house.bank.lock().events.len();
    let response = once(&house, &headers, &body, |bank, form| {
        let intent = form.need("payment_intent")?.to_owned();
        let session = bank.list("checkout.session", "payment_intent", &intent);
        let session = session.first().ok_or_else(|| Answer::missing("payment_intent", &intent))?.clone();
        let all = session["amount_total"].as_i64().unwrap_or(0);
        let amount = form.get("amount").map_or(Ok(all), str::parse).unwrap_or(0);
        let refund = bank.refund(session["id"].as_str().unwrap_or_default(), amount);
        Ok(bank.get(&refund).cloned().unwrap_or_default())
    });
    deliver(&house, sent);
    response
}

async fn expire(State(house): State<Arc<House>>, Path(id): Path<String>) -> Response<Body> {
    let mut bank = house.bank.lock();
    bank.expire(&id);
    found(&bank, &id)
}

async fn object(State(house): State<Arc<House>>, Path(id): Path<String>) -> Response<Body> {
    found(&house.bank.lock(), &id)
}

fn found(bank: &Bank, id: &str) -> Response<Body> {
    let answer = bank.get(id).cloned().map_or_else(|| Answer::missing("object", id), |object| Answer::ok(shown(object)));
    answer.into_response()
}

/// A session with what was asked to be expanded.
async fn session(State(house): State<Arc<House>>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let query = Form::read(request.uri().query().unwrap_or_default().as_bytes());
    let bank = house.bank.lock();
    let Some(mut session) = bank.get(&id).cloned() else { return Answer::missing("checkout.session", &id).into_response() };
    for path in query.list("expand") {
        expand(&bank, &mut session, path);
    }
    Answer::ok(shown(session)).into_response()
}

/// Puts objects in the place of their ids, along a path such as `payment_intent.latest_charge`.
fn expand(bank: &Bank, object: &mut Value, path: &str) {
    let (field, rest) = path.split_once('.').map_or((path, None), |(field, rest)| (field, Some(rest)));
    let Some(place) = object.get_mut(field) else { return };
    if let Some(whole) = place.as_str().and_then(|id| bank.get(id)) {
        *place = whole.clone();
    }
    if let Some(rest) = rest {
        expand(bank, place, rest);
    }
}

async fn refunds(State(house): State<Arc<House>>, Query(query): Query<HashMap<String, String>>) -> Response<Body> {
    page_of(&house, "refund", "/v1/refunds", &query)
}

async fn disputes(State(house): State<Arc<House>>, Query(query): Query<HashMap<String, String>>) -> Response<Body> {
    page_of(&house, "dispute", "/v1/disputes", &query)
}

fn page_of(house: &House, kind: &str, url: &str, query: &HashMap<String, String>) -> Response<Body> {
    let intent = query.get("payment_intent").cloned().unwrap_or_default();
    let all = house.bank.lock().list(kind, "payment_intent", &intent);
    let begin = query.get("starting_after").and_then(|after| all.iter().position(|object| object["id"] == after.as_str()));
    let limit: usize = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(10);
    let rest = &all[begin.map_or(0, |at| at + 1)..];
    let data = &rest[..limit.min(rest.len())];
    Answer::ok(json!({ "object": "list", "url": url, "has_more": data.len() < rest.len(), "data": data })).into_response()
}

/// What a script has somebody do: `{"session": …, "amount": …}`.
async fn deed(State(house): State<Arc<House>>, Path(deed): Path<String>, body: Bytes) -> Response<Body> {
    let order: Value = serde_json::from_slice(&body).unwrap_or_default();
    let session = order["session"].as_str().unwrap_or_default();
    let amount = order["amount"].as_i64().unwrap_or(0);
    let (made, sent) = {
        let mut bank = house.bank.lock();
        let sent = bank.events.len();
        let made = match deed.as_str() {
            "pay" => {
                bank.pay(session);
                None
            }
            "pay_later" => {
                bank.pay_later(session);
                None
            }
            "arrive" => {
                bank.arrive(session);
                None
            }
            "bounce" => {
                bank.bounce(session);
                None
            }
            "expire" => {
                bank.expire(session);
                None
            }
            "refund" => Some(bank.refund(session, amount)),
            "dispute" => Some(bank.dispute(session, amount)),
            _ => return Answer::missing("deed", &deed).into_response(),
        };
        (made, sent)
    };
    deliver(&house, sent);
    let events = house.bank.lock().events[sent..].to_vec();
    Answer::ok(json!({ "made": made, "events": events })).into_response()
}
