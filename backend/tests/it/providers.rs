//! Tasks that vendors do, with real servers that play the vendors.

mod admission;
mod ambiguous;
mod cancel;
mod elsewhere;
mod money;
mod pictures;
mod secrets;
mod waits;
