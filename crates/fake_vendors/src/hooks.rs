//! Webhooks: which deliveries a task's faults ask for, and a plain client that makes them.

use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::fault::{Fault, Faults};
use crate::shop::{Shop, now};
use crate::tasks::{Stage, State, Task};
use crate::vendor::Vendor;

/// The first delivery comes after the answer to the submit was read.
const FIRST: Duration = Duration::from_millis(80);
const BETWEEN: Duration = Duration::from_millis(30);
/// How long a delivery may take, and how often one that failed is tried.
const DELIVERY_TIME: Duration = Duration::from_secs(5);
const DELIVERY_TRIES: u32 = 3;
/// What `[whold]` takes off the time stamp.
const OLD_SECONDS: u64 = 3600;

/// What a delivery says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Work has begun.
    Started,
    /// As the task ended.
    Ended,
    /// Failed, whatever came before.
    Flipped,
}

/// How a delivery is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// As the vendor signs.
    Right,
    /// With another key.
    Wrong,
    /// With an empty key.
    EmptyKey,
    /// Not at all.
    Missing,
}

/// One delivery to be made.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What it says.
    pub news: News,
    /// How it is signed.
    pub signing: Signing,
    /// Its time, in seconds since 1970, where the vendor gives one.
    pub timestamp: u64,
    /// Stays the same when a delivery is repeated.
    pub delivery_id: String,
}

/// Headers and body of a delivery.
pub type Sealed = (Vec<(&'static str, String)>, Vec<u8>);

/// A delivery that was made.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    /// Who sent it.
    pub vendor: Vendor,
    /// The task it was about.
    pub task_id: String,
    /// Where to.
    pub url: String,
    /// The status that came back; 0 when none did.
    pub status: u16,
}

impl Shop {
    /// Sends what the task's faults ask for, in the background.
    pub(crate) fn announce(&self, task: &Task) {
        let silent = [Fault::HookNone, Fault::HookLate, Fault::TaskLost, Fault::TaskForever, Fault::TaskStrange];
        if task.hook.is_some() && !silent.into_iter().any(|fault| task.faults.has(fault)) {
            let (shop, task) = (self.clone(), task.clone());
            tokio::spawn(async move { shop.deliver_all(task).await });
        }
    }

    /// The delivery of `[whlate]`: after the end was read.
    pub(crate) fn announce_late(&self, task: &Task) {
        let first = self.house.tries(format!("late|{}", task.id)) == 1;
        if task.hook.is_some() && task.faults.has(Fault::HookLate) && first {
            let (shop, task) = (self.clone(), task.clone());
            tokio::spawn(async move { shop.deliver_all(task).await });
        }
    }

    async fn deliver_all(self, mut task: Task) {
        tokio::time::sleep(FIRST).await;
        let said = |fault| task.faults.has(fault);
        let untrue = [Fault::HookBadSignature, Fault::HookEmpty, Fault::HookOld, Fault::HookForeign].into_iter().any(said);
        if self.look(&task.id).is_none_or(|(_, stage)| stage == Stage::Cancelled) {
            return;
        }
        if !untrue {
            self.end(&task.id, State::Ended);
        }
        let letters = letters(&self, &task.faults);
        if task.faults.has(Fault::HookForeign) {
            task.id = self.house.id(task.id.len());
        }
        for same in letters.chunk_by(|one, next| one.delivery_id == next.delivery_id) {
            // Sealed once: its links name the second in which they were made.
            let (headers, body) = (crate::dialect::of(self.vendor).seal)(&self, &task, &same[0]);
            for _ in same {
                self.deliver(&task, &headers, &body).await;
                tokio::time::sleep(BETWEEN).await;
            }
        }
    }

    async fn deliver(&self, task: &Task, headers: &[(&'static str, String)], body: &[u8]) {
        let url = self.hook_url(task.hook.as_deref().unwrap_or_default());
        let mut status = 0;
        for _ in 0..DELIVERY_TRIES {
            status = tokio::time::timeout(DELIVERY_TIME, post(&url, headers, body)).await.ok().flatten().unwrap_or(0);
            if status != 0 && status < 500 {
                break;
            }
            tokio::time::sleep(FIRST).await;
        }
        let delivery = Delivery { vendor: self.vendor, task_id: task.id.clone(), url, status };
        self.house.deliveries.lock().push(delivery);
    }

    /// The address, at the origin that the options name.
    fn hook_url(&self, url: &str) -> String {
        let Some(origin) = self.house.webhook_origin.lock().clone() else { return url.to_owned() };
        let path = url::Url::parse(url).map(|url| url[url::Position::BeforePath..].to_owned()).unwrap_or_default();
        format!("{}{path}", origin.trim_end_matches('/'))
    }
}

fn letters(shop: &Shop, faults: &Faults) -> Vec<Letter> {
    let letter = |news, signing| Letter { news, signing, timestamp: now(), delivery_id: format!("msg_{}", shop.house.id(24)) };
    let ended = || letter(News::Ended, Signing::Right);
    if faults.has(Fault::HookTwice) {
        return vec![ended(); 3];
    }
    if faults.has(Fault::HookOrder) {
        return vec![ended(), letter(News::Started, Signing::Right)];
    }
    if faults.has(Fault::HookBadSignature) {
        return vec![letter(News::Ended, Signing::Wrong)];
    }
    if faults.has(Fault::HookEmpty) {
        return vec![letter(News::Ended, Signing::Missing), letter(News::Ended, Signing::EmptyKey)];
    }
    if faults.has(Fault::HookOld) {
        return vec![Letter { timestamp: now() - OLD_SECONDS, ..ended() }];
    }
    if faults.has(Fault::HookFlip) {
        return vec![ended(), letter(News::Flipped, Signing::Right)];
    }
    if faults.has(Fault::HookForeign) || faults.has(Fault::HookLate) {
        return vec![ended()];
    }
    // Only this vendor tells of the begin.
    let begin = (shop.vendor == Vendor::Replicate).then(|| letter(News::Started, Signing::Right));
    begin.into_iter().chain([ended()]).collect()
}

/// A POST over plain HTTP; the status of the answer.
async fn post(url: &str, headers: &[(&'static str, String)], body: &[u8]) -> Option<u16> {
    let url = url::Url::parse(url).ok().filter(|url| url.scheme() == "http")?;
    let (host, port) = (url.host_str()?, url.port_or_known_default()?);
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await.ok()?;
    let mut head = format!(
        "POST {} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n",
        &url[url::Position::BeforePath..url::Position::AfterQuery]
    );
    head.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    head.push_str("\r\n");
    stream.write_all(&[head.as_bytes(), body].concat()).await.ok()?;
    let mut answer = Vec::new();
    stream.take(64 << 10).read_to_end(&mut answer).await.ok()?;
    let line = String::from_utf8_lossy(&answer[..answer.len().min(64)]).into_owned();
    line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}
