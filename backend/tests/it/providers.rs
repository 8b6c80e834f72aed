//! Tasks that vendors do, with real servers that play the vendors.

mod admission;
mod ambiguous;
mod behaviour;
mod cancel;
mod elsewhere;
mod every_model;
mod money;
mod pictures;
mod previews;
mod secrets;
mod stop;
mod waits;
