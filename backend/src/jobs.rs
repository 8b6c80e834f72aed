//! What runs in the background: one file for each job. A job can run twice without harm.

mod places;
mod purge_task;
pub mod run_task;
mod sweep;
mod worker;

pub use sweep::{GRACE as SWEEP_GRACE, sweep};
pub use worker::{spawn_places, worker};
