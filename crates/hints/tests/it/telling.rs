//! Hints between processes.

use std::time::{Duration, Instant};

use hints::{Allowance, Hints, State, Verdict};

use crate::server::{Node, flush, redis};

#[tokio::test]
async fn what_one_tells_the_others_hear_and_it_does_not_nor_another_fleet() {
    let Some(redis) = redis().await else { return };
    let nodes = [Node::start(&redis.url(), 1), Node::start(&redis.url(), 1), Node::start(&redis.url(), 2)];
    for node in &nodes {
        node.is(State::Well).await;
    }
    for hint in ["first", "second: 图片"] {
        nodes[0].hints.tell(hint.to_owned());
    }
    nodes[2].hints.tell("theirs".to_owned());
    let mut heard = nodes[1].hears().await;
    while heard.len() < 2 {
        heard.extend(nodes[1].hears().await);
    }
    assert_eq!(heard, ["first", "second: 图片"]);
    nodes[1].hints.tell("answer".to_owned());
    assert_eq!(nodes[0].hears().await, ["answer"]);
    assert!(nodes[2].heard_nothing() && nodes[1].heard_nothing());
}

#[tokio::test]
async fn whoever_else_can_reach_the_server_is_not_heard() {
    let Some(redis) = redis().await else { return };
    let nodes = [Node::start(&redis.url(), 1), Node::start(&redis.url(), 1)];
    for node in &nodes {
        node.is(State::Well).await;
    }
    let channels: Vec<String> = redis.ask(&["PUBSUB", "CHANNELS"]).await.unwrap();
    for forged in ["forged", "deadbeefdeadbeef forged", "deadbeefdeadbeef 00000000000000000000000000000000 forged", "\u{0} \u{0} \u{0}"] {
        let heard: i64 = redis.ask(&["PUBLISH", &channels[0], forged]).await.unwrap();
        assert_eq!(heard, 2);
    }
    nodes[0].hints.tell("ours".to_owned());
    assert_eq!(nodes[1].hears().await, ["ours"]);
}

#[tokio::test]
async fn a_server_that_was_killed_or_flushed_is_found_again_and_nobody_waits_for_it_meanwhile() {
    let Some(mut redis) = redis().await else { return };
    let nodes = [Node::start(&redis.url(), 1), Node::start(&redis.url(), 1)];
    for node in &nodes {
        node.is(State::Well).await;
    }
    flush(&redis).await;
    nodes[0].hints.tell("after the flush".to_owned());
    assert_eq!(nodes[1].hears().await, ["after the flush"]);

    redis.kill().unwrap();
    for node in &nodes {
        node.is(State::Away).await;
    }
    let began = Instant::now();
    nodes[0].hints.tell("into the void".to_owned());
    assert_eq!(admit(&nodes[0].hints).await, Verdict::Unknown);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());

    redis.start_again().await.unwrap();
    for node in &nodes {
        node.is(State::Well).await;
    }
    nodes[0].hints.tell("back again".to_owned());
    assert_eq!(nodes[1].hears().await, ["back again"]);
}

#[tokio::test]
async fn a_server_that_hangs_makes_one_request_wait_a_moment_and_then_none() {
    let Some(redis) = redis().await else { return };
    let node = Node::start(&redis.url(), 1);
    node.is(State::Well).await;
    assert_eq!(admit(&node.hints).await, Verdict::Admitted);
    redis.freeze().unwrap();
    let began = Instant::now();
    for _ in 0..1_000 {
        assert_eq!(admit(&node.hints).await, Verdict::Unknown);
    }
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    node.is(State::Away).await;
    redis.thaw().unwrap();
    node.is(State::Well).await;
    assert_eq!(admit(&node.hints).await, Verdict::Admitted);
}

#[tokio::test]
async fn without_a_server_there_is_nobody_to_tell() {
    let hints = Hints::default();
    hints.tell("to nobody".to_owned());
    assert_eq!((hints.state(), hints.are_heard(), admit(&hints).await), (State::Absent, false, Verdict::Unknown));
    assert!(Hints::open("http://127.0.0.1", [0; 32]).is_err());
}

async fn admit(hints: &Hints) -> Verdict {
    hints.admit(&[Allowance { limit: "log-ins", whose: "somebody", burst: 10_000, every: Duration::from_millis(1) }]).await
}
