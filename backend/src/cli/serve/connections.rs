//! The open connections, bounded in number. When there is no place left for a new one, the oldest that waits for a
//! request is closed for it: whoever opens connections and sends nothing, or half a request, keeps nobody out. Only when
//! all are being served is the new one refused.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::activity::Activity;

/// One address may have a quarter of all places: a household, a school or an office has enough, and three strangers
/// together cannot take everything.
const SHARE_OF_ONE_ADDRESS: usize = 4;

/// The open connections. Clones share them.
#[derive(Clone)]
pub struct Connections {
    open: Arc<Mutex<Open>>,
    /// A place is free only when the connection that had it is gone.
    places: Arc<Semaphore>,
}

struct Open {
    /// From the oldest to the newest.
    connections: BTreeMap<u64, Connection>,
    of_address: HashMap<IpAddr, usize>,
    next: u64,
    most: usize,
    most_of_one_address: usize,
}

struct Connection {
    address: Option<IpAddr>,
    activity: Arc<Activity>,
    closed: CancellationToken,
}

/// A connection's place; free again when this is dropped.
pub struct Place {
    /// What goes on on the connection.
    pub activity: Arc<Activity>,
    /// Fires when the connection has to go.
    pub closed: CancellationToken,
    number: u64,
    open: Arc<Mutex<Open>>,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// At most so many.
    pub fn new(most: usize) -> Self {
        let most_of_one_address = (most / SHARE_OF_ONE_ADDRESS).max(1);
        let open = Open { connections: BTreeMap::new(), of_address: HashMap::new(), next: 0, most, most_of_one_address };
        Self { open: Arc::new(Mutex::new(open)), places: Arc::new(Semaphore::new(most)) }
    }

    /// A place for a connection from an address, or `None` when all that could be closed for it are being served. A
    /// trusted proxy has no address here: it speaks for many, so it is neither bounded by itself nor closed for others.
    pub async fn admit(&self, address: Option<IpAddr>) -> Option<Place> {
        if !self.open.lock().make_room(address) {
            return None;
        }
        let permit = Arc::clone(&self.places).acquire_owned().await.ok()?;
        let (activity, closed) = (Arc::new(Activity::default()), CancellationToken::new());
        let connection = Connection { address, activity: Arc::clone(&activity), closed: closed.clone() };
        let number = self.open.lock().insert(connection);
        Some(Place { activity, closed, number, open: Arc::clone(&self.open), _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.lock().remove(self.number);
    }
}

impl Open {
    fn make_room(&mut self, address: Option<IpAddr>) -> bool {
        if address.is_some_and(|address| self.of_address.get(&address).is_some_and(|count| *count >= self.most_of_one_address)) {
            return self.close_oldest_waiting(|connection| connection.address == address);
        }
        self.connections.len() < self.most || self.close_oldest_waiting(|connection| connection.address.is_some())
    }

    fn close_oldest_waiting(&mut self, may_go: impl Fn(&Connection) -> bool) -> bool {
        let mut all = self.connections.iter();
        let found = all.find(|(_, connection)| connection.activity.is_waiting() && may_go(connection)).map(|(number, _)| *number);
        let Some(connection) = found.and_then(|number| self.remove(number)) else { return false };
        connection.closed.cancel();
        true
    }

    fn insert(&mut self, connection: Connection) -> u64 {
        if let Some(address) = connection.address {
            *self.of_address.entry(address).or_default() += 1;
        }
        let number = self.next;
        self.next += 1;
        self.connections.insert(number, connection);
        number
    }

    fn remove(&mut self, number: u64) -> Option<Connection> {
        let connection = self.connections.remove(&number)?;
        if let Some(address) = connection.address
            && let Some(count) = self.of_address.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                self.of_address.remove(&address);
            }
        }
        Some(connection)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([198, 51, 100, last]))
    }

    async fn fill(connections: &Connections, count: usize, from: impl Fn(usize) -> Option<IpAddr>) -> Vec<Place> {
        let mut places = Vec::new();
        for number in 0..count {
            places.push(connections.admit(from(number)).await.unwrap());
        }
        places
    }

    #[tokio::test]
    async fn the_oldest_that_waits_goes_when_all_places_are_taken() {
        let connections = Connections::new(8);
        let mut places = fill(&connections, 8, |number| address(number as u8)).await;
        let _request = Arc::clone(&places[0].activity).begin();
        let asked = connections.admit(address(100));
        tokio::pin!(asked);
        // The newcomer has the place only once the other is gone.
        assert!((&mut asked).now_or_never().is_none());
        let closed: Vec<bool> = places.iter().map(|place| place.closed.is_cancelled()).collect();
        assert_eq!(closed, [false, true, false, false, false, false, false, false]);
        drop(places.remove(1));
        assert!(asked.await.is_some());
    }

    #[tokio::test]
    async fn nobody_who_is_being_served_goes() {
        let connections = Connections::new(4);
        let places = fill(&connections, 4, |number| address(number as u8)).await;
        let requests: Vec<_> = places.iter().map(|place| Arc::clone(&place.activity).begin()).collect();
        assert!(connections.admit(address(100)).await.is_none());
        assert!(connections.admit(None).await.is_none());
        assert!(places.iter().all(|place| !place.closed.is_cancelled()));
        drop((requests, places));
        assert!(connections.admit(address(100)).await.is_some());
    }

    #[tokio::test]
    async fn one_address_displaces_only_itself() {
        let connections = Connections::new(8);
        let other = connections.admit(address(1)).await.unwrap();
        let own = fill(&connections, 2, |_| address(2)).await;
        assert!(connections.admit(address(2)).await.is_some());
        assert!(own[0].closed.is_cancelled() && !own[1].closed.is_cancelled() && !other.closed.is_cancelled());
        let _request = Arc::clone(&own[1].activity).begin();
        let third = connections.admit(address(2)).await.unwrap();
        let _another = Arc::clone(&third.activity).begin();
        assert!(connections.admit(address(2)).await.is_none());
        assert!(connections.admit(address(3)).await.is_some());
    }

    #[tokio::test]
    async fn a_trusted_proxy_has_as_many_as_there_are_and_keeps_them() {
        let connections = Connections::new(4);
        let proxied = fill(&connections, 4, |_| None).await;
        assert!(connections.admit(address(1)).await.is_none());
        assert!(proxied.iter().all(|place| !place.closed.is_cancelled()));
    }
}
