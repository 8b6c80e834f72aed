//! Tasks of a vendor that never end there. The product's own patience ends them, which the tests' clock makes short.

use std::time::Duration;

use fake_vendors::Fault;
use serde_json::Value;

use super::hall::{DEADLINE, Hall, Houses};
use super::judge;
use super::lines::Line;
use super::rounds::faults;
use super::sample::drawn;

/// Longer than the product waits for any vendor.
const PATIENCE: Duration = Duration::from_secs(31 * 60);

/// Whether the fault lasts until somebody gives up.
pub fn is_one(fault: Fault) -> bool {
    matches!(fault, Fault::TaskForever | Fault::TaskStrange)
}

/// Each such task is given up, refunded, and not asked for again.
pub async fn given_up(line: &Line, houses: &Houses) {
    let mut hall = Hall::open(line, houses, "an owl").await;
    let mut ended = Vec::new();
    for case in drawn(line.provider, faults(line, |fault, _| is_one(fault))) {
        let id = hall.ask(&case).await;
        // The clock goes on once the vendor was asked how it stands.
        let waited_for = async {
            while !is_asked_about(&hall, &id).await {
                tokio::task::yield_now().await;
            }
            hall.app.pass(PATIENCE);
        };
        let run = tokio::time::timeout(DEADLINE, async { tokio::join!(hall.app.run_jobs(), waited_for) });
        assert!(run.await.is_ok(), "{} {} has no end", line.provider, case.mark());
        hall.log_in().await;
        ended.push((case, id));
    }
    judge::all(&mut hall, &ended).await;
}

/// Whether the vendor was asked how the request of a task stands.
async fn is_asked_about(hall: &Hall<'_>, task: &str) -> bool {
    let Some(handle) = hall.app.handles(task).await.pop() else { return false };
    let handle: Value = serde_json::from_str(&handle).unwrap();
    let id = handle["id"].as_str().unwrap();
    // Some ask on another host of the vendor.
    let asked = hall.houses.asked.all_requests();
    asked.iter().any(|asked| asked.path.contains(id) || asked.query.iter().any(|(_, value)| value == id))
}
