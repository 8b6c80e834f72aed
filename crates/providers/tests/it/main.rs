//! The behaviour suite of all vendors, and what each is sent, field by field.

#![expect(clippy::expect_used, reason = "also the helpers of a test may fail it")]

mod a1111;
mod comfyui;
mod compatible;
mod expected;
mod openai;
mod suite;
mod support;
mod vendors;
