//! Limits that processes share.

use std::time::Duration;

use hints::{Allowance, Hints, State, Verdict};

use crate::server::{Node, flush, redis};

const HOUR: Duration = Duration::from_secs(3600);

async fn attempt(hints: &Hints, limits: &[(&'static str, &str, u32)]) -> Verdict {
    let allowances: Vec<Allowance<'_>> =
        limits.iter().map(|(limit, whose, burst)| Allowance { limit, whose, burst: *burst, every: HOUR }).collect();
    hints.admit(&allowances).await
}

#[tokio::test]
async fn a_hundred_attempts_at_once_over_two_processes_pass_exactly_as_often_as_they_may() {
    let Some(redis) = redis().await else { return };
    let nodes = [Node::start(&redis.url(), 1), Node::start(&redis.url(), 1), Node::start(&redis.url(), 2)];
    for node in &nodes {
        node.is(State::Well).await;
    }
    let verdicts = futures::future::join_all((0..100).map(|number| attempt(&nodes[number % 2].hints, &[("log-ins", "li", 10)]))).await;
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Admitted).count(), 10);
    let refused = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Refused(wait) if *wait <= HOUR && *wait > HOUR / 2));
    assert_eq!(refused.count(), 90);
    assert_eq!(attempt(&nodes[0].hints, &[("log-ins", "wang", 10)]).await, Verdict::Admitted);
    assert_eq!(attempt(&nodes[2].hints, &[("log-ins", "li", 10)]).await, Verdict::Admitted, "another fleet counts for itself");
    flush(&redis).await;
    assert_eq!(attempt(&nodes[0].hints, &[("log-ins", "li", 10)]).await, Verdict::Admitted, "what was flushed is forgotten");
}

#[tokio::test]
async fn what_the_first_limit_refuses_is_not_counted_against_the_next() {
    let Some(redis) = redis().await else { return };
    let node = Node::start(&redis.url(), 1);
    node.is(State::Well).await;
    let from_one = [("neighbours", "198.51.100.0", 1), ("account", "li", 2)];
    assert_eq!(attempt(&node.hints, &from_one).await, Verdict::Admitted);
    for _ in 0..5 {
        assert!(matches!(attempt(&node.hints, &from_one).await, Verdict::Refused(_)));
    }
    let from_another = [("neighbours", "203.0.113.0", 1), ("account", "li", 2)];
    assert_eq!(attempt(&node.hints, &from_another).await, Verdict::Admitted);
}

#[tokio::test]
async fn a_count_that_no_attempt_can_have_left_counts_as_nothing() {
    let Some(redis) = redis().await else { return };
    let node = Node::start(&redis.url(), 1);
    node.is(State::Well).await;
    assert_eq!(attempt(&node.hints, &[("log-ins", "li", 1)]).await, Verdict::Admitted);
    let keys: Vec<String> = redis.ask(&["KEYS", "*"]).await.unwrap();
    for strange in ["inf", "9e99", "nan", "-inf", "words", ""] {
        redis.ask::<()>(&["SET", &keys[0], strange]).await.unwrap();
        assert_eq!(attempt(&node.hints, &[("log-ins", "li", 1)]).await, Verdict::Admitted, "{strange}");
        assert!(matches!(attempt(&node.hints, &[("log-ins", "li", 1)]).await, Verdict::Refused(wait) if wait <= HOUR), "{strange}");
    }
}

#[tokio::test]
async fn an_attempt_is_allowed_again_after_its_time_and_nothing_is_kept_for_longer() {
    let Some(redis) = redis().await else { return };
    let node = Node::start(&redis.url(), 1);
    node.is(State::Well).await;
    let brief = [Allowance { limit: "log-ins", whose: "li", burst: 2, every: Duration::from_millis(300) }];
    let mut refused = None;
    for _ in 0..3 {
        if let Verdict::Refused(wait) = node.hints.admit(&brief).await {
            refused = Some(wait);
        }
    }
    let wait = refused.expect("the third comes too early");
    assert!(wait <= Duration::from_millis(300), "{wait:?}");
    tokio::time::sleep(wait).await;
    assert_eq!(node.hints.admit(&brief).await, Verdict::Admitted);
    let keys: Vec<String> = redis.ask(&["KEYS", "*"]).await.unwrap();
    assert_eq!(keys.len(), 1);
    assert!(!keys[0].contains("li:") && !keys[0].ends_with("li"), "{keys:?}");
    let left: i64 = redis.ask(&["PTTL", &keys[0]]).await.unwrap();
    assert!((0..=600).contains(&left), "{left}");
}
