//! PostgreSQL itself is killed under a server that is at work, and started again: whoever asks meanwhile is told so at once,
//! and what was accepted before is done once it is back, a picture that a vendor made meanwhile among it.

use std::time::{Duration, Instant};

use fake_vendors::{FakeVendors, Vendor};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::aftermath;
use super::load::Load;
use super::rounds::PLENTY;
use crate::support::hosted::paid;
use crate::support::studio::{KEY, house, order};
use crate::support::{OwnPostgres, Place, Visitor};

/// A kill comes at any moment of this time.
const LIFE: Duration = Duration::from_millis(800);
/// After this time whoever asks has an answer; see `ANSWERS_WITHIN` of the health check.
const TOLD_WITHIN: Duration = Duration::from_secs(4);
/// And after this time from its first answer the database is at work for us again.
const WELL_WITHIN: Duration = Duration::from_secs(5);
/// How long the vendor works: longer than the database is looked at while it is away.
const WORD: &str = "a cat [slow:900]";

/// Kills the database so many times while so many people are at work, then checks everything that must hold. The seed
/// decides the moments. False on SQLite, which is part of the process.
pub async fn kill_again_and_again(kills: usize, people: u64, seed: u64) -> bool {
    let Some(mut postgres) = OwnPostgres::start() else { return false };
    eprintln!("seed {seed} (SEED={seed} repeats it), {kills} kills of PostgreSQL");
    let mut random = StdRng::seed_from_u64(seed);
    let fakes = house().await;
    let vendor = [("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", &fakes.base_url(Vendor::OpenAi))];
    let place = Place::on(&postgres.url(), &[PLENTY, &vendor].concat());
    let server = place.serve();
    let owner = server.owner(&place);
    let load = Load::of(people, server.port(), seed);
    let (mut bought, mut slowest) = (Vec::new(), Duration::ZERO);
    for kill in 1..=kills {
        tokio::time::sleep(random.random_range(Duration::ZERO..LIFE)).await;
        let task = owner.post("/api/tasks", order(WORD, json!({}))).expect(202);
        bought.push(task["id"].as_str().unwrap().to_owned());
        await_request(&fakes, bought.len()).await;
        postgres.kill();
        let told = everybody_is_told(&owner);
        postgres.start_again();
        let well = time_to_be_well(&owner).await;
        slowest = slowest.max(told);
        eprintln!("kill {kill}: the slowest was told so within {told:?}, well {well:?} after its first answer");
    }
    let failed_with = load.failed_with();
    let mut accepted = tokio::task::spawn_blocking(|| load.finish()).await.unwrap();
    for task in &bought {
        assert_eq!(ended(&owner, task).await["status"], "completed");
    }
    assert_eq!(paid(&fakes, Vendor::OpenAi), bought.len(), "each picture was ordered once");
    accepted.extend(bought);
    assert!(server.stop().success());
    eprintln!("{} tasks accepted, {} answers of the load were 503, slowest word {slowest:?}", accepted.len(), failed_with.len());
    let log = std::fs::read_to_string(place.folder().join("server.log")).unwrap();
    let faults: Vec<&str> = log.lines().filter(|line| line.contains("failed inside")).collect();
    assert!(failed_with.iter().all(|status| *status == 503) && faults.is_empty(), "{failed_with:?} {faults:?}");
    aftermath::check(&place, &accepted).await;
    true
}

async fn await_request(fakes: &FakeVendors, count: usize) {
    while paid(fakes, Vendor::OpenAi) < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Everything that needs the database says that it cannot, and when to come back; nothing says that it was done. Returns the
/// longest time that an answer took.
fn everybody_is_told(owner: &Visitor) -> Duration {
    let mut slowest = Duration::ZERO;
    let mut timed = |ask: &dyn Fn() -> crate::support::Answer| {
        let asked = Instant::now();
        let answer = ask();
        slowest = slowest.max(asked.elapsed());
        answer
    };
    timed(&|| owner.get("/healthz")).expect(200);
    let health = timed(&|| owner.get("/readyz")).expect(503);
    assert_eq!((&health["database"], &health["reasons"]), (&json!("unavailable"), &json!(["database_unreachable"])), "{health}");
    let asked: [&dyn Fn() -> crate::support::Answer; 3] =
        [&|| owner.get("/api/tasks"), &|| owner.post("/api/tasks", order(WORD, json!({}))), &|| {
            owner.upload("photo.png", &crate::support::photo(24, 16))
        }];
    for ask in asked {
        let answer = timed(ask);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert!(answer.headers.contains_key("retry-after"));
        let problem = answer.expect(503);
        assert!(problem["code"] == "overloaded" && problem["detail"].as_str().unwrap().len() > 20, "{problem}");
    }
    assert!(slowest < TOLD_WITHIN, "{slowest:?}");
    slowest
}

async fn time_to_be_well(owner: &Visitor) -> Duration {
    let back = Instant::now();
    while owner.get("/readyz").status != 200 {
        assert!(back.elapsed() < WELL_WITHIN, "not well again");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    owner.get("/api/tasks").expect(200);
    back.elapsed()
}

async fn ended(owner: &Visitor, task: &str) -> Value {
    loop {
        let answer = owner.get(&format!("/api/tasks/{task}")).expect(200);
        if !answer["completedAt"].is_null() {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
