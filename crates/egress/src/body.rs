//! What a request carries. The whole of it is in memory before it is sent, so that its length is known.

use bytes::Bytes;

use crate::Form;

/// What a request carries.
#[derive(Clone, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// These bytes. Their type is said by a header of the call.
    Bytes(Bytes),
    /// A form with files. Its type is set by the client.
    Form(Form),
}
