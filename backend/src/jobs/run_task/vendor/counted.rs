//! What a vendor counted, and what that costs the operator by the catalogue's rates.

use providers::Usage;

use crate::app::App;
use crate::database::attempts::Counted;
use crate::error::Failure;
use crate::models::catalogue::AiModel;

/// What a use of a model counts and costs. `made` are the pictures that came, where the vendor counts none.
pub fn of(app: &App, model: &AiModel, usage: &Usage, made: Option<u32>) -> Result<Counted, Failure> {
    let rates = model.vendor.as_ref().and_then(|vendor| vendor.cost);
    Ok(Counted {
        usage: serde_json::to_string(usage).map_err(Failure::internal)?,
        cost: rates.and_then(|rates| rates.cost(usage, made)),
        price_version: app.catalogue.price_version.clone().filter(|_| rates.is_some()),
    })
}
