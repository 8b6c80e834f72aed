//! What is told of a worker.

use crate::setup::database;
use jobs::{Health, Queue, Worker, WorkerState};
use std::time::Duration;

#[tokio::test]
async fn a_worker_is_well_from_its_start_and_also_after_a_stop() {
    let db = database().await;
    let health = Health::default();
    let worker = Worker::builder(db.db.clone(), "w").slots(Queue::Provider, 1).health(health.clone()).build();
    assert_eq!(health.state(), WorkerState::Absent);
    let running = worker.start();
    assert_eq!(health.state(), WorkerState::Well);
    running.drain(Duration::from_secs(5)).await.unwrap();
    assert_eq!(health.state(), WorkerState::Well);
}

#[tokio::test]
async fn a_worker_whose_loop_ended_by_itself_is_gone_for_good() {
    let db = database().await;
    let health = Health::default();
    let faulty = Worker::builder(db.db.clone(), "w").slots_by(Queue::Provider, || panic!("a test ends this loop"));
    let running = faulty.health(health.clone()).build().start();
    health.gone().await;
    assert_eq!(health.state(), WorkerState::Gone);
    assert_eq!(running.drain(Duration::from_secs(5)).await.unwrap(), 0);
    assert_eq!(health.state(), WorkerState::Gone);
}
