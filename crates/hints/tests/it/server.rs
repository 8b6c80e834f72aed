//! The server, and the processes that meet there.

use std::sync::Arc;
use std::time::Duration;

use hints::testing::TestRedis;
use hints::{Hints, State};
use parking_lot::Mutex;
use tokio::task::JoinHandle;

pub async fn redis() -> Option<TestRedis> {
    TestRedis::start().await.unwrap()
}

pub async fn flush(redis: &TestRedis) {
    redis.ask::<()>(&["FLUSHALL"]).await.unwrap();
}

/// A process of the fleet.
pub struct Node {
    pub hints: Hints,
    heard: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl Node {
    pub fn start(url: &str, secret: u8) -> Self {
        let hints = Hints::open(url, [secret; 32]).unwrap();
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let (serving, hearing) = (hints.clone(), Arc::clone(&heard));
        let serving = tokio::spawn(async move { serving.serve(|hint| hearing.lock().push(hint.to_owned())).await });
        Self { hints, heard, serving }
    }

    /// Waits until the way is so.
    pub async fn is(&self, state: State) {
        until(|| self.hints.state() == state).await;
    }

    /// Waits until something was heard, and returns all of it.
    pub async fn hears(&self) -> Vec<String> {
        until(|| !self.heard.lock().is_empty()).await;
        std::mem::take(&mut *self.heard.lock())
    }

    pub fn heard_nothing(&self) -> bool {
        self.heard.lock().is_empty()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Waits for what must come; a test that waits in vain is ended by its runner.
async fn until(reached: impl Fn() -> bool) {
    let come = async {
        while !reached() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), come).await.expect("it comes");
}
