//! A form with files, `multipart/form-data` of RFC 7578. File contents are not copied.

use std::fmt;

use bytes::Bytes;

use crate::Error;

/// A form whose length is known before it is sent.
#[derive(Clone)]
pub struct Form {
    boundary: String,
    pieces: Vec<Bytes>,
}

impl Form {
    /// An empty form with a boundary of 128 random bits, which no content can foresee.
    #[must_use]
    pub fn new() -> Self {
        Self { boundary: hex::encode(rand::random::<[u8; 16]>()), pieces: Vec::new() }
    }

    /// Adds a text field.
    #[must_use]
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        let head = format!("--{}\r\ncontent-disposition: form-data; name=\"{}\"\r\n\r\n", self.boundary, escaped(name));
        self.push(head, value.into().into());
        self
    }

    /// Adds a file.
    ///
    /// # Errors
    /// [`Error::Request`] when `mime` is not something that may stand in a header.
    pub fn file(mut self, name: &str, filename: &str, mime: &str, content: Bytes) -> Result<Self, Error> {
        if !mime.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
            return Err(Error::Request("a file's type holds characters that no header may hold".into()));
        }
        let (boundary, name, filename) = (&self.boundary, escaped(name), escaped(filename));
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\ncontent-type: {mime}\r\n\r\n"
        );
        self.push(head, content);
        Ok(self)
    }

    fn push(&mut self, head: String, content: Bytes) {
        self.pieces.extend([head.into(), content, Bytes::from_static(b"\r\n")]);
    }

    /// The value of its `content-type`.
    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The whole body, in order.
    pub(crate) fn pieces(&self) -> Vec<Bytes> {
        let mut pieces = self.pieces.clone();
        pieces.push(format!("--{}--\r\n", self.boundary).into());
        pieces
    }
}

impl Default for Form {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size_bytes: usize = self.pieces.iter().map(Bytes::len).sum();
        f.debug_struct("Form").field("size_bytes", &size_bytes).finish_non_exhaustive()
    }
}

/// What could end the quoted name is written as browsers write it (WHATWG HTML, "multipart/form-data encoding").
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
