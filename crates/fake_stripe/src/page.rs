//! The hosted page, as far as a browser test needs it: what is bought, and buttons for what may happen.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::House;
use crate::deliver::deliver;

pub(crate) async fn show(State(house): State<Arc<House>>, Path(id): Path<String>) -> Html<String> {
    let session = house.bank.lock().get(&id).cloned().unwrap_or_default();
    let button = |deed: &str, name: &str| format!("<form method=\"post\" action=\"/c/pay/{id}/{deed}\"><button>{name}</button></form>");
    Html(format!(
        "<!doctype html><link rel=\"icon\" href=\"data:,\"><title>Fake checkout</title><h1>{} {}</h1>{}{}{}",
        session["amount_total"],
        session["currency"].as_str().unwrap_or_default(),
        button("pay", "Pay"),
        button("pay_later", "Pay later"),
        button("cancel", "Back"),
    ))
}

pub(crate) async fn act(State(house): State<Arc<House>>, Path((id, deed)): Path<(String, String)>) -> Response {
    let (session, sent) = {
        let mut bank = house.bank.lock();
        let (session, sent) = (bank.get(&id).cloned().unwrap_or_default(), bank.events.len());
        match deed.as_str() {
            "pay" => bank.pay(&id),
            "pay_later" => bank.pay_later(&id),
            _ => {}
        }
        (session, sent)
    };
    deliver(&house, sent);
    let back = if deed == "cancel" { &session["cancel_url"] } else { &session["success_url"] };
    Redirect::to(back.as_str().unwrap_or("/")).into_response()
}
