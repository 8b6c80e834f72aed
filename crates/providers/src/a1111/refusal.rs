//! What went wrong, in the words of all vendors.

use serde_json::Value;

use crate::error::{Began, Class, Error};
use crate::http::Refusal;

/// Details by which the server refuses a picture before any work, the first two with a 500 (`modules/api/api.py`).
const BAD_PICTURE: [&str; 3] = ["Invalid encoded image", "Requests not allowed", "Init image not found"];

/// `{"error":"HTTPException","detail":"Sampler not found","body":"","errors":"…"}`.
#[derive(Debug)]
pub struct Said {
    name: Option<String>,
    message: String,
}

impl Said {
    /// From the parts of a body; none when it says nothing.
    pub fn of_parts(error: &Value, detail: &Value, errors: &Value) -> Option<Self> {
        // Values that do not fit the schema come as a list.
        let text = |value: &Value| match value {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Array(list) if !list.is_empty() => Some(value.to_string()),
            _ => None,
        };
        let name = text(error);
        let message = text(detail).or_else(|| text(errors)).or_else(|| name.clone())?;
        Some(Self { name, message })
    }

    fn error(&self, class: Class, message: String) -> Error {
        let error = Error::new(class, message);
        match &self.name {
            Some(name) => error.code(name),
            None => error,
        }
    }
}

/// An answer with a status that is no success.
pub fn refused(refusal: &Refusal) -> Error {
    let (plain, body) = (refusal.plain(), refusal.json());
    let Some(said) = Said::of_parts(&body["error"], &body["detail"], &body["errors"]) else { return plain };
    let bad_picture = BAD_PICTURE.iter().any(|detail| said.message.contains(detail));
    let (class, began) = if bad_picture { (Class::InvalidRequest, Began::No) } else { (plain.class, plain.began) };
    said.error(class, format!("{}: {}", refusal.status, said.message)).began(began).retry_after(plain.retry_after)
}

/// A failure that came with a 200: the work was begun and has ended.
pub fn failed(said: &Said) -> Error {
    said.error(Class::ProviderError, said.message.clone()).began(Began::Ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> Error {
        refused(&Refusal { status, headers: http::HeaderMap::new(), text: body.to_owned() })
    }

    #[test]
    fn a_picture_that_cannot_be_read_is_no_failure_of_the_server() {
        for (status, detail) in [(500, "Invalid encoded image"), (500, "Requests not allowed"), (404, "Init image not found")] {
            let error = error(status, &format!(r#"{{"error":"HTTPException","detail":"{detail}","body":"","errors":""}}"#));
            assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{detail}");
        }
    }

    #[test]
    fn the_name_of_the_exception_is_the_code() {
        let out_of_memory = error(500, r#"{"error":"OutOfMemoryError","detail":"","body":"","errors":"CUDA out of memory"}"#);
        assert_eq!((out_of_memory.class, out_of_memory.began), (Class::ProviderError, Began::Ended));
        assert_eq!((out_of_memory.code.as_deref(), out_of_memory.message.as_str()), (Some("OutOfMemoryError"), "500: CUDA out of memory"));
        assert_eq!(error(400, r#"{"error":"HTTPException","detail":"Sampler not found"}"#).class, Class::InvalidRequest);
        assert_eq!(
            error(422, r#"{"detail":[{"loc":["body","steps"],"msg":"value is not a valid integer"}]}"#).class,
            Class::InvalidRequest
        );
        assert_eq!(error(401, r#"{"detail":"Incorrect username or password"}"#).class, Class::Auth);
        assert_eq!(error(404, r#"{"detail":"Not Found"}"#).class, Class::ModelUnavailable);
        assert_eq!(error(502, "<html>").class, Class::ProviderError);
    }
}
