//! The behaviour suite of all vendors, and what each is sent, field by field.

#![expect(clippy::expect_used, reason = "also the helpers of a test may fail it")]

mod bfl;
mod compatible;
mod expected;
mod letterbox;
mod openai;
mod stability;
mod suite;
mod support;
mod vendors;
