//! What every request passes through: its id and language, who asks, refusals, headers, and the words of
//! errors.

pub mod auth;
pub mod client_address;
pub mod csrf;
pub mod frame;
pub mod frontend;
pub mod headers;
pub mod host;
pub mod json;
pub mod language;
pub mod nul;
pub mod path;
pub mod problem;
pub mod request_id;
