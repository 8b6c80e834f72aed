//! Memory for bodies that are read as a whole, shared by all answers of a client. However many servers send too much at
//! once, what is held of it stays within bounds: whoever finds no room reads nothing more until there is some, and his
//! server waits with him.

use std::sync::Arc;

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

/// Room for all answers of a client.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    middle: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

impl Default for Room {
    fn default() -> Self {
        Self { middle: Arc::new(Semaphore::new(MIDDLE_PLACES)), large: Arc::new(Semaphore::new(LARGE_PLACES)) }
    }
}

/// The places that one body has. They are taken in this order and none is waited for while a later one is held, so nobody
/// waits in a circle.
#[derive(Debug, Default)]
pub(crate) struct Places {
    middle: Option<OwnedSemaphorePermit>,
    large: Option<OwnedSemaphorePermit>,
}

impl Places {
    /// Waits until there is room for a body of so many bytes. One that has become large leaves its place among the others.
    pub(crate) async fn take(&mut self, room: &Room, bytes: usize) {
        if bytes > SMALL_BYTES && self.middle.is_none() && self.large.is_none() {
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
        if self.middle.is_none() && self.large.is_none() {
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

    use super::*;

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
    fn one_large_body_at_a_time_is_read_and_it_keeps_no_place_of_the_others() {
        let room = Room::default();
        let large = finds_room(&room, MIDDLE_BYTES + 1).unwrap();
        assert!(finds_room(&room, MIDDLE_BYTES + 1).is_none());
        let others: Vec<_> = (0..MIDDLE_PLACES).map(|_| finds_room(&room, MIDDLE_BYTES).unwrap()).collect();
        drop(large);
        assert!(others.len() == MIDDLE_PLACES && finds_room(&room, MIDDLE_BYTES + 1).is_none(), "it waits for a middle place first");
    }
}
