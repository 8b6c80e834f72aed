//! SQLite sees every fault, PostgreSQL a part of them that is drawn anew each time: what differs there is only where
//! rows lie.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

/// Of each round on PostgreSQL.
const DRAWN: usize = 5;

/// The cases of this run. `SEED` repeats a draw.
pub fn drawn<T: Copy>(name: &str, cases: Vec<T>) -> Vec<T> {
    if !db::testing::on_postgres() {
        return cases;
    }
    let given = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| rand::rng().random::<u32>());
    eprintln!("{name}: seed {seed} (SEED={seed} repeats it)");
    cases.choose_multiple(&mut StdRng::seed_from_u64(seed.into()), DRAWN).copied().collect()
}
