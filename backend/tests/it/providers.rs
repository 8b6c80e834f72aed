//! Tasks that vendors do, with real servers that play the vendors.

mod admission;
mod ambiguous;
mod cancel;
mod elsewhere;
mod every_model;
mod health;
mod keys;
mod money;
mod pictures;
mod previews;
mod secrets;
mod stop;
mod taken_up;
mod vendor_cancel;
mod waits;
mod weights;
