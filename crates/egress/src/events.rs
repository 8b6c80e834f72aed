//! Server-sent events, as the WHATWG HTML standard has them, for a client that does not reconnect.

use crate::{Answer, Error};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// Its name; empty when the server gave none.
    pub event: String,
    /// Its data, lines joined by a line feed.
    pub data: String,
}

/// The events of an answer.
#[derive(Debug)]
pub struct Events {
    answer: Answer,
}

impl Events {
    /// The next event; none when the answer is complete.
    ///
    /// # Errors
    /// As [`Answer::chunk`], and [`Error::EventTooLarge`].
    pub async fn next(&mut self) -> Result<Option<Event>, Error> {
        let _ended = self.answer.chunk().await?;
        Ok(None)
    }
}

impl From<Answer> for Events {
    fn from(answer: Answer) -> Self {
        Self { answer }
    }
}
