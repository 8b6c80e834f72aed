//! An account's tasks by filter and words, a page at a time.

use db::Connection;
use diesel::prelude::*;

use super::super::schema::ai_tasks;
use super::TaskRow;
use crate::models::id::UserId;
use crate::models::page::Window;
use crate::models::task::TaskStatus;

/// How far back a search for words looks: a bound on the work of one request.
const SEARCH_DEPTH: i64 = 10_000;

/// Which tasks to show.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// Only those in this state.
    pub status: Option<TaskStatus>,
    /// Only those of this tool.
    pub task_type: Option<String>,
    /// Only those whose words contain all of these, any case, any script, one character or more.
    pub words: Vec<String>,
}

impl TaskFilter {
    /// The words of a search box: split at white space, lower case, at most eight of them.
    #[must_use]
    pub fn words(text: &str) -> Vec<String> {
        text.split_whitespace().take(8).map(|word| word.chars().take(64).collect::<String>().to_lowercase()).collect()
    }
}

/// A page of an account's tasks, newest first, and how many there are.
pub fn page(conn: &mut Connection, user_id: &UserId, filter: &TaskFilter, window: Window) -> QueryResult<(Vec<TaskRow>, i64)> {
    let oldest = if filter.words.is_empty() { None } else { searched_back_to(conn, user_id)? };
    let rows = || {
        let mut query = ai_tasks::table
            .filter(ai_tasks::user_id.eq(user_id.as_str()))
            .filter(ai_tasks::deleted_at.is_null())
            .into_boxed::<db::MultiBackend>();
        if let Some(status) = filter.status {
            query = query.filter(ai_tasks::status.eq(status.as_str()));
        }
        if let Some(kind) = &filter.task_type {
            query = query.filter(ai_tasks::task_type.eq(kind.as_str()));
        }
        if let Some(oldest) = oldest {
            query = query.filter(ai_tasks::created_at.ge(oldest));
        }
        for word in &filter.words {
            query = query.filter(ai_tasks::search_text.like(contains(word)).escape('\\'));
        }
        query
    };
    let total = rows().count().get_result(conn)?;
    let page = rows()
        .order((ai_tasks::created_at.desc(), ai_tasks::id.desc()))
        .limit(window.limit)
        .offset(window.offset)
        .select(TaskRow::as_select())
        .load(conn)?;
    Ok((page, total))
}

fn searched_back_to(conn: &mut Connection, user_id: &UserId) -> QueryResult<Option<i64>> {
    ai_tasks::table
        .filter(ai_tasks::user_id.eq(user_id.as_str()))
        .order((ai_tasks::created_at.desc(), ai_tasks::id.desc()))
        .offset(SEARCH_DEPTH - 1)
        .select(ai_tasks::created_at)
        .first(conn)
        .optional()
}

/// A LIKE pattern in which the caller's `%`, `_` and `\` stand for themselves.
fn contains(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for character in word.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_the_caller_are_ordinary_characters() {
        assert_eq!(contains("50%_\\"), "%50\\%\\_\\\\%");
        assert_eq!(TaskFilter::words("  水墨  Cat "), vec!["水墨".to_owned(), "cat".to_owned()]);
    }
}
