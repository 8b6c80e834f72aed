//! What is for sale.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::app::App;
use crate::middleware::language::RequestLocale;
use crate::services::payments::is_offered;

/// What is for sale.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PackList {
    /// In the operator's order; none where nothing is for sale.
    pub items: Vec<OfferedPack>,
    /// How they may be paid: `card`, `alipay`, `wechat_pay`.
    pub methods: Vec<&'static str>,
    /// True while the payment account takes test money only.
    pub test: bool,
}

/// A pack of credits for sale.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Pack)]
#[serde(rename_all = "camelCase")]
pub struct OfferedPack {
    /// Stable id.
    pub id: String,
    /// Its name in the reader's language.
    pub name: String,
    /// Its price in the currency's smallest unit.
    pub price: i64,
    /// ISO 4217.
    pub currency: &'static str,
    /// Places behind the point of that currency.
    pub decimals: u8,
    /// Credits, without the bonus.
    pub credits: i64,
    /// Further credits as a present.
    pub bonus: i64,
}

/// The packs that are for sale.
#[utoipa::path(get, operation_id = "listPacks", path = "/api/billing/packs", tag = "billing", responses((status = 200, body = PackList)))]
pub async fn list(State(app): State<App>, RequestLocale(locale): RequestLocale) -> Json<PackList> {
    let account = app.stripe.as_ref().filter(|_| is_offered(&app));
    let packs = account.map(|_| app.catalogue.packs.iter()).into_iter().flatten().map(|pack| OfferedPack {
        id: pack.id.clone(),
        name: pack.name.get(locale).to_owned(),
        price: pack.price,
        currency: pack.currency.code,
        decimals: pack.currency.decimals,
        credits: pack.credits,
        bonus: pack.bonus,
    });
    Json(PackList {
        items: packs.collect(),
        methods: account.map(|account| account.settings().methods.clone()).unwrap_or_default(),
        test: account.is_some_and(|account| !account.settings().is_live()),
    })
}
