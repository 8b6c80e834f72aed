//! The bucket is away for a time: it refuses connections, takes them and is silent, or has no room. Whoever needs a picture is
//! told so, everything else goes on, and what a vendor makes meanwhile is kept until it can be stored.

use axum::http::StatusCode;
use danqing::jobs::{SWEEP_GRACE, sweep};
use fake_vendors::{FakeVendors, Vendor};
use serde_json::{Value, json};

use crate::support::bucket::InBucket;
use crate::support::hosted::{paid, until};
use crate::support::studio::{KEY, house, order};
use crate::support::{Client, id, photo};

/// A studio that keeps its pictures in a bucket and buys them from a vendor.
async fn studio() -> (InBucket, FakeVendors, Client) {
    let fakes = house().await;
    let settings = [("NEW_USER_CREDITS", "1000"), ("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", &fakes.base_url(Vendor::OpenAi))];
    let studio = InBucket::with(&settings).await;
    let li = studio.app.user("li").await;
    (studio, fakes, li)
}

#[tokio::test]
async fn while_the_bucket_refuses_connections_all_else_works_and_a_result_is_kept_until_it_is_back() {
    let (mut studio, fakes, li) = studio().await;
    let picture = li.upload("a.png", &photo(24, 16)).await.expect(201)["files"][0].clone();
    let task = ordered(&fakes, &li).await;
    let worker = studio.app.start_worker();
    until(async || (paid(&fakes, Vendor::OpenAi) == 1).then_some(())).await;
    studio.bucket.go_away().await;
    all_else_works(&studio, &li, &picture, &task).await;
    until(async || insisted(&studio)).await;
    studio.bucket.come_back().await.unwrap();
    comes_through(&studio, &fakes, &li, &picture, &task).await;
    drop(worker);
}

#[tokio::test]
async fn while_the_bucket_is_silent_all_else_works_and_a_result_is_kept_until_it_speaks() {
    let (studio, fakes, li) = studio().await;
    let picture = li.upload("a.png", &photo(24, 16)).await.expect(201)["files"][0].clone();
    let task = ordered(&fakes, &li).await;
    let worker = studio.app.start_worker();
    until(async || (paid(&fakes, Vendor::OpenAi) == 1).then_some(())).await;
    studio.bucket.fall_silent();
    all_else_works(&studio, &li, &picture, &task).await;
    until(async || insisted(&studio)).await;
    studio.bucket.answer_everything_with(None);
    comes_through(&studio, &fakes, &li, &picture, &task).await;
    drop(worker);
}

#[tokio::test]
async fn whichever_object_the_bucket_does_not_take_the_answer_says_so_and_nothing_is_kept() {
    let (studio, _, li) = studio().await;
    let full = (StatusCode::INSUFFICIENT_STORAGE, 507, "storage_full");
    let faulty = (StatusCode::INTERNAL_SERVER_ERROR, 503, "overloaded");
    for ((status, answer, code), objects) in [(full, 0), (full, 1), (faulty, 0), (faulty, 1)] {
        studio.bucket.take_only(objects, status);
        assert_eq!(li.upload("a.png", &photo(24, 16)).await.code(answer), code, "after {objects}");
        assert_eq!((studio.objects("input"), studio.objects("thumbnail")), (0, 0), "after {objects}");
    }
    studio.bucket.answer_everything_with(None);
    li.upload("a.png", &photo(24, 16)).await.expect(201);
    assert!(studio.app.files_in("tmp").is_empty());
}

async fn ordered(_: &FakeVendors, li: &Client) -> String {
    id(&li.post("/api/tasks", order("a cat [slow:60]", json!({}))).await.expect(202))
}

/// Whether a result was tried to be stored again.
fn insisted(studio: &InBucket) -> Option<()> {
    let metrics = studio.app.app.metrics.render(0);
    metrics.lines().any(|line| line.starts_with("danqing_result_retries_total ") && !line.ends_with(" 0")).then_some(())
}

/// Pictures are 503 with words, in both directions; tasks and their states are there.
async fn all_else_works(studio: &InBucket, li: &Client, picture: &Value, task: &str) {
    let health = studio.app.anonymous().get("/readyz").await.expect(200);
    assert_eq!(
        (&health["status"], &health["storage"], &health["reasons"]),
        (&json!("ok"), &json!("degraded"), &json!(["storage_unreachable"]))
    );
    let new = photo(24, 16);
    let (shown, put) = tokio::join!(li.get(picture["url"].as_str().unwrap()), li.upload("b.png", &new));
    for answer in [shown, put] {
        assert!(answer.headers.contains_key("retry-after"));
        let problem = answer.expect(503);
        assert!(problem["code"] == "overloaded" && problem["detail"].as_str().unwrap().len() > 20, "{problem}");
    }
    assert_eq!(li.task(task).await["status"], "processing");
    assert_eq!(li.get(&format!("/api/tasks/status?ids={task}")).await.status, 200);
    assert_eq!(li.get("/api/tasks").await.expect(200)["total"], 1);
}

/// The task is delivered, its picture was ordered and paid once, and nothing lies in the bucket that no row names.
async fn comes_through(studio: &InBucket, fakes: &FakeVendors, li: &Client, picture: &Value, task: &str) {
    let ended = until(async || Some(li.task(task).await).filter(|task| !task["completedAt"].is_null())).await;
    assert_eq!((&ended["status"], &ended["retryCount"], &ended["creditsRefunded"]), (&json!("completed"), &json!(0), &json!(0)), "{ended}");
    for url in [&ended["results"][0]["url"], &picture["url"]] {
        assert_eq!(li.get(url.as_str().unwrap()).await.status, 200);
    }
    assert_eq!((paid(fakes, Vendor::OpenAi), li.balance().await), (1, 1000 - ended["credits"].as_i64().unwrap()));
    studio.app.pass(2 * SWEEP_GRACE);
    assert_eq!(sweep(&studio.app.app).await.unwrap(), 0);
    assert_eq!(["input", "output", "thumbnail"].map(|folder| studio.objects(folder)), [1, 1, 2]);
    studio.app.verify_ledger().await;
}
