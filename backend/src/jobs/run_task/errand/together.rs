//! What came of all requests of a try. One without a picture does not keep the others from coming out.

use super::ask::Asked;
use crate::jobs::run_task::Halt;
use crate::models::task::Missing;
use crate::services::ai::verdict;
use crate::services::tasks::settle::Delivered;

/// What came so far.
#[derive(Default)]
pub struct Together {
    /// The pictures.
    pub delivered: Vec<Delivered>,
    missing: Vec<Missing>,
    reason: Option<Asked>,
}

impl Together {
    /// Adds how the request of the picture with this number ended. Gives back what ends the whole try, whatever was made.
    pub fn add(&mut self, number: usize, asked: Asked) -> Option<Asked> {
        let code = match &asked {
            Asked::Failed(error) => Some(verdict::code(error)),
            Asked::Halted(Halt::Failed(code, _)) => Some(*code),
            _ => None,
        };
        match asked {
            Asked::Made(pictures, missing) => {
                self.delivered.extend(pictures);
                self.missing.extend(missing);
            }
            Asked::Interrupted | Asked::PassedOver | Asked::Halted(Halt::Outside(_)) => return Some(asked),
            Asked::Failed(_) | Asked::Stopped | Asked::Overdue | Asked::Halted(_) => {
                self.missing.extend(code.map(|code| Missing { number, code: code.as_str().to_owned() }));
                self.reason.get_or_insert(asked);
            }
        }
        None
    }

    /// How the try ended: with what there is, else for the first reason.
    pub fn end(self) -> Asked {
        let Self { delivered, missing, reason } = self;
        reason.filter(|_| delivered.is_empty()).unwrap_or(Asked::Made(delivered, missing))
    }
}
