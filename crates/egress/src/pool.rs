//! Connections that wait for the next call. One is used again only for the same way to the same place.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, timeout};

use crate::connection::Connection;
use crate::target::Target;
use crate::{ProxyUrl, Reach};

/// How long a connection waits. Common servers close one after 5 seconds; a request that crosses with the closing is
/// lost in a state that nobody knows, which costs far more than a new connection.
const IDLE: Duration = Duration::from_secs(4);
/// How long a connection may take to become ready after its last answer. It is a matter of microseconds, unless the server answered
/// before it had read the whole request; then a new one is faster.
const SETTLE: Duration = Duration::from_millis(50);
/// Connections that wait for one place, and in all. A worker makes a few dozen calls at a time.
const MAX_FOR_ONE: usize = 8;
const MAX_IN_ALL: usize = 128;

/// What must be the same. A connection of a configured call may lead to a private address, so a public call
/// must never find it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub reach: Reach,
    pub proxy: Option<ProxyUrl>,
    pub target: Target,
}

struct Waiting {
    connection: Connection,
    since: Instant,
}

/// The connections that wait.
#[derive(Clone, Default)]
pub(crate) struct Pool(Arc<Mutex<HashMap<Key, Vec<Waiting>>>>);

impl Pool {
    /// A connection that was used a moment ago and is not closed as far as this side knows.
    pub(crate) async fn take(&self, key: &Key) -> Option<Connection> {
        while let Some(mut connection) = self.newest(key) {
            if timeout(SETTLE, connection.is_ready()).await == Ok(true) {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection whose answer just went well.
    pub(crate) fn put(&self, key: &Key, connection: Connection) {
        let mut waiting = self.0.lock();
        waiting.retain(|_, list| {
            list.retain(|waiting| waiting.since.elapsed() < IDLE);
            !list.is_empty()
        });
        let in_all: usize = waiting.values().map(Vec::len).sum();
        let list = waiting.entry(key.clone()).or_default();
        if connection.is_http2() {
            // One is enough for any number of calls.
            list.clear();
        }
        if list.len() < MAX_FOR_ONE && in_all < MAX_IN_ALL {
            list.push(Waiting { connection, since: Instant::now() });
        }
    }

    fn newest(&self, key: &Key) -> Option<Connection> {
        let mut waiting = self.0.lock();
        let list = waiting.get_mut(key)?;
        let newest = list.pop()?;
        if newest.since.elapsed() >= IDLE {
            // All others wait longer still.
            waiting.remove(key);
            return None;
        }
        if let Connection::Http2(sender) = &newest.connection
            && !sender.is_closed()
        {
            // It stays for others, but as old as it was: a connection that died silently is not used for ever.
            let connection = Connection::Http2(sender.clone());
            list.push(Waiting { connection, since: newest.since });
        }
        Some(newest.connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Host;

    fn key() -> Key {
        Key { reach: Reach::Public, proxy: None, target: Target { tls: true, host: Host::Domain("a.test".into()), port: 443 } }
    }

    /// A connection, and its other end, which keeps it open.
    async fn connection() -> (Connection, tokio::io::DuplexStream) {
        let (stream, other) = tokio::io::duplex(1024);
        (Connection::open(Box::new(stream), false).await.unwrap(), other)
    }

    #[tokio::test]
    async fn a_connection_waits_for_a_few_seconds_and_not_longer() {
        let pool = Pool::default();
        let (connection, _other) = self::connection().await;
        pool.put(&key(), connection);
        let connection = pool.take(&key()).await.unwrap();
        let since = Instant::now().checked_sub(IDLE).unwrap();
        pool.0.lock().insert(key(), vec![Waiting { connection, since }]);
        assert!(pool.take(&key()).await.is_none());
        assert!(pool.0.lock().is_empty());
    }

    #[tokio::test]
    async fn no_more_than_a_few_wait_for_one_place() {
        let pool = Pool::default();
        let mut others = Vec::new();
        for _ in 0..MAX_FOR_ONE + 3 {
            let (connection, other) = connection().await;
            pool.put(&key(), connection);
            others.push(other);
        }
        assert_eq!(pool.0.lock()[&key()].len(), MAX_FOR_ONE);
    }
}
