//! The behaviour suite of all vendors, and what each is sent, field by field.

#![expect(clippy::expect_used, reason = "also the helpers of a test may fail it")]

mod compatible;
mod dashscope;
mod expected;
mod fal;
mod hooks;
mod hosted;
mod gemini;
mod openai;
mod replicate;
mod suite;
mod support;
mod vendors;
mod volcengine;
mod zhipu;
