//! What all vendors share: addresses, tasks, files, counters. A [`Shop`] is one vendor's view of it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::ws::Message;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use crate::Options;
use crate::answer::{Answer, Trouble};
use crate::fault::{Fault, Faults, Phase, Wait};
use crate::hooks::Delivery;
use crate::picture::Order;
use crate::recorder::Recorder;
use crate::tasks::Task;
use crate::vendor::Vendor;

/// How a vendor writes an error.
pub(crate) type ErrorShape = fn(&Trouble) -> Answer;

/// Where everything listens.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    pub control: SocketAddr,
    pub vendors: Vec<SocketAddr>,
    pub sibling: SocketAddr,
    pub cdn: SocketAddr,
    pub forbidden: SocketAddr,
}

impl Addresses {
    /// A vendor's.
    pub(crate) fn of(&self, vendor: Vendor) -> SocketAddr {
        let index = Vendor::ALL.iter().position(|known| *known == vendor).expect("every vendor has an address");
        self.vendors[index]
    }
}

/// A result that waits for its download. It is painted when it is fetched.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub vendor: Vendor,
    pub order: Order,
    pub faults: Faults,
}

/// What all vendors share.
pub(crate) struct House {
    pub options: Options,
    pub addresses: Addresses,
    pub recorder: Recorder,
    pub webhook_origin: Mutex<Option<String>>,
    pub files: Mutex<HashMap<String, File>>,
    pub tasks: Mutex<HashMap<String, Task>>,
    /// Sizes of the pictures that were uploaded, by id or name.
    pub uploads: Mutex<HashMap<String, (u32, u32)>>,
    pub waits: Mutex<HashMap<String, Wait>>,
    pub deliveries: Mutex<Vec<Delivery>>,
    pub forbidden_connections: AtomicU64,
    /// Stops work that blocks.
    pub interrupt: Arc<Notify>,
    /// WebSockets by the id that their client chose.
    pub sockets: Mutex<HashMap<String, UnboundedSender<Message>>>,
    tries: Mutex<HashMap<String, u64>>,
    injected: Mutex<HashMap<Vendor, String>>,
    serial: AtomicU64,
}

impl House {
    pub(crate) fn new(options: Options, addresses: Addresses) -> Self {
        Self {
            webhook_origin: Mutex::new(options.webhook_origin.clone()),
            options,
            addresses,
            recorder: Recorder::new(),
            files: Mutex::default(),
            tasks: Mutex::default(),
            uploads: Mutex::default(),
            waits: Mutex::default(),
            deliveries: Mutex::default(),
            forbidden_connections: AtomicU64::new(0),
            interrupt: Arc::default(),
            sockets: Mutex::default(),
            tries: Mutex::default(),
            injected: Mutex::default(),
            serial: AtomicU64::new(1),
        }
    }

    /// As at the start; addresses stay.
    pub(crate) fn reset(&self) {
        self.recorder.clear();
        self.files.lock().clear();
        self.tasks.lock().clear();
        self.uploads.lock().clear();
        self.waits.lock().clear();
        self.deliveries.lock().clear();
        self.tries.lock().clear();
        self.injected.lock().clear();
        self.forbidden_connections.store(0, Ordering::SeqCst);
    }

    /// How often this was tried, this time included.
    pub(crate) fn tries(&self, key: String) -> u64 {
        let mut tries = self.tries.lock();
        let count = tries.entry(key).or_default();
        *count += 1;
        *count
    }

    /// Faults for every request to a vendor, for operations without a prompt.
    pub(crate) fn inject(&self, vendor: Vendor, words: &str) {
        self.injected.lock().insert(vendor, words.to_owned());
    }

    /// A new id of hexadecimal digits.
    pub(crate) fn id(&self, length: usize) -> String {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::digest(format!("{serial}|{}|{:?}", std::process::id(), self.addresses.control));
        hex::encode(digest).chars().take(length).collect()
    }

    pub(crate) fn cdn_url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.addresses.cdn)
    }

    /// An address that nobody may connect to.
    pub(crate) fn forbidden_url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.addresses.forbidden)
    }

    /// The same address in the spellings that naive checks miss.
    fn private_url(&self, index: usize) -> String {
        let SocketAddr::V4(address) = self.addresses.forbidden else { return self.forbidden_url("private") };
        let (ip, port) = (address.ip(), address.port());
        match index % 4 {
            0 => self.forbidden_url("private"),
            1 => format!("http://{}:{port}/private", u32::from(*ip)),
            2 => format!("http://[{}]:{port}/private", ip.to_ipv6_mapped()),
            _ => format!("http://user@{ip}:{port}/private"),
        }
    }
}

/// One vendor's view of the house.
#[derive(Clone)]
pub(crate) struct Shop {
    pub vendor: Vendor,
    pub house: Arc<House>,
}

impl Shop {
    /// The key that is right.
    pub(crate) fn key(&self) -> &str {
        &self.house.options.key
    }

    /// The vendor's address without a path.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.house.addresses.of(self.vendor))
    }

    /// The faults of a prompt, and those that were set for all requests.
    pub(crate) fn faults(&self, prompt: &str) -> Faults {
        let injected = self.house.injected.lock().get(&self.vendor).cloned().unwrap_or_default();
        Faults::parse(prompt).and(&Faults::parse(&injected))
    }

    /// A link to a picture, as the faults want it.
    pub(crate) fn publish(&self, order: Order, faults: &Faults, index: usize) -> String {
        if faults.at(Fault::UrlPrivate, &[Phase::Result]).is_some() {
            return self.house.private_url(index);
        }
        if faults.at(Fault::UrlFile, &[Phase::Result]).is_some() {
            return "file:///etc/passwd".to_owned();
        }
        let name = format!("{}.{}", self.house.id(24), order.format.ending());
        let url = match self.vendor {
            // It keeps its pictures itself, where only its own callers reach them.
            Vendor::LocalAi => format!("{}/generated-images/{name}", self.origin()),
            _ => self.house.cdn_url(&format!("files/{name}")),
        };
        self.house.files.lock().insert(name, File { vendor: self.vendor, order, faults: faults.clone() });
        url
    }

    /// A picture in base64, as the faults want it.
    pub(crate) fn base64(&self, order: &Order, faults: &Faults) -> String {
        let encoded = STANDARD.encode(order.make(faults).0);
        if faults.has(Fault::BadBase64) {
            return format!("{}!!**not base64**!!", &encoded[..encoded.len() / 2]);
        }
        encoded
    }

    /// `{"b64_json"}`, or `{"url"}` when that is wanted or a fault is about links.
    pub(crate) fn item(&self, order: Order, faults: &Faults, index: usize, as_link: bool) -> Value {
        let about_links = [Fault::UrlPrivate, Fault::UrlFile, Fault::UrlDead, Fault::UrlHuge, Fault::UrlRedirectPrivate];
        if as_link || about_links.into_iter().any(|fault| faults.has(fault)) {
            json!({ "url": self.publish(order, faults, index) })
        } else {
            json!({ "b64_json": self.base64(&order, faults) })
        }
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs()
}
