//! Several processes behind nginx, over PostgreSQL and Redis: any of them is killed, one is stopped for longer than its
//! lease, all are restarted one after the other, and those who use them notice nothing of it but time.

use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hints::testing::TestRedis;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rustix::process::{Pid, Signal, kill_process};

use super::aftermath::{self, Claim};
use super::load::Load;
use super::rounds::{PLENTY, RESUMED_WITHIN};
use crate::support::{Nginx, Place, Visitor, free_port};

/// The shortest that may be configured.
const LEASE: Duration = Duration::from_secs(2);
/// After this time another worker has the tasks of one that was stopped: its lease, and what the other is at meanwhile.
const TAKEN_WITHIN: Duration = Duration::from_secs(20);
/// Something happens at any moment of this time.
const PAUSE: Duration = Duration::from_millis(1_500);
/// What the design allows for a stop.
const STOPPED_WITHIN: Duration = Duration::from_secs(25);

/// What it allows for an event stream to go on at another node.
const MOVED_WITHIN: Duration = Duration::from_secs(3);

/// Two nodes that answer and two that work.
struct Fleet {
    place: Place,
    nodes: Vec<Node>,
    nginx: Nginx,
    redis: TestRedis,
}

struct Node {
    /// Of one that answers.
    port: Option<u16>,
    child: Child,
}

impl Fleet {
    async fn start() -> Option<Self> {
        let redis = TestRedis::start().await.unwrap()?;
        let ports = [free_port(), free_port()];
        let nginx = Nginx::start(&ports)?;
        let mut place = Place::with(PLENTY).await;
        place.set("WORKER_LEASE_SECONDS", &LEASE.as_secs().to_string());
        place.set("REDIS_URL", &redis.url());
        place.set("TRUSTED_PROXIES", "127.0.0.1");
        let roles = ports.map(Some).into_iter().chain([None, None]);
        let nodes = roles.map(|port| Node { port, child: spawn(&place, port) }).collect();
        let fleet = Self { place, nodes, nginx, redis };
        fleet.nodes.iter().for_each(Node::answers);
        Some(fleet)
    }

    /// Ends a node without warning and starts it again.
    async fn kill(&mut self, number: usize) {
        let node = &mut self.nodes[number];
        let (port, worker) = (node.port, node.worker(&self.place));
        node.child.kill().unwrap();
        node.child.wait().unwrap();
        let left = self.claims_of(worker).await;
        self.nodes[number].child = spawn(&self.place, port);
        self.nodes[number].answers();
        let resumed = self.time_to_resume(&left, RESUMED_WITHIN).await;
        eprintln!("{number} was killed: {} tasks interrupted, resumed in {resumed:?}", left.len());
    }

    /// Stops a worker until others have taken its tasks, and lets it go on.
    async fn pause(&mut self, number: usize) {
        let node = &self.nodes[number];
        let worker = node.worker(&self.place);
        node.signal(Signal::STOP);
        let left = self.claims_of(worker).await;
        let resumed = self.time_to_resume(&left, TAKEN_WITHIN).await;
        self.nodes[number].signal(Signal::CONT);
        eprintln!("{number} was stopped past its lease: {} tasks interrupted, resumed in {resumed:?}", left.len());
    }

    /// Restarts every node, one after the other.
    fn roll(&mut self) {
        for node in &mut self.nodes {
            let asked = Instant::now();
            node.signal(Signal::TERM);
            assert!(node.child.wait().unwrap().success());
            assert!(asked.elapsed() < STOPPED_WITHIN, "{:?}", asked.elapsed());
            node.child = spawn(&self.place, node.port);
            node.answers();
        }
    }

    async fn claims_of(&self, worker: Option<String>) -> Vec<Claim> {
        let Some(worker) = worker else { return Vec::new() };
        let database = aftermath::open(&self.place).await;
        let claims = aftermath::claims(&database).await.into_iter().filter(|claim| claim.is_of(&worker)).collect();
        database.close().await;
        claims
    }

    async fn time_to_resume(&self, left: &[Claim], within: Duration) -> Duration {
        let began = Instant::now();
        let database = aftermath::open(&self.place).await;
        while !aftermath::still_waiting(&database, left).await.is_empty() {
            assert!(began.elapsed() < within, "{left:?} had not resumed after {:?}", began.elapsed());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        database.close().await;
        began.elapsed()
    }
}

impl Node {
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until it answers, if it is one that does.
    fn answers(&self) {
        let Some(visitor) = self.port.map(Visitor::new) else { return };
        while visitor.send(axum::http::Method::GET, "/readyz", &[], Vec::new()).is_err() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The name under which it leases jobs, if it does: that of the slot file that it holds.
    fn worker(&self, place: &Place) -> Option<String> {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap();
        let files = open.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
        let slot = files.filter_map(|path| Some(path.file_name()?.to_str()?.strip_suffix(".lock")?.to_owned()));
        let slot = slot.into_iter().find(|name| name.starts_with("worker-"))?;
        let key = std::fs::read_to_string(place.data().join(format!("{slot}.lock"))).unwrap();
        Some(format!("{slot}-{key}"))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn spawn(place: &Place, port: Option<u16>) -> Child {
    let port_text = port.unwrap_or_default().to_string();
    let role = if port.is_some() { "api" } else { "worker" };
    let log = std::fs::File::options().create(true).append(true).open(place.folder().join("fleet.log")).unwrap();
    let mut command = place.command(&["serve", "--role", role, "--port", &port_text]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// Somebody who watches, and connects again when the stream ends.
struct Watching {
    ended: Arc<AtomicBool>,
    watching: JoinHandle<Duration>,
}

impl Watching {
    fn start(visitor: Visitor) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&ended);
        let watching = std::thread::spawn(move || {
            let (mut slowest, mut left) = (Duration::ZERO, None::<Instant>);
            while !stop.load(Ordering::Relaxed) {
                let mut told = visitor.watch();
                assert!(told.next().is_some(), "the present state is told first");
                slowest = slowest.max(left.map_or(Duration::ZERO, |left| left.elapsed()));
                told.for_each(drop);
                left = Some(Instant::now());
            }
            slowest
        });
        Self { ended, watching }
    }
}

/// Kills one process so many times under load, flushes Redis and stops it meanwhile, stops a worker past its lease, restarts
/// all of them, and checks everything that must hold. False where nginx or Redis is not installed.
pub async fn kill_again_and_again(kills: usize, seed: u64) -> bool {
    let Some(mut fleet) = Fleet::start().await else { return false };
    let (pauses, rolls) = ((kills / 10).max(1), (kills * 2 / 5).max(1));
    eprintln!("seed {seed} (SEED={seed} repeats it), {kills} kills of a fleet, {pauses} pauses, {rolls} rolling restarts");
    let mut random = StdRng::seed_from_u64(seed);
    let owner = fleet.place.owner_at(fleet.nginx.port());
    let load = Load::start(fleet.nginx.port(), seed);
    for _ in 0..kills {
        tokio::time::sleep(random.random_range(Duration::ZERO..PAUSE)).await;
        fleet.kill(random.random_range(0..4)).await;
    }
    fleet.redis.ask::<()>(&["FLUSHALL"]).await.unwrap();
    fleet.redis.kill().unwrap();
    eprintln!("Redis was flushed and killed; the pauses go on without it");
    for _ in 0..pauses {
        tokio::time::sleep(random.random_range(Duration::ZERO..PAUSE)).await;
        fleet.pause(random.random_range(2..4)).await;
    }
    fleet.redis.start_again().await.unwrap();
    eprintln!("Redis is back");
    let (failures, watchers) = (load.failures(), [Watching::start(owner.clone()), Watching::start(owner)]);
    for _ in 0..rolls {
        fleet.roll();
    }
    assert_eq!(load.failures() - failures, 0, "5xx during rolling restarts\n{}", fleet.nginx.log());
    let accepted = tokio::task::spawn_blocking(|| load.finish()).await.unwrap();
    eprintln!("{} tasks accepted, {failures} answers were 5xx while processes were killed", accepted.len());
    watchers.iter().for_each(|watcher| watcher.ended.store(true, Ordering::Relaxed));
    for node in &mut fleet.nodes {
        node.signal(Signal::TERM);
        assert!(node.child.wait().unwrap().success());
    }
    for watcher in watchers {
        let slowest = watcher.watching.join().unwrap();
        assert!(slowest < MOVED_WITHIN, "a stream was away for {slowest:?}");
        eprintln!("a stream was away for {slowest:?} at most");
    }
    aftermath::check(&fleet.place, &accepted).await;
    true
}
