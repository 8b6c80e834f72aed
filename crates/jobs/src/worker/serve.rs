//! The loops of a started worker, and its stop.

use super::handler::Wake;
use super::run::{millis, run};
use super::{Shared, Slots};
use crate::claim::claim;
use crate::fence::release;
use crate::job::{Fence, Job, Queue};
use crate::lease::{heartbeat, reclaim, reclaim_expired};
use crate::schedule::enqueue_tick;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};
use tokio_util::sync::CancellationToken;

/// Before the end of a stop, handlers get this long (or a fifth of the whole, if shorter) to return after
/// they were cancelled.
const GRACE: Duration = Duration::from_secs(2);

/// A worker at work. Dropping this leaves it at work until the runtime ends.
pub struct Running {
    shared: Arc<Shared>,
    serving: JoinHandle<JoinSet<Queue>>,
    keeping: JoinHandle<()>,
    /// Ends the heartbeat, after the last job.
    ended: CancellationToken,
}

impl Running {
    pub(super) fn start(shared: Arc<Shared>) -> Running {
        let ended = CancellationToken::new();
        let (kept, served) = (shared.health.alive(&ended), shared.health.alive(&shared.stopping));
        let keeping = keep_leases(Arc::clone(&shared), ended.clone());
        let serving = serve(Arc::clone(&shared));
        let keeping = tokio::spawn(async move {
            let _kept = kept;
            keeping.await;
        });
        let serving = tokio::spawn(async move {
            let _served = served;
            serving.await
        });
        Running { shared, serving, keeping, ended }
    }

    /// Tells the worker to look for jobs now.
    pub fn wake_handle(&self) -> Wake {
        self.shared.wake.clone()
    }

    /// Stops within `limit`: claims no more, tells handlers that a stop has begun, cancels those that are still
    /// running near the end, and hands back the jobs of any that do not return. Returns the number of those.
    pub async fn drain(self, limit: Duration) -> Result<usize, db::Error> {
        let end = Instant::now() + limit;
        self.shared.stopping.cancel();
        let Ok(mut jobs) = self.serving.await else { return Ok(0) };
        if timeout_at(end - GRACE.min(limit / 5), join_all(&mut jobs)).await.is_err() {
            self.shared.deadline.cancel();
            if timeout_at(end, join_all(&mut jobs)).await.is_err() {
                jobs.abort_all();
            }
        }
        let handed_back = self.shared.hand_back(self.shared.in_flight.fences()).await;
        self.ended.cancel();
        if let Err(error) = self.keeping.await {
            tracing::error!(%error, "the heartbeat had ended");
        }
        handed_back
    }
}

async fn join_all(jobs: &mut JoinSet<Queue>) {
    while jobs.join_next().await.is_some() {}
}

/// Claims into free slots until a stop begins; returns the jobs that are still running then.
///
/// A queue that gave fewer jobs than asked for is left alone until something wakes the worker or the poll
/// comes round, so a job that ends in a quiet queue costs no question.
async fn serve(shared: Arc<Shared>) -> JoinSet<Queue> {
    shared.reclaim_own().await;
    let mut taken = BTreeMap::new();
    let mut quiet: Vec<Queue> = Vec::new();
    let mut jobs = JoinSet::new();
    let mut poll = interval(shared.poll);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !shared.stopping.is_cancelled() {
        shared.fill(&mut taken, &mut quiet, &mut jobs).await;
        tokio::select! {
            biased;
            () = shared.stopping.cancelled() => break,
            ended = jobs.join_next(), if !jobs.is_empty() => free_slot(&mut taken, ended),
            () = shared.wake.woken() => quiet.clear(),
            _ = poll.tick() => {
                quiet.clear();
                if let Err(error) = shared.enqueue_scheduled().await {
                    tracing::warn!(%error, "scheduled jobs were not enqueued");
                }
            }
        }
        // Whatever ended meanwhile shares the next claim.
        while let Some(ended) = jobs.try_join_next() {
            free_slot(&mut taken, Some(ended));
        }
    }
    jobs
}

fn free_slot(taken: &mut BTreeMap<Queue, usize>, ended: Option<Result<Queue, tokio::task::JoinError>>) {
    match ended {
        Some(Ok(queue)) => *taken.entry(queue).or_default() -= 1,
        // `run` catches the panics of handlers, so this is a fault of ours; the slot stays taken.
        Some(Err(error)) => tracing::error!(%error, "a job's task ended early"),
        None => {}
    }
}

async fn keep_leases(shared: Arc<Shared>, ended: CancellationToken) {
    let mut beat = interval(shared.lease / 3);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = ended.cancelled() => return,
            _ = beat.tick() => shared.beat().await,
        }
    }
}

impl Shared {
    pub(super) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Claims from several queues in one transaction.
    pub(super) async fn claim(&self, wanted: Vec<(Queue, usize)>) -> Result<Vec<(Queue, Vec<Job>)>, db::Error> {
        let (worker, now, lease) = (self.identity.clone(), self.now(), self.lease);
        self.db
            .write(move |connection| {
                let each = wanted.iter().map(|(queue, limit)| {
                    let jobs = claim(connection, *queue, &worker, *limit, now, lease)?;
                    Ok((*queue, jobs))
                });
                each.collect()
            })
            .await
    }

    pub(super) async fn enqueue_scheduled(&self) -> Result<(), db::Error> {
        for schedule in &self.schedules {
            let (name, every, job, now) = (schedule.name, schedule.every, schedule.job.clone(), self.now());
            let tick =
                move |connection: &mut db::Connection| enqueue_tick(connection, name, every, job.clone(), now).map_err(db::Error::from);
            if self.db.write(tick).await? {
                self.wake.wake();
            }
        }
        Ok(())
    }

    async fn fill(self: &Arc<Self>, taken: &mut BTreeMap<Queue, usize>, quiet: &mut Vec<Queue>, jobs: &mut JoinSet<Queue>) {
        let free = |queue: &Queue, slots: &Slots| slots().saturating_sub(taken.get(queue).copied().unwrap_or_default());
        let open = self.slots.iter().filter(|(queue, _)| !quiet.contains(queue)).map(|(queue, slots)| (*queue, free(queue, slots)));
        let wanted: Vec<(Queue, usize)> = open.filter(|(_, slots)| *slots > 0).collect();
        if wanted.is_empty() {
            return;
        }
        let claimed = match self.claim(wanted.clone()).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, "no jobs claimed");
                quiet.extend(wanted.iter().map(|(queue, _)| *queue));
                return;
            }
        };
        for ((queue, asked), (_, given)) in wanted.into_iter().zip(claimed) {
            if given.len() < asked {
                quiet.push(queue);
            }
            *taken.entry(queue).or_default() += given.len();
            for job in given {
                let shared = Arc::clone(self);
                jobs.spawn(async move {
                    run(&shared, job).await;
                    queue
                });
            }
        }
    }

    async fn hand_back(&self, left: Vec<Fence>) -> Result<usize, db::Error> {
        let (handed_back, now) = (left.len(), self.now());
        if handed_back > 0 {
            let release_all = move |connection: &mut db::Connection| {
                left.iter().try_for_each(|fence| release(connection, fence, now).map(drop))?;
                Ok::<(), db::Error>(())
            };
            self.db.write(release_all).await?;
        }
        Ok(handed_back)
    }

    async fn reclaim_own(&self) {
        let worker = self.identity.clone();
        match self.db.write(move |connection| Ok::<_, db::Error>(reclaim(connection, &worker)?)).await {
            Ok(0) => {}
            Ok(jobs) => tracing::info!(jobs, "took back the jobs of the process before"),
            // They come back all the same when their leases end.
            Err(error) => tracing::warn!(%error, "jobs of the process before were not taken back"),
        }
    }

    /// One statement keeps all leases; another, which seldom finds anything, takes back those that ran out.
    async fn beat(&self) {
        let (held, worker, now) = (self.in_flight.fences(), self.identity.clone(), self.now());
        let until = now.saturating_add(millis(self.lease));
        let asked = held.clone();
        let beat = move |connection: &mut db::Connection| {
            let lost = heartbeat(connection, &worker, &held, until)?;
            Ok::<_, db::Error>((lost, reclaim_expired(connection, now)?))
        };
        match self.db.write(beat).await {
            Ok((lost, expired)) => {
                self.in_flight.extended(&asked, &lost, until);
                if expired > 0 {
                    self.wake.wake();
                }
            }
            Err(error) => {
                tracing::warn!(%error, "no heartbeat");
                self.in_flight.cancel_expired(now);
            }
        }
    }
}
