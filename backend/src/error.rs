//! The one error that every operation answers with. It carries a stable code, the values its sentence needs
//! and, where input was wrong, the fields concerned; words are chosen at the HTTP edge (or by the command
//! line) in the reader's language. What went wrong inside is logged here and never sent.

use std::borrow::Cow;

use serde::Serialize;

mod code;

pub use code::Code;

/// A request that could not be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Which of the documented errors this is.
    pub code: Code,
    /// Values named in the sentence of this code, for instance `required` and `balance`.
    pub values: Vec<(&'static str, String)>,
    /// The fields that are wrong, when input was.
    pub fields: Vec<FieldFailure>,
    /// Seconds after which trying again makes sense.
    pub retry_after_seconds: Option<u64>,
    /// Whether the database or the disk failed in a way that may be over at the next try. Nothing that a caller is told.
    pub is_outage: bool,
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldFailure {
    /// Where: a JSON path such as `parameters.scale`, or a form field.
    pub field: String,
    /// What is wrong, a key of the messages.
    pub code: Cow<'static, str>,
    /// Values named in its sentence.
    pub values: Vec<(&'static str, String)>,
}

/// One field that is wrong, as it is sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ProblemField)]
pub struct ProblemField {
    /// JSON path or form field.
    pub field: String,
    /// Stable code.
    pub code: String,
    /// What is wrong, in the reader's language.
    pub message: String,
}

/// The body of every error answer: problem details of RFC 9457 with our members `code`, `requestId`, `errors`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `urn:danqing:error:` and the code. A name, not an address; the codes are explained in docs/API.md.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short and the same for every occurrence of the code.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened, why, and what to do.
    pub detail: String,
    /// Stable code, listed in docs/API.md.
    pub code: Code,
    /// To quote when asking for help; the log has it too.
    pub request_id: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// Seconds after which trying again makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
    /// Credits the request needs, with `insufficient_credits`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<i64>,
    /// Credits the account has, with `insufficient_credits`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<i64>,
}

impl Failure {
    /// A failure without values.
    #[must_use]
    pub fn new(code: Code) -> Self {
        let is_outage = matches!(code, Code::Overloaded | Code::StorageFull);
        Self { code, values: Vec::new(), fields: Vec::new(), retry_after_seconds: None, is_outage }
    }

    /// Adds a value that the sentence names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Adds a wrong field; `code` is a key of the messages under `field`.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, code: impl Into<Cow<'static, str>>) -> Self {
        self.fields.push(FieldFailure { field: field.into(), code: code.into(), values: Vec::new() });
        self
    }

    /// Adds a value to the field added last.
    #[must_use]
    pub fn field_with(mut self, name: &'static str, value: impl ToString) -> Self {
        if let Some(last) = self.fields.last_mut() {
            last.values.push((name, value.to_string()));
        }
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds.max(1));
        self
    }

    /// Something that should not happen. The cause goes to the log, the caller learns only that it failed.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "an operation failed inside");
        Self::new(Code::Internal)
    }

    /// The disk is full. For the operator's log; the caller learns that nothing was kept.
    fn storage_full(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "the disk is full");
        Self::new(Code::StorageFull)
    }

    /// The database is away or busy.
    fn not_now(cause: impl std::fmt::Display) -> Self {
        tracing::warn!(%cause, "the database cannot serve at present");
        Self::new(Code::Overloaded).retry_after(2)
    }

    /// One value of the sentence, as a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.values.iter().find(|(key, _)| *key == name).and_then(|(_, value)| value.parse().ok())
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        if db::is_disk_full(&error) {
            return Self::storage_full(error);
        }
        if db::may_pass(&error) {
            return Self::not_now(error);
        }
        let is_outage = !db::never_passes(&error);
        Self { is_outage, ..Self::internal(error) }
    }
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        if error.is_temporary() {
            return Self::not_now(error);
        }
        match error {
            db::Error::Full(_) => Self::storage_full(error),
            db::Error::Query(error) => error.into(),
            // Whoever asked is not told that nothing was done; our own work is done again, and does nothing when it was done.
            db::Error::CommitFailed(_) => {
                tracing::error!(%error, "whether a change was made is not known");
                Self { is_outage: true, ..Self::new(Code::Unconfirmed).retry_after(2) }
            }
            other => Self::internal(other),
        }
    }
}

impl From<storage::Error> for Failure {
    fn from(error: storage::Error) -> Self {
        if matches!(error, storage::Error::Full(_)) {
            return Self::storage_full(error);
        }
        tracing::error!(%error, "pictures cannot be stored or read at present");
        Self::new(Code::Overloaded).retry_after(5)
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorKind;

    use super::*;

    #[test]
    fn what_the_database_cannot_do_now_may_be_tried_again() {
        let said = |kind, text: &str| db::Error::Query(diesel::result::Error::DatabaseError(kind, Box::new(text.to_owned())));
        let closed = said(DatabaseErrorKind::ClosedConnection, "server closed the connection unexpectedly");
        let late = said(DatabaseErrorKind::Unknown, "canceling statement due to statement timeout");
        let away = [db::Error::Overloaded, db::Error::Busy, db::Error::Unavailable("gone".to_owned()), db::Error::Closed];
        let blocked = said(DatabaseErrorKind::Unknown, "canceling statement due to lock timeout");
        let unwritable = said(DatabaseErrorKind::Unknown, "disk I/O error");
        for error in away.into_iter().chain([closed, late, blocked, unwritable]) {
            let failure = Failure::from(error);
            assert_eq!((failure.code, failure.retry_after_seconds, failure.is_outage), (Code::Overloaded, Some(2), true));
        }
        let doubtful = Failure::from(said(DatabaseErrorKind::Unknown, "database disk image is malformed"));
        assert_eq!((doubtful.code, doubtful.is_outage), (Code::Internal, true));
        let unconfirmed = Failure::from(db::Error::CommitFailed("gone".to_owned()));
        assert_eq!((unconfirmed.code, unconfirmed.retry_after_seconds, unconfirmed.is_outage), (Code::Unconfirmed, Some(2), true));
        let twice = said(DatabaseErrorKind::UniqueViolation, "duplicate key");
        for error in [db::Error::BrokenTransaction, twice] {
            let failure = Failure::from(error);
            assert_eq!((failure.code, failure.is_outage), (Code::Internal, false));
        }
    }
}
