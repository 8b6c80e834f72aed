//! AI image vendors behind one trait. Each folder speaks one vendor's wire contract and nothing else: which models
//! there are, what they cost and what they may be asked comes from the caller's catalogue, and retries, money and
//! storage are the caller's business. Nothing here remembers anything between two calls, but for the public keys of
//! vendors that sign webhooks with them ([`fal`]).
//!
//! Answers are read leniently (unknown fields are ignored, unknown words get a safe meaning and a log line) and
//! mistrusted: sizes are capped by [`egress`], numbers are range-checked, pictures are verified by the caller.
//!
//! # To add a vendor
//! 1. A server that speaks the Images API is only a constant in `openai/dialect.rs`.
//! 2. Otherwise copy the shape of `openai/`: `mod.rs` implements [`ImageProvider`] and reads like the conversation,
//!    `fields.rs` says the request in the vendor's words (what it has no word for is an error, nothing is dropped),
//!    `pictures.rs` puts pictures into the call, `answer.rs` reads a good answer, `refusal.rs` a bad one.
//! 3. Take from here: [`Account::call`] and its kin, [`http`] for what a failed exchange means, `vocabulary` for what a
//!    vendor has no word for, `coded` for errors that are a code and a message, `encoded` for base64, `form` for forms,
//!    `mask` for the form of the mask, `outpaint` for vendors that know no borders, [`syntax`] for engines that read
//!    more than words, `instruction` for vendors that know only words, `inputs` for vendors that host models whose
//!    fields have names of their own, `percent` for progress in logs, `models` for the free test of an account,
//!    [`Handle::checked`] for ids in paths, [`Delivery::collect`] for what came out, `delivery::fetch_kept` for
//!    pictures on the account's own server. That no error says the key is seen to by `discreet.rs`.
//! 4. Name it in `registry.rs`.
//! 5. Give it a line in `tests/it/vendors.rs`: every fault of the fake vendor must end as the suite's table says.
//! 6. Write `tests/it/<vendor>.rs`: its requests, field by field, against what the fake recorded.

pub mod a1111;
mod account;
pub mod bfl;
mod coded;
pub mod comfyui;
pub mod dashscope;
mod delivery;
mod discreet;
mod encoded;
mod error;
pub mod fal;
mod form;
pub mod gemini;
pub mod http;
mod inputs;
mod instruction;
mod mask;
mod models;
pub mod openai;
mod outpaint;
mod percent;
mod provider;
mod registry;
pub mod replicate;
mod request;
mod secret;
pub mod size;
pub mod stability;
pub mod syntax;
mod vocabulary;
pub mod volcengine;
mod webhook;
pub mod zhipu;

pub use account::{Account, CallLimits};
pub use delivery::{Delivery, Output, Sink, Source, Usage};
pub use error::{Began, Class, Error, Way};
pub use inputs::{Inputs, Parameter};
pub use provider::{Abilities, Cancelled, Handle, ImageProvider, Progress, Submitted, Update, Watch};
pub use registry::{NAMES, named};
pub use request::{Background, Expand, ImageRequest, Model, Moderation, OutputFormat, Picture, Quality, Settings, TaskType, UpscaleMode};
pub use secret::Secret;
pub use webhook::{Delivered, WebhookCall, WebhookError};
