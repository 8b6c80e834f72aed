//! Tasks: asking for them, watching them, ending them. Money moves in two places only: `create` takes it,
//! `settle` gives back what was not delivered.

pub mod cancel;
pub mod create;
pub mod delete;
mod number;
pub mod order;
pub mod parameters;
pub mod picture_rules;
pub mod progress;
pub mod quote;
pub mod retry;
pub mod settle;
pub mod view;
