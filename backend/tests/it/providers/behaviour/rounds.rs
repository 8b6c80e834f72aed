//! The rounds of a line. Each is a studio of its own, so that how well an account is in one decides nothing in another.

use fake_vendors::Fault;

use super::forever;
use super::hall::{Case, Hall, Houses};
use super::judge;
use super::lines::Line;
use super::log::Log;
use super::promise::{End, did_not_begin, whole};
use super::sample::drawn;

/// Tasks at once: many, and few enough that a busy machine does not make time-outs of healthy ones.
const AT_ONCE: usize = 8;
/// One fewer than the failures after which an account is left alone and another model's turn comes.
const UNNOTICED: usize = 4;

/// Asks the vendor for pictures in every way that can go wrong, and checks what is promised.
pub async fn every_fault(line: &Line) {
    let log = Log::keep();
    let houses = Houses::open().await;
    tokio::join!(named(line, &houses), nobody_else(line, &houses), somebody_else(line), forever::given_up(line, &houses));
    judge::houses(line, &houses);
    judge::silent(line, &log.text());
}

/// The faults of a line whose promise is such.
pub fn faults(line: &Line, wanted: impl Fn(Fault, &Case) -> bool) -> Vec<Case> {
    let supported = Fault::ALL.iter().filter(|fault| line.supports(**fault));
    supported.map(|fault| (*fault, Case::of(line, *fault))).filter(|(fault, case)| wanted(*fault, case)).map(|(_, case)| case).collect()
}

fn is_ambiguous(case: &Case) -> bool {
    case.promise.end == End::Failed("unknown_outcome")
}

/// Tasks that name their model.
async fn named(line: &Line, houses: &Houses) {
    let mut hall = Hall::open(line, houses, "a cat").await;
    let mut cases = drawn(line.provider, faults(line, |_, case| !is_ambiguous(case)));
    cases.push(Case::HEALTHY);
    let ended = hall.run(&cases, AT_ONCE).await;
    judge::all(&mut hall, &ended).await;
}

/// Tasks that name no model, where the vendor may have begun: nobody stands in.
async fn nobody_else(line: &Line, houses: &Houses) {
    let mut hall = Hall::open(line, houses, "a dog").await;
    let mut cases = drawn(line.provider, faults(line, |fault, case| is_ambiguous(case) && !forever::is_one(fault)));
    cases.iter_mut().for_each(|case| case.named = false);
    // Those that last long come together.
    cases.sort_by_key(|case| !lasts(case));
    let mut ended = Vec::new();
    for few in cases.chunks(UNNOTICED) {
        hall.is_well();
        ended.extend(hall.run(few, UNNOTICED).await);
    }
    judge::all(&mut hall, &ended).await;
}

fn lasts(case: &Case) -> bool {
    matches!(case.fault, Some(Fault::Hang | Fault::HangHeaders | Fault::Slowloris | Fault::StreamHang))
}

/// Tasks that name no model, where the vendor surely did not begin: the other one makes the pictures, for the same price.
async fn somebody_else(line: &Line) {
    let houses = Houses::open().await;
    let mut hall = Hall::open(line, &houses, "a fox").await;
    let mut ended = Vec::new();
    for case in drawn(line.provider, faults(line, |fault, _| did_not_begin(fault))) {
        let reason = match case.promise.end {
            End::Failed(code) => code,
            _ => "provider_busy",
        };
        hall.is_well();
        houses.asked.inject(line.vendor, case.mark());
        let case = Case { named: false, promise: whole(1), stood_in_after: Some(reason), ..case };
        ended.extend(hall.run(&[case], 1).await);
    }
    judge::all(&mut hall, &ended).await;
    judge::houses(line, &houses);
}
