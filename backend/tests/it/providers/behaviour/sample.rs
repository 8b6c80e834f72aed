//! The usual run sees a part of the faults that is drawn anew each time, so that it stays short; `scripts/soak.sh` sees all.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

/// Of each round.
const DRAWN: usize = 3;

/// The cases of this run: some, drawn anew each time, or with `EVERY_FAULT` all of them. `SEED` repeats a draw.
pub fn drawn<T: Copy>(name: &str, cases: Vec<T>) -> Vec<T> {
    if std::env::var_os("EVERY_FAULT").is_some() {
        return cases;
    }
    let given = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| rand::rng().random::<u32>());
    eprintln!("{name}: seed {seed} (SEED={seed} repeats it)");
    cases.choose_multiple(&mut StdRng::seed_from_u64(seed.into()), DRAWN).copied().collect()
}
