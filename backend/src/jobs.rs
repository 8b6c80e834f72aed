//! What runs in the background: one file for each job. A job can run twice without harm. What every process repeats
//! for itself is no job: [`tell_watchers`], [`hear_hints`], [`give_back_memory`], [`follow_credentials`],
//! [`stop_when_lost`].

mod follow_credentials;
mod forgotten_password;
mod give_back_memory;
mod hear_hints;
mod purge_task;
pub mod run_task;
mod send_mail;
mod stop_when_lost;
mod sweep;
mod tell_watchers;
mod ticks;
mod worker;

pub use follow_credentials::follow_credentials;
pub use give_back_memory::give_back_memory;
pub use hear_hints::hear_hints;
pub use stop_when_lost::{Lost, stop_when_lost};
pub use sweep::{GRACE as SWEEP_GRACE, UNUSED_UPLOADS_KEPT, sweep};
pub use tell_watchers::{Elsewhere, TellWatchers, tell_watchers};
pub use worker::worker;
