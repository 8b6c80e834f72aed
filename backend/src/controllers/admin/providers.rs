//! The vendors of the catalogue and the accounts with them.

use serde::Serialize;

pub mod credentials;
pub mod list;
pub mod test;

use crate::services::ai::credentials::ProviderView;

/// The vendors.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Providers {
    /// In the order of the catalogue.
    items: Vec<ProviderView>,
}
