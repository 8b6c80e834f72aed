//! Everything that goes wrong on purpose. A word in brackets in the prompt chooses it, so that it works through
//! the whole product: `a cat [429:2]`, or `a cat [500x:2@poll]` for a later part of the conversation.

pub(crate) mod flood;
mod gate;
mod mark;
mod reshape;
mod support;
mod table;
pub(crate) mod wire;

pub(crate) use gate::Wait;
pub use mark::Faults;
pub use table::{Fault, Phase};
