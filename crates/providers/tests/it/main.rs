//! The behaviour suite of all vendors, and what each is sent, field by field.

#![expect(clippy::expect_used, reason = "also the helpers of a test may fail it")]

mod a1111;
mod bfl;
mod chat;
mod comfyui;
mod compatible;
mod dashscope;
mod expected;
mod fal;
mod fetching;
mod gemini;
mod hooks;
mod hosted;
mod openai;
mod replicate;
mod stability;
mod suite;
mod support;
mod vendors;
mod volcengine;
mod zhipu;
