//! The fakes themselves: a right request of each vendor works and leaves no violation, a wrong one is refused in the
//! vendor's shape and recorded, and the faults break what they say.
#![expect(clippy::expect_used, reason = "tests")]

mod engines;
mod faults;
mod hosted;
mod program;
mod support;
mod tasks;
mod webhooks;
