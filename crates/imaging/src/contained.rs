//! The border to the decoding libraries: what goes wrong inside them stays with the file that caused it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::Error;

/// Runs a library's code on a file's bytes. A picture that makes a decoder panic is a damaged picture, and does not
/// take the caller's thread along.
pub(crate) fn contained<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::corrupt("the decoder gave up on it")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_damage() {
        let answer = contained(|| -> Result<(), Error> { panic!("a library's fault") });
        assert!(matches!(answer, Err(Error::Corrupt { .. })));
    }
}
