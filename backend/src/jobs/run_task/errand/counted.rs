//! What a vendor counted, and what that costs the operator by the catalogue's rates.

use providers::Usage;

use crate::database::attempts::Counted;
use crate::error::Failure;
use crate::models::catalogue::AiModel;

/// What a use of a model counts and costs. `made` are the pictures that came, where the vendor counts none.
pub fn of(model: &AiModel, usage: &Usage, made: Option<u32>) -> Result<Counted, Failure> {
    let vendor = model.vendor.as_ref();
    let rates = vendor.and_then(|vendor| vendor.cost);
    Ok(Counted {
        usage: serde_json::to_string(usage).map_err(Failure::internal)?,
        cost: rates.and_then(|rates| rates.cost(usage, made)),
        price_version: vendor.and_then(|vendor| vendor.price_version.clone()).filter(|_| rates.is_some()),
    })
}
