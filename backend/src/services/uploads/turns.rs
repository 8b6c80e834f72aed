//! Whose turn it is to put or to complete an upload. Each makes a temporary file as large as a file may be, so few do at
//! once, and no account and no link takes the turns of all.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::budget::patiently;
use crate::error::Failure;
use crate::models::id::{UploadId, UserId};

/// Uploads that are completed at once. For their files nobody but this server has sent a byte; so somebody who asks a
/// thousand times fills no disk.
const AT_ONCE: usize = 4;

/// The turns of this process.
pub struct Turns {
    completing: Arc<Semaphore>,
    accounts: OneEach<UserId>,
    puts: OneEach<UploadId>,
}

/// A turn; dropped, it is the next one's.
pub struct Turn(#[expect(dead_code, reason = "held until it is dropped")] Vec<OwnedSemaphorePermit>);

impl Default for Turns {
    fn default() -> Self {
        Self { completing: Arc::new(Semaphore::new(AT_ONCE)), accounts: OneEach::default(), puts: OneEach::default() }
    }
}

impl Turns {
    /// Waits until an account may take an upload out of quarantine: one at a time, in the order in which they were asked for.
    ///
    /// # Errors
    /// `overloaded` when its turn does not come for half a minute.
    pub async fn complete(&self, user: &UserId) -> Result<Turn, Failure> {
        let own = patiently(&self.accounts.of(user), 1).await?;
        Ok(Turn(vec![own, patiently(&self.completing, 1).await?]))
    }

    /// The turn to put an upload by its link; none while somebody else has it.
    #[must_use]
    pub fn put(&self, id: &UploadId) -> Option<Turn> {
        self.puts.of(id).try_acquire_owned().ok().map(|own| Turn(vec![own]))
    }
}

/// One turn for each of many, remembered while somebody has it or waits for it.
struct OneEach<K>(Mutex<HashMap<K, Weak<Semaphore>>>);

impl<K> Default for OneEach<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash> OneEach<K> {
    fn of(&self, key: &K) -> Arc<Semaphore> {
        let mut turns = self.0.lock();
        if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Semaphore::new(1));
        turns.insert(key.clone(), Arc::downgrade(&turn));
        turn
    }
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt, poll};

    use super::*;

    #[tokio::test]
    async fn an_account_completes_one_upload_at_a_time_in_order_and_leaves_the_others_their_turns() {
        let (turns, li) = (Turns::default(), UserId::new());
        let first = turns.complete(&li).await.unwrap();
        let (mut second, mut third) = (Box::pin(turns.complete(&li)), Box::pin(turns.complete(&li)));
        assert!(poll!(&mut second).is_pending() && poll!(&mut third).is_pending());
        let others: Vec<Turn> = (1..AT_ONCE).map(|_| turns.complete(&UserId::new()).now_or_never().unwrap().unwrap()).collect();
        assert!(turns.complete(&UserId::new()).now_or_never().is_none(), "all together have {AT_ONCE}");
        drop((first, others));
        assert!(poll!(&mut third).is_pending());
        let second = second.now_or_never().unwrap().unwrap();
        assert!(poll!(&mut third).is_pending());
        drop(second);
        assert!(third.now_or_never().unwrap().is_ok());
    }

    #[test]
    fn a_link_is_put_to_by_one_at_a_time_and_nothing_is_remembered_of_those_that_ended() {
        let (turns, id) = (Turns::default(), UploadId::new());
        let turn = turns.put(&id).unwrap();
        assert!(turns.put(&id).is_none());
        assert!(turns.put(&UploadId::new()).is_some());
        drop(turn);
        assert!(turns.put(&id).is_some());
        let _other = turns.put(&UploadId::new());
        assert_eq!(turns.puts.0.lock().len(), 1);
    }
}
