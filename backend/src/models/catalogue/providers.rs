//! The vendors, as the catalogue declares them.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::Localized;

/// A vendor of models.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Stable name, which also names its variables.
    pub id: String,
    /// The shape of its interface.
    pub wire: String,
    /// What people call it.
    pub name: Localized,
    /// Where most people meet it.
    #[serde(default)]
    pub market: Market,
    /// Where its interface is, unless the operator says another place.
    #[serde(default)]
    pub base_url: Option<String>,
    /// Where it is for keys of its other regions.
    #[serde(default)]
    pub other_regions: Vec<String>,
    /// Where a key is made.
    #[serde(default)]
    pub key_page: Option<String>,
    /// What the operator has to give.
    pub needs: Need,
    /// Requests that one account runs at once.
    pub concurrency: usize,
    /// Seconds that a request may take which is answered with the pictures, where the usual ten minutes do not do.
    #[serde(default)]
    pub timeout_seconds: Option<u64>,
    /// Its share of the tasks that name no model, among vendors that have one and models of one price.
    #[serde(default)]
    pub weight: Option<NonZeroU32>,
    /// How the calls are signed that it makes when a request has ended, if it makes any.
    #[serde(default)]
    pub webhooks: Option<Webhooks>,
}

impl Provider {
    /// All addresses that it names.
    pub fn addresses(&self) -> impl Iterator<Item = &String> {
        let keys = match &self.webhooks {
            Some(Webhooks::KeysAt(url)) => Some(url),
            _ => None,
        };
        self.base_url.iter().chain(&self.other_regions).chain(keys)
    }
}

/// What the signature of a vendor's calls is checked with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Webhooks {
    /// A secret of the account, which the operator copies from the vendor's pages.
    AccountSecret,
    /// A secret of ours, which the vendor is told with each request.
    RequestSecret,
    /// Keys that the vendor publishes at this address.
    KeysAt(String),
}

/// Where most people meet a vendor, which decides the order in which a reader finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Market {
    /// In China.
    China,
    /// Elsewhere.
    #[default]
    Abroad,
}

/// What makes a vendor usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A key.
    Key,
    /// Its address; a key only where it wants one.
    Address,
}
