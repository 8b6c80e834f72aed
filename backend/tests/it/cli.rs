//! The command line, as the real program.

mod serve;
