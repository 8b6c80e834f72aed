//! Plain data types and their rules. Nothing here asks the database or speaks HTTP.

pub mod catalogue;
pub mod cost;
pub mod credits;
pub mod file;
pub mod id;
pub mod letter;
pub mod locale;
pub mod pack;
pub mod page;
pub mod payload;
pub mod payment;
pub mod prompt;
pub mod task;
pub mod timestamp;
pub mod user;
pub mod username;
