//! Against a real Redis server that comes and goes.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops here")]

mod limits;
mod server;
mod telling;
