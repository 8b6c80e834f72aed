//! What this crate promises, shown against real servers and proxies on this machine. They are in `server`, `secure` and
//! `proxy`; `setup` makes the clients.

#![expect(clippy::unwrap_used, reason = "also the helpers of a test may fail it")]

mod addresses;
mod bodies;
mod credentials;
mod events;
mod names;
mod pooling;
mod proxies;
mod proxy;
mod redirects;
mod secrets;
mod secure;
mod sending;
mod server;
mod setup;
mod sizes;
mod times;
mod tls;
