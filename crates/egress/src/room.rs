//! Memory for bodies that are read as a whole, shared by all answers of a client. However many servers send too much at
//! once, what is held of it stays within bounds: whoever finds no room reads nothing more until there is some, and his
//! server waits with him. In return a server whose body has a place must send it at a certain pace, whatever its call may
//! take otherwise.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Up to here a body needs no room: answers without pictures are smaller.
const SMALL_BYTES: usize = 256 << 10;
/// Up to here it is of middle size, as most pictures are.
const MIDDLE_BYTES: usize = 8 << 20;
/// Bodies of middle size at once.
const MIDDLE_PLACES: usize = 3;
/// Larger ones, up to the limit of their call, at once.
const LARGE_PLACES: usize = 1;

/// What a body with a place may fall behind its pace: a hiccup of the line, or the start of a slow one.
const GRACE: Duration = Duration::from_secs(20);
/// The slowest pace at which a body keeps its place: a quarter of what a slow DSL line brings.
const BYTES_PER_SECOND: u64 = 32 << 10;

/// Room for all answers of a client.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    middle: Arc<Semaphore>,
    large: Arc<Semaphore>,
    grace: Duration,
}

impl Default for Room {
    fn default() -> Self {
        Self { middle: Arc::new(Semaphore::new(MIDDLE_PLACES)), large: Arc::new(Semaphore::new(LARGE_PLACES)), grace: GRACE }
    }
}

/// The places that one body has. They are taken in this order and none is waited for while a later one is held, so nobody
/// waits in a circle.
#[derive(Debug, Default)]
pub(crate) struct Places {
    middle: Option<OwnedSemaphorePermit>,
    large: Option<OwnedSemaphorePermit>,
    /// How long the server may be waited for in all, as long as nothing comes.
    grace: Duration,
    /// How long it was waited for since there is a place, and what came in that time.
    waited: Duration,
    came_bytes: u64,
}

impl Places {
    /// How long the server may be waited for in all; for ever while its body has no place.
    pub(crate) fn most_waited(&self) -> Option<Duration> {
        self.is_held().then(|| self.grace + Duration::from_secs(self.came_bytes / BYTES_PER_SECOND))
    }

    /// How long it was waited for.
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }

    /// So many bytes came after a wait.
    pub(crate) fn came(&mut self, bytes: usize, waited: Duration) {
        if self.is_held() {
            self.came_bytes += bytes as u64;
            self.waited += waited;
        }
    }

    fn is_held(&self) -> bool {
        self.middle.is_some() || self.large.is_some()
    }

    /// Waits until there is room for a body of so many bytes. One that has become large leaves its place among the others.
    pub(crate) async fn take(&mut self, room: &Room, bytes: usize) {
        if bytes > SMALL_BYTES && !self.is_held() {
            self.grace = room.grace;
            self.middle = room.middle.clone().acquire_owned().await.ok();
        }
        if bytes > MIDDLE_BYTES && self.large.is_none() {
            self.large = room.large.clone().acquire_owned().await.ok();
            self.middle = None;
        }
    }

    /// How large the body may become without another place.
    pub(crate) fn allowed_bytes(&self) -> usize {
        match (&self.middle, &self.large) {
            (_, Some(_)) => usize::MAX,
            (Some(_), None) => MIDDLE_BYTES,
            (None, None) => SMALL_BYTES,
        }
    }

    /// Bytes that keep the places for as long as anybody has them.
    pub(crate) fn keep(self, bytes: Vec<u8>) -> Bytes {
        if !self.is_held() {
            return bytes.into();
        }
        Bytes::from_owner(Kept { bytes, _places: self })
    }
}

struct Kept {
    bytes: Vec<u8>,
    _places: Places,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::{Call, Egress, Error, Options, Reach};

    /// Whether a body of so many bytes finds room now.
    fn finds_room(room: &Room, bytes: usize) -> Option<Places> {
        let mut places = Places::default();
        places.take(room, bytes).now_or_never().map(|()| places)
    }

    #[test]
    fn small_bodies_never_wait_and_others_until_bytes_are_given_back() {
        let room = Room::default();
        let kept: Vec<Bytes> = (0..MIDDLE_PLACES).map(|_| finds_room(&room, MIDDLE_BYTES).unwrap().keep(vec![1])).collect();
        assert!(finds_room(&room, SMALL_BYTES).is_some() && finds_room(&room, SMALL_BYTES + 1).is_none());
        let part = kept[0].slice(..1);
        drop(kept);
        assert!(part.len() == 1 && finds_room(&room, MIDDLE_BYTES).is_some());
    }

    #[test]
    fn a_body_with_a_place_has_as_long_as_its_pace_earns_it_and_others_have_for_ever() {
        let room = Room::default();
        let mut places = finds_room(&room, SMALL_BYTES).unwrap();
        places.came(SMALL_BYTES, Duration::from_secs(3600));
        assert_eq!(places.most_waited(), None);
        let mut places = finds_room(&room, SMALL_BYTES + 1).unwrap();
        assert_eq!(places.most_waited(), Some(GRACE));
        places.came(MIDDLE_BYTES, Duration::from_secs(100));
        assert_eq!((places.most_waited(), places.waited()), (Some(GRACE + Duration::from_secs(256)), Duration::from_secs(100)));
    }

    /// A server that begins a body of middle size, and then sends a byte now and then.
    async fn dripping() -> std::net::SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    stream.read_u8().await?;
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 8000000\r\n\r\n").await?;
                    stream.write_all(&vec![7; SMALL_BYTES + 4096]).await?;
                    loop {
                        stream.write_all(b"7").await?;
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    #[expect(unreachable_code, reason = "gives the block its type")]
                    Ok::<(), std::io::Error>(())
                });
            }
        });
        address
    }

    #[tokio::test]
    async fn servers_that_drip_give_their_places_back_whatever_their_calls_may_take() {
        let mut client = Egress::new(Options::new("tests/1")).unwrap();
        client.room_mut().grace = Duration::from_millis(200);
        let url = crate::Url::parse(&format!("http://{}/", dripping().await)).unwrap();
        let dripped = (0..=MIDDLE_PLACES).map(|_| {
            let (client, url) = (client.clone(), url.clone());
            async move { client.send(Call::get(url).reach(Reach::Configured)).await.unwrap().bytes().await }
        });
        // One more than there are places: the last finds room only when another one has been given up.
        for ended in futures::future::join_all(dripped).await {
            assert!(matches!(ended, Err(Error::TooSlow { limit, .. }) if limit == Duration::from_millis(200)), "{ended:?}");
        }
    }

    #[test]
    fn one_large_body_at_a_time_is_read_and_it_keeps_no_place_of_the_others() {
        let room = Room::default();
        let large = finds_room(&room, MIDDLE_BYTES + 1).unwrap();
        assert!(finds_room(&room, MIDDLE_BYTES + 1).is_none());
        let others: Vec<_> = (0..MIDDLE_PLACES).map(|_| finds_room(&room, MIDDLE_BYTES).unwrap()).collect();
        drop(large);
        assert!(others.len() == MIDDLE_PLACES && finds_room(&room, MIDDLE_BYTES + 1).is_none(), "it waits for a middle place first");
    }
}
