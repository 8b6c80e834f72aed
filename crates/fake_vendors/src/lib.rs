//! AI image vendors on loopback ports, faults included: a test program. It speaks the wire contracts strictly, keeps
//! what it was asked, and breaks in the way that a word in the prompt says (`a cat [429:2]`, see [`Fault`]). The
//! product never links it.
//!
//! One [`FakeVendors`] is one house with a port per vendor. Result links live on a host of their own that must never
//! see a key, and one address counts connections that must never be made.
#![allow(clippy::expect_used, reason = "a test program: what cannot happen may stop it")]

mod a1111;
mod answer;
mod bfl;
mod call;
mod cdn;
mod check;
mod comfyui;
mod control;
mod dashscope;
mod dialect;
mod fal;
mod fault;
mod gemini;
mod hooks;
mod line;
mod localai;
mod openai;
mod picture;
mod recorder;
mod replicate;
mod sdserver;
mod server;
mod shop;
mod siliconflow;
mod stability;
mod tasks;
mod vendor;
mod volcengine;
mod zhipu;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::task::JoinSet;

pub use fault::{Fault, Faults, Phase};
pub use hooks::{Delivery, Letter, News, Sealed, Signing};
pub use picture::Facts;
pub use recorder::{Recorded, RecordedBody, RecordedPart, Violation};
pub use vendor::Vendor;

/// What can be chosen.
#[derive(Debug, Clone)]
pub struct Options {
    /// The control port; vendors follow above it. 0 takes free ports.
    pub port: u16,
    /// The key that every vendor accepts. AUTOMATIC1111 takes it as the password of any user.
    pub key: String,
    /// Questions until work has ended.
    pub polls: u32,
    /// Where webhooks go instead of the origin that the product gave, for products that only give public ones.
    pub webhook_origin: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, key: "fake-key".to_owned(), polls: 2, webhook_origin: None }
    }
}

/// All vendors, running until this is dropped.
pub struct FakeVendors {
    house: Arc<shop::House>,
    _servers: JoinSet<()>,
}

impl FakeVendors {
    /// Starts them on free ports, in the runtime that calls.
    ///
    /// # Panics
    /// When no port can be opened.
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await.expect("loopback ports can be opened")
    }

    /// Starts them.
    ///
    /// # Errors
    /// When a port cannot be opened.
    pub async fn start_with(options: Options) -> io::Result<Self> {
        let (house, servers) = server::start(options).await?;
        Ok(Self { house, _servers: servers })
    }

    /// The vendor's base address, as its `_BASE_URL` takes it.
    #[must_use]
    pub fn base_url(&self, vendor: Vendor) -> String {
        format!("{}{}", self.origin(vendor), vendor.base_path())
    }

    /// The vendor's address without a path.
    #[must_use]
    pub fn origin(&self, vendor: Vendor) -> String {
        shop::Shop { vendor, house: self.house.clone() }.origin()
    }

    /// The key that every vendor accepts.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.house.options.key
    }

    /// The secret that a vendor's webhooks are signed with, where the account has one. BFL is told its secret with
    /// each request; fal publishes a key at `/.well-known/jwks.json` of its origin.
    #[must_use]
    pub fn webhook_secret(&self, vendor: Vendor) -> Option<String> {
        (vendor == Vendor::Replicate).then(replicate::webhook_secret)
    }

    /// The address of the control port.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("http://{}", self.house.addresses.control)
    }

    /// Where result links point to.
    #[must_use]
    pub fn cdn_address(&self) -> SocketAddr {
        self.house.addresses.cdn
    }

    /// The address that nobody may connect to.
    #[must_use]
    pub fn forbidden_address(&self) -> SocketAddr {
        self.house.addresses.forbidden
    }

    /// Addresses and secrets as JSON, as the program prints them.
    #[must_use]
    pub fn describe(&self) -> serde_json::Value {
        control::describe(&self.house)
    }

    /// What a vendor was asked, oldest first.
    #[must_use]
    pub fn requests(&self, vendor: Vendor) -> Vec<Recorded> {
        self.house.recorder.requests(Some(vendor.name()))
    }

    /// What all were asked, the hosts of results included.
    #[must_use]
    pub fn all_requests(&self) -> Vec<Recorded> {
        self.house.recorder.requests(None)
    }

    /// The downloads of results.
    #[must_use]
    pub fn downloads(&self) -> Vec<Recorded> {
        self.house.recorder.requests(Some(cdn::PLACE))
    }

    /// Every breach of a contract so far.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.house.recorder.violations()
    }

    /// The webhooks that were delivered, or tried.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.house.deliveries.lock().clone()
    }

    /// Connections to the address that nobody may connect to.
    #[must_use]
    pub fn forbidden_connections(&self) -> u64 {
        self.house.forbidden_connections.load(Ordering::SeqCst)
    }

    /// Faults for every request to a vendor from now on, for operations without a prompt; an empty text ends it.
    pub fn inject(&self, vendor: Vendor, words: &str) {
        self.house.inject(vendor, words);
    }

    /// A webhook about a task, as the vendor would send it, for tests that deliver it themselves.
    ///
    /// # Panics
    /// When the vendor does not know the task.
    #[must_use]
    pub fn seal(&self, vendor: Vendor, task_id: &str, letter: &Letter) -> Sealed {
        let shop = shop::Shop { vendor, house: self.house.clone() };
        let (task, _) = shop.look(task_id).expect("a task of the vendor");
        (dialect::of(vendor).seal)(&shop, &task, letter)
    }

    /// Where webhooks go instead of the origin that the product gave.
    pub fn set_webhook_origin(&self, origin: Option<&str>) {
        *self.house.webhook_origin.lock() = origin.map(str::to_owned);
    }

    /// Ends a task now, as if its time had passed: the next question finds it done.
    pub fn finish(&self, vendor: Vendor, task_id: &str) {
        shop::Shop { vendor, house: self.house.clone() }.end(task_id, tasks::State::Ended);
    }

    /// Forgets requests, tasks, files and counters.
    pub fn reset(&self) {
        self.house.reset();
    }
}
