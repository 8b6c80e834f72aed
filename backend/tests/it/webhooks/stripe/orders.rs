//! Whatever happens to a payment, and in whatever order, how often and at which node Stripe tells of it: the balance at the end
//! is the same.

use danqing::models::payment::share;
use fake_stripe::sign;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::shop::{SECRET, Shop};

/// Something that customers, banks or the operator do.
#[derive(Debug, Clone)]
enum Deed {
    Refund(i64),
    FailRefund(usize),
    Dispute(i64),
    Close(usize, bool),
}

/// What happens to one payment, and which events are told when.
#[derive(Debug, Clone)]
struct History {
    later: bool,
    deeds: Vec<Deed>,
    /// After each deed: events that are told, by numbers that choose among all so far.
    told: Vec<Vec<usize>>,
    seed: u64,
}

fn history() -> impl Strategy<Value = History> {
    let deed = prop_oneof![
        3 => (1..600_i64).prop_map(Deed::Refund),
        1 => any::<usize>().prop_map(Deed::FailRefund),
        2 => (1..1_000_i64).prop_map(Deed::Dispute),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(number, won)| Deed::Close(number, won)),
    ];
    let told = proptest::collection::vec(proptest::collection::vec(any::<usize>(), 0..3), 7);
    (any::<bool>(), proptest::collection::vec(deed, 0..6), told, any::<u64>()).prop_map(|(later, deeds, told, seed)| History {
        later,
        deeds,
        told,
        seed,
    })
}

/// Money that is gone, by what was done.
#[derive(Default)]
struct Gone {
    refunds: Vec<(String, i64)>,
    disputes: Vec<(String, i64, bool)>,
}

impl Gone {
    fn sum(&self) -> i64 {
        let refunds: i64 = self.refunds.iter().map(|(_, amount)| amount).sum();
        refunds + self.disputes.iter().filter(|(_, _, won)| !won).map(|(_, amount, _)| amount).sum::<i64>()
    }
}

async fn play(shop: &Shop, history: &History) {
    let before = shop.worth().await;
    let sent = shop.stripe.events().len();
    // Another node each time, where nobody has begun too many checkouts yet.
    let other = danqing::router::router(shop.app.beside());
    let begun = shop.begin_at(&shop.user.on(other.clone()), "odd").await;
    let nodes = [shop.app.anonymous(), shop.app.anonymous().on(other)];
    let tell = async |number: usize, body: &str| {
        let signature = sign(SECRET, shop.seconds(), body);
        assert_eq!(shop.send(&nodes[number % 2], body, &signature).await.status, 200, "{body}");
    };
    let some = async |chosen: &[usize]| {
        let events = shop.stripe.events().split_off(sent);
        for number in chosen.iter().filter(|_| !events.is_empty()) {
            tell(*number, &events[number % events.len()]).await;
        }
    };
    if history.later {
        shop.stripe.pay_later(&begun.session);
        some(&history.told[6]).await;
        shop.stripe.arrive(&begun.session);
    } else {
        shop.stripe.pay(&begun.session);
    }
    let mut gone = Gone::default();
    for (deed, told) in history.deeds.iter().zip(&history.told) {
        act(shop, &begun.session, deed, &mut gone);
        some(told).await;
    }
    // Everything, in another order, and half of it twice.
    let mut events = shop.stripe.events().split_off(sent);
    events.extend(events.clone().into_iter().step_by(2));
    let mut seed = history.seed;
    for place in (1..events.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        events.swap(place, (seed >> 33) as usize % (place + 1));
    }
    for (number, body) in events.iter().enumerate() {
        tell(number, body).await;
    }
    let expected = 333 - share(333, 999, gone.sum());
    assert_eq!(shop.worth().await - before, expected, "{history:?}");
}

fn act(shop: &Shop, session: &str, deed: &Deed, gone: &mut Gone) {
    match deed {
        Deed::Refund(amount) => gone.refunds.push((shop.stripe.refund(session, *amount), *amount)),
        Deed::FailRefund(number) if !gone.refunds.is_empty() => {
            let (refund, _) = gone.refunds.remove(number % gone.refunds.len());
            shop.stripe.fail_refund(&refund);
        }
        Deed::Dispute(amount) => gone.disputes.push((shop.stripe.dispute(session, *amount), *amount, false)),
        Deed::Close(number, won) if !gone.disputes.is_empty() => {
            let number = number % gone.disputes.len();
            gone.disputes[number].2 = *won;
            shop.stripe.close_dispute(&gone.disputes[number].0, *won);
        }
        Deed::FailRefund(_) | Deed::Close(..) => {}
    }
}

#[test]
fn the_balance_is_the_same_in_whatever_order_and_however_often_events_are_told() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // By hand with PAYMENT_ORDERS=100, as before a release.
    let cases = std::env::var("PAYMENT_ORDERS").ok().and_then(|cases| cases.parse().ok()).unwrap_or(12);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 100, ..Config::default() });
    let shop = runtime.block_on(Shop::open());
    let held = runner.run(&history(), |history| {
        runtime.block_on(async {
            play(&shop, &history).await;
            shop.app.verify_ledger().await;
        });
        Ok(())
    });
    held.unwrap();
}
