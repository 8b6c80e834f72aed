//! Accounts with vendors, given in the page.

mod accounts;
mod canary;
mod encryption;
mod hosts;
mod tests;

use fake_vendors::{FakeVendors, Options};
use serde_json::Value;

use crate::support::Client;
use crate::support::studio::KEY;

const PROVIDERS: &str = "/api/admin/providers";

/// Vendors that take [`KEY`].
async fn vendors() -> FakeVendors {
    FakeVendors::start_with(Options { key: KEY.to_owned(), ..Options::default() }).await.unwrap()
}

/// One vendor as the owner sees it.
async fn provider(owner: &Client, id: &str) -> Value {
    let list = owner.get(PROVIDERS).await.expect(200);
    list["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap().clone()
}
