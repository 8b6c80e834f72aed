//! The statement that notes which files a task holds: one, however many they are.

use db::{Backend, Connection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::Error::SerializationError;
use diesel::serialize::ToSql;
use diesel::sql_types::Text;

use super::FileRole;
use crate::models::id::{FileId, TaskId};

/// Inserts a row of `task_files` for each file and role. The files travel as JSON, so that the text is always the same.
#[derive(Debug)]
pub struct Hold<'a> {
    task_id: &'a str,
    /// `[[file id, role], …]`
    held: String,
    /// What turns that into rows, with the parameter between.
    elements: (&'static str, &'static str),
}

impl<'a> Hold<'a> {
    /// For this connection's database.
    ///
    /// # Errors
    /// None that can happen.
    pub fn new(conn: &Connection, task_id: &'a TaskId, files: &[(FileRole, &[FileId])]) -> QueryResult<Self> {
        let mut held: Vec<[&str; 2]> = files.iter().flat_map(|(role, ids)| ids.iter().map(|id| [id.as_str(), role.as_str()])).collect();
        held.sort_unstable();
        held.dedup();
        let elements = match conn.backend() {
            Backend::Postgres => ("jsonb_array_elements(CAST(", " AS JSONB))"),
            Backend::Sqlite => ("json_each(", ")"),
        };
        let held = serde_json::to_string(&held).map_err(|error| SerializationError(Box::new(error)))?;
        Ok(Self { task_id: task_id.as_str(), held, elements })
    }
}

impl<DB> QueryFragment<DB> for Hold<'_>
where
    DB: diesel::backend::Backend,
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO task_files (task_id, file_id, role) SELECT ");
        out.push_bind_param::<Text, str>(self.task_id)?;
        out.push_sql(", held.value ->> 0, held.value ->> 1 FROM ");
        out.push_sql(self.elements.0);
        out.push_bind_param::<Text, str>(&self.held)?;
        out.push_sql(self.elements.1);
        out.push_sql(" AS held");
        Ok(())
    }
}
