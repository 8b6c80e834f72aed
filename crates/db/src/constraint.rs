//! Reading constraint violations, which the two databases name differently.

use diesel::result::{DatabaseErrorKind, Error};

/// The violated unique constraint: its name on PostgreSQL (`users_email_key`), its columns on SQLite
/// (`users.email`, several joined by `, `) or the index name when the index is over an expression.
/// `None` for every other error.
pub fn unique_violation(error: &Error) -> Option<&str> {
    let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) = error else {
        return None;
    };
    if let Some(name) = information.constraint_name() {
        return Some(name);
    }
    let columns = information.message().strip_prefix("UNIQUE constraint failed: ")?;
    let index = columns.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\''));
    Some(index.unwrap_or(columns))
}

/// True if exactly these columns of the table collided, on either database. On PostgreSQL the constraint is
/// expected under the name it gets by itself (`table_column_key`) or as a unique index `table_column_idx`.
pub fn unique_violation_on(error: &Error, table: &str, columns: &[&str]) -> bool {
    let Some(found) = unique_violation(error) else { return false };
    let sqlite: Vec<String> = columns.iter().map(|column| format!("{table}.{column}")).collect();
    let postgres = format!("{table}_{}", columns.join("_"));
    found == sqlite.join(", ") || found == format!("{postgres}_key") || found == format!("{postgres}_idx")
}

/// True if a row named another that does not exist.
pub fn is_foreign_key_violation(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _))
}

/// True if a `CHECK` constraint refused the row.
pub fn is_check_violation(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(DatabaseErrorKind::CheckViolation, _))
}
