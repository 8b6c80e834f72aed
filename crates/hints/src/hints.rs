//! The handle that everybody holds, and what it shares with the line to the server.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use parking_lot::Mutex;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tokio::sync::mpsc;

use crate::State;
use crate::allowance::{Allowance, Verdict, ask};
use crate::line::Line;

/// Hints that wait to be sent. More are dropped: whoever would hear them looks at the database within a second anyway.
const WAITING: usize = 4_096;
/// How long a connection may take.
const CONNECTED_WITHIN: Duration = Duration::from_secs(1);
/// How long an answer may take that nobody waits for.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);
/// How long somebody waits for an answer. A server in the same house answers within one millisecond.
const WAITED_FOR: Duration = Duration::from_millis(40);

/// Hexadecimal digits of a signature: 128 bits.
const SIGNATURE: usize = 32;

/// The way to the other processes. Cheap to clone; clones share it.
#[derive(Clone, Default)]
pub struct Hints {
    shared: Option<Arc<Shared>>,
}

/// What the handles share with the line.
pub(crate) struct Shared {
    client: Client,
    /// Where hints are told. The number of a Redis database does not separate channels, so the name does.
    pub(crate) channel: String,
    /// Names the counts of this fleet, hides whose they are, and signs what its processes say.
    secret: [u8; 32],
    told: mpsc::Sender<String>,
    pub(crate) waiting: tokio::sync::Mutex<mpsc::Receiver<String>>,
    pub(crate) way: Mutex<Way>,
}

/// How the way is now.
#[derive(Default)]
pub(crate) struct Way {
    pub(crate) state: State,
    /// For those who wait for an answer; taken away as soon as one had to wait too long, and given back when the server
    /// is heard again. So a server that hangs costs one request a moment, and not each of them.
    pub(crate) connection: Option<MultiplexedConnection>,
}

/// Why an address cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the address of Redis cannot be used: {0}")]
pub struct OpenError(String);

/// Why a server did not answer as it should. The texts hold no password.
#[derive(Debug, thiserror::Error)]
pub enum PingError {
    /// It cannot be reached, or not in time.
    #[error("{0}")]
    Unreachable(String),
    /// It answered, and wants something else: a name, a password.
    #[error("{0}")]
    Refused(String),
}

impl Hints {
    /// Through the server at this address (`redis://` or `rediss://`, the latter with the certificates that the system
    /// trusts). Processes with the same secret hear each other. Nothing is connected before [`serve`](Hints::serve).
    ///
    /// # Errors
    /// When the address is none.
    pub fn open(url: &str, secret: [u8; 32]) -> Result<Self, OpenError> {
        let client = client(url)?;
        let (told, waiting) = mpsc::channel(WAITING);
        let channel = format!("danqing:{}", &named(&secret, "channel")[..16]);
        let way = Mutex::new(Way { state: State::Away, connection: None });
        let shared = Shared { client, channel, secret, told, waiting: tokio::sync::Mutex::new(waiting), way };
        Ok(Self { shared: Some(Arc::new(shared)) })
    }

    /// How the way is.
    #[must_use]
    pub fn state(&self) -> State {
        self.shared.as_ref().map_or(State::Absent, |shared| shared.way.lock().state)
    }

    /// Whether there is anybody to tell: nobody need put into words what goes nowhere.
    #[must_use]
    pub fn are_heard(&self) -> bool {
        self.state() == State::Well
    }

    /// Tells the other processes. Waits for nothing; while the way is closed, or too much waits, it is dropped.
    pub fn tell(&self, hint: String) {
        if let Some(shared) = self.shared.as_ref().filter(|_| self.are_heard())
            && shared.told.try_send(hint).is_err()
        {
            tracing::debug!("a hint was dropped: too many wait to be sent");
        }
    }

    /// Counts an attempt against each of these in turn, up to the first that refuses. [`Verdict::Unknown`] when that
    /// cannot be known at once.
    pub async fn admit(&self, allowances: &[Allowance<'_>]) -> Verdict {
        let Some(shared) = &self.shared else { return Verdict::Unknown };
        let Some(mut connection) = shared.way.lock().connection.clone() else { return Verdict::Unknown };
        let keys: Vec<String> = allowances.iter().map(|allowance| shared.key(allowance)).collect();
        match tokio::time::timeout(WAITED_FOR, ask(&mut connection, &keys, allowances)).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(error)) => {
                tracing::debug!(%error, "Redis could not count an attempt");
                shared.rest();
                Verdict::Unknown
            }
            Err(_) => {
                tracing::debug!("Redis did not answer in time");
                shared.rest();
                Verdict::Unknown
            }
        }
    }

    /// Keeps the line open and passes on what other processes tell, until it is dropped. Only one call at a time does.
    /// `heard` must be quick: all that follows waits for it.
    pub async fn serve(&self, heard: impl Fn(&str)) {
        match &self.shared {
            Some(shared) => Line::new(shared).serve(&heard).await,
            None => std::future::pending().await,
        }
    }
}

impl Shared {
    /// The key under which an attempt is counted. It names nobody, and lies in one slot with all others.
    fn key(&self, allowance: &Allowance<'_>) -> String {
        let whose = named(&self.secret, &format!("{} {}", allowance.limit, allowance.whose));
        format!("{{{}}}:{}:{}", self.channel, allowance.limit, &whose[..32])
    }

    /// A message as it is sent: who says it, its signature, and the hint.
    pub(crate) fn signed(&self, name: &str, hint: &str) -> String {
        format!("{name} {} {hint}", &named(&self.secret, &format!("hint {name} {hint}"))[..SIGNATURE])
    }

    /// Who says what, if a process of this fleet does: whoever else can reach the server is not heard.
    pub(crate) fn checked<'m>(&self, message: &'m str) -> Option<(&'m str, &'m str)> {
        let (name, signed) = message.split_once(' ')?;
        let (signature, hint) = signed.split_once(' ')?;
        let expected = named(&self.secret, &format!("hint {name} {hint}"));
        let is_ours = signature.len() == SIGNATURE && bool::from(signature.as_bytes().ct_eq(&expected.as_bytes()[..SIGNATURE]));
        is_ours.then_some((name, hint))
    }

    /// Asks nothing more of the server until it is heard again.
    fn rest(&self) {
        self.way.lock().connection = None;
    }

    pub(crate) async fn connect(&self) -> redis::RedisResult<(MultiplexedConnection, redis::aio::PubSub)> {
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECTED_WITHIN));
        let config = config.set_response_timeout(Some(ANSWERED_WITHIN));
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let subscribed = async {
            let mut listening = self.client.get_async_pubsub().await?;
            listening.subscribe(&self.channel).await?;
            Ok(listening)
        };
        let listening: Result<redis::RedisResult<_>, _> = tokio::time::timeout(CONNECTED_WITHIN, subscribed).await;
        let listening = listening.map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))??;
        Ok((connection, listening))
    }
}

/// Asks the server once whether it answers. For a check beside a running server.
///
/// # Errors
/// See [`PingError`].
pub async fn ping(url: &str, patience: Duration) -> Result<(), PingError> {
    let client = client(url).map_err(|error| PingError::Unreachable(error.to_string()))?;
    let config = AsyncConnectionConfig::new().set_connection_timeout(Some(patience)).set_response_timeout(Some(patience));
    let asked = async {
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        redis::cmd("PING").query_async::<()>(&mut connection).await
    };
    match tokio::time::timeout(patience, asked).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) if error.is_io_error() || error.is_timeout() => Err(PingError::Unreachable(error.to_string())),
        Ok(Err(error)) => Err(PingError::Refused(error.to_string())),
        Err(_) => Err(PingError::Unreachable(format!("no answer within {patience:?}"))),
    }
}

fn client(url: &str) -> Result<Client, OpenError> {
    Client::open(url).map_err(|error| OpenError(error.to_string()))
}

/// A name that only whoever knows the secret can make or recognise.
fn named(secret: &[u8; 32], text: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any key length is fine");
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
