//! Whatever calls come, in whatever order, how often and by whom: a task ends as it would have without any.

use std::time::Duration;

use fake_vendors::{Letter, News, Signing};
use futures::StreamExt;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::support::hosted::{CALLERS, Hosted};

const SEQUENCES: u64 = 100;

/// What happens to a request while a worker waits for it.
#[derive(Debug, Clone)]
enum Event {
    /// The vendor has ended it.
    Ends,
    /// A call comes.
    Comes(Letter),
}

/// How a task stands in the end, without what differs by its nature: ids and times.
#[derive(Debug, PartialEq, Eq)]
struct End {
    status: Value,
    code: Value,
    results: usize,
    charged: (Value, Value),
    attempts: Vec<String>,
    ledger: Vec<(Value, Value)>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_shuffled_repeated_late_and_forged_sequences_end_alike() {
    let hosted = Hosted::open().await;
    let worker = hosted.work();
    let ends: Vec<(u64, bool, End)> =
        futures::stream::iter(0..SEQUENCES).map(|seed| play(&hosted, seed)).buffer_unordered(34).collect().await;
    worker.drain(Duration::from_secs(20)).await.unwrap();
    for (seed, refused, end) in &ends {
        assert_eq!(end, &expected(*refused), "seed {seed}");
    }
    let made = ends.iter().filter(|(_, refused, _)| !refused).count();
    assert_eq!(hosted.net().await, 10 * i64::try_from(made).unwrap());
    let paid: usize = CALLERS.into_iter().map(|(_, vendor)| hosted.paid(vendor)).sum();
    assert_eq!(paid, ends.len(), "one paid request each");
    hosted.verify().await;
}

fn expected(refused: bool) -> End {
    let text = |text: &str| Value::from(text);
    if refused {
        let ledger = vec![(text("refund"), json!(10)), (text("spend"), json!(-10))];
        let attempts = vec!["failed".to_owned()];
        return End {
            status: text("failed"),
            code: text("content_refused"),
            results: 0,
            charged: (json!(10), json!(10)),
            attempts,
            ledger,
        };
    }
    let ledger = vec![(text("spend"), json!(-10))];
    let attempts = vec!["succeeded".to_owned()];
    End { status: text("completed"), code: Value::Null, results: 1, charged: (json!(10), json!(0)), attempts, ledger }
}

/// Plays one sequence; every third is about words that the vendor refuses.
async fn play(hosted: &Hosted, seed: u64) -> (u64, bool, End) {
    let mut rng = StdRng::seed_from_u64(seed);
    let caller = *CALLERS.choose(&mut rng).unwrap();
    let refused = seed % 3 == 2;
    let words = if refused { "a cat [refusal] [whnone]" } else { "a cat [whnone]" };
    let task = hosted.ask(caller.0, &format!("{words} number {seed}")).await;
    let vendor_id = hosted.accepted(&task).await;
    let mut events = events(hosted, seed, &mut rng);
    // Some come when all is over.
    let late = events.split_off(rng.random_range(0..=events.len()));
    for event in events {
        happen(hosted, caller, &vendor_id, event).await;
    }
    let ended = hosted.ended(&task).await;
    for event in late {
        happen(hosted, caller, &vendor_id, event).await;
    }
    assert_eq!(hosted.user.task(&task).await, ended, "seed {seed}");
    let ledger = hosted.user.ledger(&format!("&taskId={task}")).await;
    let end = End {
        status: ended["status"].clone(),
        code: ended["error"]["code"].clone(),
        results: ended["results"].as_array().map_or(0, Vec::len),
        charged: (ended["credits"].clone(), ended["creditsRefunded"].clone()),
        attempts: hosted.app.attempts(&task).await,
        ledger: ledger.iter().map(|row| (row["transactionType"].clone(), row["amount"].clone())).collect(),
    };
    (seed, refused, end)
}

/// Up to a dozen calls in any order: true ones, repeated, lying, unsigned, signed by somebody else, too old.
fn events(hosted: &Hosted, seed: u64, rng: &mut StdRng) -> Vec<Event> {
    let right = |name: &str| hosted.letter(&format!("{seed} {name}"));
    let mut events = vec![Event::Ends];
    for number in 0..rng.random_range(0..3) {
        let letter = right(&format!("ended {number}"));
        events.extend(vec![Event::Comes(letter); rng.random_range(1..4)]);
    }
    let others = [
        Letter { news: News::Started, ..right("started") },
        Letter { news: News::Flipped, ..right("flipped") },
        Letter { signing: Signing::Wrong, ..right("wrong") },
        Letter { signing: Signing::EmptyKey, news: News::Flipped, ..right("empty") },
        Letter { signing: Signing::Missing, ..right("missing") },
        Letter { timestamp: right("").timestamp - 3600, ..right("old") },
    ];
    events.extend(others.into_iter().filter(|_| rng.random_bool(0.6)).map(Event::Comes));
    events.shuffle(rng);
    events
}

async fn happen(hosted: &Hosted, caller: (&str, fake_vendors::Vendor), vendor_id: &str, event: Event) {
    let letter = match event {
        Event::Ends => return hosted.fakes.finish(caller.1, vendor_id),
        Event::Comes(letter) => letter,
    };
    // The third vendor signs no time, so that an old call is as good as a late one.
    let old = letter.timestamp + 600 < hosted.letter("").timestamp && caller.0 != "bfl";
    let right = letter.signing == Signing::Right && !old;
    let answer = hosted.deliver(caller, vendor_id, &letter).await;
    assert_eq!(answer.status.as_u16(), if right { 200 } else { 401 }, "{letter:?}");
}
