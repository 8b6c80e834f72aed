//! Tasks for which the disk has no room: in the database when they are asked for, and for their results when they are done.

use danqing::app::App;
use danqing::router::router;
use fake_vendors::{FakeVendors, Vendor};
use serde_json::{Value, json};

use crate::support::hosted::{paid, until};
use crate::support::studio::{KEY, house, order};
use crate::support::{Client, Place, SmallDisk, assert_sound, files_below, id, owner_of, upscale};

const PLENTY: [(&str, &str); 3] = [("NEW_USER_CREDITS", "100000"), ("MAX_TASKS_PER_USER", "0"), ("MAX_TASKS_PER_DAY", "0")];

/// Somebody with many credits.
async fn somebody(app: &App) -> Client {
    owner_of(app, Client::new(router(app.clone()))).await;
    let user = Client::new(router(app.clone()));
    user.post("/api/auth/register", json!({ "email": "li@example.com", "password": "a long password" })).await.expect(201);
    user
}

#[tokio::test]
async fn a_task_that_finds_no_room_is_answered_507_and_charges_nothing_wherever_the_database_stopped() {
    let place = Place::on_sqlite(&PLENTY);
    let Some(disk) = SmallDisk::over(&place.data(), 32) else { return };
    let app = place.app().await;
    let user = somebody(&app).await;
    let (file, before) = (user.stamp().await, user.balance().await);
    let mut accepted = 0;
    // A commit is some pages of 4 KiB one after the other; each time another one is the first without room.
    for left_bytes in (0..8).map(|pages| pages << 12) {
        disk.fill(left_bytes);
        let room = accepted + 500;
        // The database's log may still have room in places that were used before.
        let refused = loop {
            let answer = user.post("/api/tasks", upscale(&[&file])).await;
            if answer.status != 202 {
                break answer;
            }
            accepted += 1;
            assert!(accepted < room, "the disk never became full");
        };
        assert_eq!(refused.code(507), "storage_full", "{left_bytes} bytes were left");
        // Reading works, and what was refused is nowhere.
        assert_eq!(user.get("/api/tasks?limit=1").await.expect(200)["total"], accepted);
        assert_eq!(user.balance().await, before - accepted);
        disk.empty();
        assert_sound(&app).await;
        user.create(std::slice::from_ref(&file)).await;
        accepted += 1;
    }
    assert_eq!(user.balance().await, before - accepted);
    app.database.clone().close().await;
}

#[tokio::test]
async fn a_result_that_finds_no_room_is_stored_when_there_is_some_and_is_paid_once() {
    let fakes = house().await;
    let address = fakes.base_url(Vendor::OpenAi);
    let place = Place::on_sqlite(&[&PLENTY[..], &[("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", &address)]].concat());
    let Some(disk) = SmallDisk::over(&place.data(), 32) else { return };
    let app = place.app().await;
    let user = somebody(&app).await;
    let result = Result { app: &app, user: &user, fakes: &fakes, disk: &disk };
    let mut stored = 0;
    let mut held_up = 0;
    // Each time another new file is the first without room: as it comes, its clean form, the object, the thumbnail.
    for left_files in 0.. {
        stored += 2;
        if !result.comes_through(&|| disk.leave_files(left_files)).await {
            break;
        }
        held_up += 1;
        let lie_there = ["objects/output", "objects/thumbnail", "tmp"].map(|folder| files_below(&place.data().join(folder)).len());
        assert_eq!(lie_there, [stored / 2, stored / 2, 0], "{left_files} files were left");
    }
    assert!(held_up > 2, "{held_up} times");
    // And the bytes of the picture and of the database together.
    let mut held_up = 0;
    for left_bytes in (0..).map(|step| step * (12 << 10)) {
        if !result.comes_through(&|| disk.fill(left_bytes)).await {
            break;
        }
        held_up += 1;
    }
    assert!(held_up > 1, "{held_up} times");
    assert_sound(&app).await;
    app.database.clone().close().await;
}

/// A picture that a vendor makes while the disk fills.
struct Result<'a> {
    app: &'a App,
    user: &'a Client,
    fakes: &'a FakeVendors,
    disk: &'a SmallDisk,
}

impl Result<'_> {
    /// Orders one, fills the disk while the vendor is at work, empties it once something has failed, and sees to it that the
    /// picture is there and was paid once. Whether anything had failed.
    async fn comes_through(&self, fill: &dyn Fn()) -> bool {
        let (paid_before, retries_before) = (paid(self.fakes, Vendor::OpenAi), self.retries());
        let task = id(&self.user.post("/api/tasks", order("a cat [slow:80]", json!({}))).await.expect(202));
        let worker = danqing::jobs::worker(self.app, "test");
        let disk_fills = async {
            until(async || (paid(self.fakes, Vendor::OpenAi) > paid_before).then_some(())).await;
            fill();
            until(async || (self.retries() > retries_before || self.has_ended(&task).await).then_some(())).await;
            self.disk.empty();
        };
        let (ran, ()) = tokio::join!(worker.run_pending(), disk_fills);
        assert_eq!(ran.unwrap(), 1);
        let ended = self.user.task(&task).await;
        assert_eq!(
            (&ended["status"], &ended["retryCount"], &ended["creditsRefunded"]),
            (&json!("completed"), &json!(0), &json!(0)),
            "{ended}"
        );
        assert_eq!(self.user.get(ended["results"][0]["url"].as_str().unwrap()).await.status, 200);
        assert_eq!(paid(self.fakes, Vendor::OpenAi), paid_before + 1, "it was ordered once");
        self.retries() > retries_before
    }

    /// How often something was done again because our own disk or database failed.
    fn retries(&self) -> u64 {
        let metrics = self.app.metrics.render(0);
        let line = metrics.lines().find_map(|line| line.strip_prefix("danqing_result_retries_total "));
        line.map_or(0, |count| count.parse().unwrap())
    }

    async fn has_ended(&self, task: &str) -> bool {
        self.user.task(task).await["completedAt"] != Value::Null
    }
}
