//! Server-sent events (WHATWG HTML, "Server-sent events"), for a client that does not reconnect.

use std::fmt;

use bytes::{Buf, BytesMut};
use futures::Stream;

use crate::{Answer, Error};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// Its name; empty when the server gave none.
    pub event: String,
    /// Its data, lines joined by a line feed.
    pub data: String,
    /// The last id that was given, by this event or one before; empty when there was none.
    pub id: String,
}

/// The events of an answer, one after the other.
pub struct Events {
    answer: Answer,
    parser: Parser,
}

impl Events {
    pub(crate) fn new(answer: Answer) -> Self {
        Self { answer, parser: Parser::default() }
    }

    /// The next event; none when the answer is complete. What stands after the last empty line is no event, as the
    /// standard says: it may be half of one.
    ///
    /// # Errors
    /// As [`Answer::chunk`], and [`Error::EventTooLarge`].
    pub async fn next(&mut self) -> Result<Option<Event>, Error> {
        let max_bytes = self.answer.limits().max_event_bytes;
        loop {
            if let Some(event) = self.parser.event() {
                self.answer.leave_room();
                return Ok(Some(event));
            }
            if self.parser.size_bytes() > max_bytes {
                return Err(Error::EventTooLarge { host: self.answer.host(), max_bytes });
            }
            let Some(piece) = self.answer.chunk().await? else { return Ok(None) };
            self.answer.make_room(self.parser.size_bytes() + piece.len()).await;
            self.parser.buffer.extend_from_slice(&piece);
        }
    }

    /// The events as a stream that ends after an error.
    pub fn stream(self) -> impl Stream<Item = Result<Event, Error>> + Send {
        futures::stream::try_unfold(self, async |mut events: Events| Ok(events.next().await?.map(|event| (event, events))))
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("answer", &self.answer).finish_non_exhaustive()
    }
}

/// Turns bytes into events.
#[derive(Default)]
struct Parser {
    buffer: BytesMut,
    /// Bytes of the buffer that were searched and hold no end of a line, so that a long line is not searched again and again.
    searched: usize,
    /// Whether the last line ended with a carriage return; a line feed right after it belongs to that end.
    after_return: bool,
    begun: bool,
    event: Event,
    has_data: bool,
}

impl Parser {
    /// The next whole event in the buffer.
    fn event(&mut self) -> Option<Event> {
        while let Some(line) = self.line() {
            if !line.is_empty() {
                self.field(&String::from_utf8_lossy(&line));
            } else if let Some(event) = self.dispatch() {
                return Some(event);
            }
        }
        None
    }

    /// Bytes that are held of the event under way.
    fn size_bytes(&self) -> usize {
        self.buffer.len() + self.event.data.len() + self.event.event.len() + self.event.id.len()
    }

    /// The next whole line; it may end with a line feed, a carriage return or both.
    fn line(&mut self) -> Option<BytesMut> {
        if self.after_return && !self.buffer.is_empty() {
            self.after_return = false;
            if self.buffer[0] == b'\n' {
                self.buffer.advance(1);
            }
        }
        let Some(found) = memchr::memchr2(b'\n', b'\r', &self.buffer[self.searched..]) else {
            self.searched = self.buffer.len();
            return None;
        };
        let mut line = self.buffer.split_to(self.searched + found + 1);
        self.searched = 0;
        self.after_return = line.ends_with(b"\r");
        line.truncate(line.len() - 1);
        if !std::mem::replace(&mut self.begun, true) && line.starts_with(b"\xef\xbb\xbf") {
            line.advance(3);
        }
        Some(line)
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.event.event),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.event.id),
            // Comments (an empty name), `retry` and what nobody knows.
            _ => {}
        }
    }

    /// The event that an empty line ends; none when it has no data.
    fn dispatch(&mut self) -> Option<Event> {
        let id = self.event.id.clone();
        let event = std::mem::replace(&mut self.event, Event { id, ..Event::default() });
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The events of a text that arrives in pieces of `size` bytes.
    fn events(text: &[u8], size: usize) -> Vec<Event> {
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for piece in text.chunks(size) {
            parser.buffer.extend_from_slice(piece);
            events.extend(std::iter::from_fn(|| parser.event()));
        }
        events
    }

    fn event(event: &str, data: &str, id: &str) -> Event {
        Event { event: event.into(), data: data.into(), id: id.into() }
    }

    #[test]
    fn events_are_read_whatever_ends_their_lines_and_wherever_they_are_cut() {
        let text = "\u{feff}: hello\nid: 1\nevent: partial\ndata: a\ndata:  b\n\nevent: lost\n\nretry: 5\ndata\n\ndata: 图\n\ndata: half";
        let expected = [event("partial", "a\n b", "1"), event("", "", "1"), event("", "图", "1")];
        for end in ["\n", "\r\n", "\r"] {
            let text = text.replace('\n', end);
            for size in 1..=text.len() {
                assert_eq!(events(text.as_bytes(), size), expected, "{end:?} {size}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        assert_eq!(events(b"data: \xff\xfe\n\n", 3), [event("", "\u{fffd}\u{fffd}", "")]);
        assert_eq!(events(b"\n\r\r\n\n::\n:\n\n", 2), []);
    }
}
