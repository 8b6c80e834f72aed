//! What the processes of a fleet tell each other through a Redis server, and the limits that they share there.
//!
//! All of it is hints: a reason to look at the database now, or a count that only makes guessing slower. Whoever asks
//! waits a few milliseconds at most, and while Redis is away [`tell`](Hints::tell) does nothing and
//! [`admit`](Hints::admit) knows nothing. A hint may be lost, come twice, or come late; nothing may depend on one.

mod allowance;
mod hints;
mod line;
mod state;
pub mod testing;

pub use allowance::{Allowance, Verdict};
pub use hints::{Hints, OpenError, PingError, ping};
pub use state::State;
