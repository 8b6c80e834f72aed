//! The bucket is away for as long as is promised, under a server with the time-outs that are shipped; the short form, with
//! small ones, is `files/bucket_away.rs`.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use fake_bucket::{FakeBucket, Options};
use fake_vendors::Vendor;
use serde_json::{Value, json};

use super::aftermath;
use super::rounds::PLENTY;
use crate::support::bucket::settings_of;
use crate::support::hosted::paid;
use crate::support::studio::{KEY, house, order};
use crate::support::{Answer, Place, Visitor, photo};

/// Somebody asks for a picture so often.
const PAUSE: Duration = Duration::from_secs(1);
/// Whoever wants to see a picture is told after this time, and whoever stores one.
const TOLD_WITHIN: [Duration; 2] = [Duration::from_secs(15), Duration::from_secs(40)];

/// The bucket refuses connections for a time, and then takes them and is silent for as long; pictures are ordered all the while.
pub async fn leave_again_and_again(time: Duration) {
    let fakes = house().await;
    let mut bucket = FakeBucket::start_with(Options::default()).await.unwrap();
    let settings = settings_of(&bucket);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let vendor = [("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", &fakes.base_url(Vendor::OpenAi))];
    let place = Place::with(&[PLENTY, &vendor, &settings].concat()).await;
    let server = place.serve();
    let owner = server.owner(&place);
    let picture = owner.upload("photo.png", &photo(24, 16)).expect(201)["files"][0]["url"].as_str().unwrap().to_owned();
    let mut accepted = BTreeSet::new();
    for silent in [false, true] {
        if silent {
            bucket.fall_silent();
        } else {
            bucket.go_away().await;
        }
        let (began, asking) = (Instant::now(), everybody_is_told(&owner, &picture));
        let mut tasks = Vec::new();
        while began.elapsed() < time {
            tasks.push(owner.post("/api/tasks", order("a cat", json!({}))).expect(202)["id"].as_str().unwrap().to_owned());
            assert_eq!(owner.get("/api/tasks").status, 200);
            tokio::time::sleep(PAUSE).await;
        }
        assert_eq!(owner.get("/readyz").expect(200)["storage"], "degraded");
        if silent {
            bucket.answer_everything_with(None);
        } else {
            bucket.come_back().await.unwrap();
        }
        let (back, told) = (Instant::now(), asking.join().unwrap());
        for task in &tasks {
            assert_eq!(ended(&owner, task).await["status"], "completed");
        }
        let (count, after) = (tasks.len(), back.elapsed());
        eprintln!(
            "silent: {silent}; away for {time:?}: seeing and storing were refused within {told:?}, {count} tasks done {after:?} after it was back"
        );
        assert_eq!(owner.get(&picture).status, 200);
        accepted.extend(tasks);
    }
    assert_eq!(paid(&fakes, Vendor::OpenAi), accepted.len(), "each picture was ordered once");
    assert!(server.stop().success());
    aftermath::check_with(&place, &accepted, &bucket.file("")).await;
}

/// Who wants to see a picture and who stores one meanwhile are told that it cannot be done now. Returns how long each waited.
fn everybody_is_told(owner: &Visitor, picture: &str) -> std::thread::JoinHandle<[Duration; 2]> {
    let (owner, picture) = (owner.clone(), picture.to_owned());
    std::thread::spawn(move || {
        let ask: [&dyn Fn() -> Answer; 2] = [&|| owner.get(&picture), &|| owner.upload("photo.png", &photo(24, 16))];
        let timed = ask.map(|ask| {
            let asked = Instant::now();
            let answer = ask();
            assert!(answer.headers.contains_key("retry-after"));
            assert_eq!(answer.code(503), "overloaded");
            asked.elapsed()
        });
        assert!(timed[0] < TOLD_WITHIN[0] && timed[1] < TOLD_WITHIN[1], "{timed:?}");
        timed
    })
}

async fn ended(owner: &Visitor, task: &str) -> Value {
    loop {
        let answer = owner.get(&format!("/api/tasks/{task}")).expect(200);
        if !answer["completedAt"].is_null() {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
