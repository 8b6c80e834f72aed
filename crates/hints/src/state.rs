//! How the way through Redis is.

/// Whether hints go through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// No server was named.
    #[default]
    Absent,
    /// What this process says, it hears.
    Well,
    /// The server cannot be reached, is silent, or refuses us.
    Away,
}
