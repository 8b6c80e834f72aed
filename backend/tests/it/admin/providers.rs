//! Accounts with vendors, given in the page.

mod accounts;
mod canary;
mod encryption;
mod hosts;
mod tests;

use serde_json::Value;

use crate::support::Client;

const PROVIDERS: &str = "/api/admin/providers";

/// One vendor as the owner sees it.
async fn provider(owner: &Client, id: &str) -> Value {
    let list = owner.get(PROVIDERS).await.expect(200);
    list["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap().clone()
}
