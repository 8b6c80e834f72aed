//! Tasks that vendors do, with real servers that play the vendors.

mod admission;
mod ambiguous;
mod behaviour;
mod cancel;
mod cheaper;
mod costs;
mod documented;
mod elsewhere;
mod every_model;
mod health;
mod keys;
mod money;
mod own_models;
mod pictures;
mod previews;
mod secrets;
mod stop;
mod store;
mod taken_up;
mod vendor_cancel;
mod waits;
mod weights;
