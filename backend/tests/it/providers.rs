//! Tasks that vendors do, with real servers that play the vendors.

mod admission;
mod ambiguous;
mod cancel;
mod costs;
mod elsewhere;
mod every_model;
mod money;
mod own_models;
mod pictures;
mod previews;
mod secrets;
mod stop;
mod waits;
