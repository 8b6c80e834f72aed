//! `/api/tasks`

mod create;
