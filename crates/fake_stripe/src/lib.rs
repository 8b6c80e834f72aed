//! Stripe on a loopback port, as far as selling credits needs it: checkout sessions with their payments, charges, refunds and
//! disputes, idempotency keys, events with Stripe's signature, and the hosted page. What customers, banks and the operator do is
//! done by methods ([`FakeStripe::pay`] …), by the hosted page, or by `POST /_deeds/<name>`. Each deed leaves its events;
//! a test delivers them when and as often as it likes, the program delivers them to the address it was given.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

mod answer;
mod api;
mod bank;
mod deeds;
mod deliver;
mod form;
mod page;

use bank::Bank;
pub use bank::Fault;
pub use deliver::{sign, sign_all};

/// How it is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// The only key that opens it. One that begins with `sk_live_` makes everything real money.
    pub key: String,
    /// Where events go as soon as they happen, and the secret that signs them.
    pub webhook: Option<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, key: "sk_test_fake".to_owned(), webhook: None }
    }
}

/// Stripe, until it is dropped.
pub struct FakeStripe {
    house: Arc<House>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

/// What the server and its owner share.
pub(crate) struct House {
    options: Options,
    bank: Mutex<Bank>,
    faults: Mutex<VecDeque<Fault>>,
}

impl FakeStripe {
    /// Starts on a free port with the usual test key.
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn start() -> io::Result<Self> {
        Self::start_with(Options::default()).await
    }

    /// Starts as the options say.
    ///
    /// # Errors
    /// When the port cannot be opened.
    pub async fn start_with(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let is_live = options.key.contains("_live_");
        let bank = Mutex::new(Bank::new(is_live, format!("http://{address}")));
        let house = Arc::new(House { options, bank, faults: Mutex::default() });
        let router = api::router(Arc::clone(&house));
        // It ends with the process, or when its owner is dropped.
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self { house, address, server })
    }

    /// Where it is.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the next calls meet, one for each.
    pub fn inject(&self, faults: impl IntoIterator<Item = Fault>) {
        self.house.faults.lock().extend(faults);
    }
}

impl Drop for FakeStripe {
    fn drop(&mut self) {
        self.server.abort();
    }
}
