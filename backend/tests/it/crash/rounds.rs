//! Killing at random moments and starting again, under load.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::aftermath;
use super::load::Load;
use crate::support::{Place, Server};

/// Settings under which credits and limits never end the load.
pub const PLENTY: &[(&str, &str)] = &[
    ("NEW_USER_CREDITS", "100000"),
    ("MAX_TASKS_PER_DAY", "0"),
    ("MAX_TASKS_PER_USER", "0"),
    ("ENGINE_CONCURRENCY", "2"),
    ("ENGINE_THREADS", "1"),
    ("REGISTRATION", "open"),
];
/// A kill comes at any moment of this time after a start.
const LIFE: Duration = Duration::from_millis(2500);
/// Servers that live shorter are killed before anything was looked at: those kills hit the recovery itself.
const SHORT_LIFE: Duration = Duration::from_millis(300);
/// After this time from the first answer, what a kill interrupted must be running again or done.
pub const RESUMED_WITHIN: Duration = Duration::from_secs(5);

/// Kills the server so many times under load, then checks everything that must hold. The seed decides the moments.
pub async fn kill_again_and_again(kills: usize, seed: u64) {
    eprintln!("seed {seed} (SEED={seed} repeats it), {kills} kills");
    let mut random = StdRng::seed_from_u64(seed);
    let place = Place::with(PLENTY).await;
    let mut server = place.serve();
    server.owner(&place);
    let load = Load::start(server.port(), seed);
    let mut slowest = Duration::ZERO;
    for kill in 1..=kills {
        let life = random.random_range(Duration::ZERO..LIFE);
        tokio::time::sleep(life).await;
        server.kill();
        let interrupted = aftermath::interrupted(&place).await;
        server = place.serve();
        load.moved_to(&server);
        if life < SHORT_LIFE {
            eprintln!("kill {kill} after {life:?}: {} tasks interrupted, killed again before they could resume", interrupted.len());
            continue;
        }
        let resumed = time_to_resume(&place, &server, &interrupted).await;
        slowest = slowest.max(resumed);
        eprintln!("kill {kill} after {life:?}: {} tasks interrupted, resumed in {resumed:?}", interrupted.len());
    }
    let accepted = tokio::task::spawn_blocking(|| load.finish()).await.unwrap();
    assert!(server.stop().success());
    eprintln!("{} tasks accepted, slowest resume {slowest:?}", accepted.len());
    aftermath::check(&place, &accepted).await;
}

/// Time from the server's first answer until every interrupted job runs again or has ended.
async fn time_to_resume(place: &Place, server: &Server, interrupted: &[aftermath::Claim]) -> Duration {
    server.visitor().get("/healthz").expect(200);
    let answered = Instant::now();
    let database = aftermath::open(place).await;
    loop {
        let waiting = aftermath::still_waiting(&database, interrupted).await;
        let elapsed = answered.elapsed();
        if waiting.is_empty() {
            database.close().await;
            return elapsed;
        }
        assert!(elapsed < RESUMED_WITHIN, "{waiting:?} had not resumed after {elapsed:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
