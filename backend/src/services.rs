//! Operations of the domain that have more than one caller: routes, jobs, the command line. No HTTP here and no
//! queries; they speak of tasks, credits and pictures.

pub mod accounts;
pub mod ai;
pub mod blocking;
pub mod catalogue;
pub mod credits;
pub mod crypto;
pub mod doctor;
pub mod events;
pub mod fleet;
pub mod mail;
pub mod media;
pub mod metrics;
pub mod payments;
pub mod prompt_builder;
pub mod prompt_model;
pub mod redeem;
pub mod running;
pub mod settings;
pub mod tasks;
pub mod throttle;
pub mod uploads;
pub mod webhooks;
