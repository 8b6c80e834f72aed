//! The parts of a task that is asked for in several requests.

use crate::models::id::FileId;

/// The part of a request's progress that its making takes; checking and storing take the rest.
const MAKING: f64 = 0.92;

/// One request's part.
#[derive(Debug, Clone)]
pub struct Share {
    /// Its place among the parts, from 0.
    pub index: usize,
    /// How many parts there are.
    pub of: usize,
    /// The pictures worked on in it.
    pub inputs: Vec<FileId>,
}

impl Share {
    /// How far the task is when this much of the part is made.
    pub fn making(&self, fraction: f64) -> f64 {
        (self.index as f64 + fraction * MAKING) / self.of as f64
    }
}
