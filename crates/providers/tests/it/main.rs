//! The behaviour suite of all vendors, and what each is sent, field by field.

mod compatible;
mod expected;
mod openai;
mod suite;
mod support;
mod vendors;
