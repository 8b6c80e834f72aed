//! Tasks as they are shown: rows with their files, links and places in the queue, in the reader's language.

use std::collections::HashMap;

use db::Connection;
use diesel::QueryResult;
use storage::{LinkSigner, ObjectKey, Variant};

use crate::database::files::{self, FileRow};
use crate::database::tasks::{self, TaskRow};
use crate::error::{Code, Failure};
use crate::messages;
use crate::models::file::File;
use crate::models::id::{FileId, TaskId, UserId};
use crate::models::locale::Locale;
use crate::models::payload::RunTask;
use crate::models::prompt::{PromptDetails, TaskPrompt};
use crate::models::task::{Missing, NotDelivered, Stage, Task, TaskError, TaskResult, TaskStatus, Tried, TriedBefore};
use crate::models::timestamp::Timestamp;
use crate::services::ai::accounts::provider_name;
use crate::services::catalogue::Catalogue;
use crate::services::media;

/// A task with everything that showing it needs.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Its row.
    pub row: TaskRow,
    /// Its files, by id.
    pub files: HashMap<String, FileRow>,
    /// Its place in the queue while pending.
    pub queue_position: Option<i64>,
    /// Shows what it has so far, while it runs.
    pub preview: Option<ObjectKey>,
}

/// Who looks, and when.
#[derive(Clone, Copy)]
pub struct Viewer<'a> {
    /// Makes links.
    pub links: &'a LinkSigner,
    /// Knows what people call vendors.
    pub catalogue: &'a Catalogue,
    /// Links are good from here on.
    pub now: Timestamp,
    /// Language of messages.
    pub locale: Locale,
}

/// Adds files and queue places to rows, with one query each for all of them.
pub fn snapshots(conn: &mut Connection, rows: Vec<TaskRow>, now: Timestamp) -> QueryResult<Vec<Snapshot>> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let files = files::held_by(conn, &ids)?;
    let mut places = places(conn, &rows, now)?;
    let attach = |row: TaskRow| {
        let named = row.input_ids()?.into_iter().chain(row.result_ids()?);
        // Two tasks may hold one file, so each gets its own copy of the row.
        let own = named.filter_map(|id| files.get(id.as_str())).map(|file| (file.id.clone(), file.clone())).collect();
        Ok(Snapshot { queue_position: places.remove(&row.id), files: own, row, preview: None })
    };
    rows.into_iter().map(attach).collect()
}

/// One row's snapshot.
pub fn snapshot(conn: &mut Connection, row: TaskRow, now: Timestamp) -> QueryResult<Snapshot> {
    snapshots(conn, vec![row], now)?.pop().ok_or(diesel::result::Error::NotFound)
}

/// A task of an account that is not deleted, if there is one: in one statement, for whoever asks for nothing else.
pub fn of_user(conn: &mut Connection, user_id: &UserId, id: &TaskId, now: Timestamp) -> QueryResult<Option<Snapshot>> {
    let shown = tasks::shown(conn, user_id, id, &RunTask::unique_key(id), now)?;
    Ok(shown.map(|shown| Snapshot {
        // A task that runs may wait too, for its vendor or after a failure; that is no place among those that wait to begin.
        queue_position: shown.jobs_before.filter(|_| shown.row.status == TaskStatus::Pending.as_str()).map(|before| before + 1),
        files: shown.files.into_iter().map(|file| (file.id.clone(), file)).collect(),
        row: shown.row,
        preview: None,
    }))
}

/// A task as it is now, in the middle of a transaction that changed it.
pub fn reload(conn: &mut Connection, id: &TaskId, now: Timestamp) -> Result<Snapshot, Failure> {
    let row = tasks::by_id(conn, id)?.ok_or_else(|| Failure::internal(format!("{id} vanished while it was changed")))?;
    Ok(snapshot(conn, row, now)?)
}

/// Places in the queue of those tasks that wait, by task id; 1 is next.
fn places(conn: &mut Connection, rows: &[TaskRow], now: Timestamp) -> QueryResult<HashMap<String, i64>> {
    let mut waiting: HashMap<String, String> = HashMap::new();
    for row in rows.iter().filter(|row| row.status == TaskStatus::Pending.as_str()) {
        waiting.insert(RunTask::unique_key(&row.task_id()?), row.id.clone());
    }
    if waiting.is_empty() {
        return Ok(HashMap::new());
    }
    let keys: Vec<String> = waiting.keys().cloned().collect();
    let positions = jobs::positions(conn, &keys, now.0)?;
    Ok(positions.into_iter().filter_map(|(key, ahead)| Some((waiting.get(&key)?.clone(), ahead + 1))).collect())
}

impl Snapshot {
    /// The task as its owner sees it.
    pub fn present(&self, viewer: Viewer<'_>) -> QueryResult<Task> {
        let row = &self.row;
        let input_files = row.input_ids()?;
        let inputs = self.pictures(&input_files, viewer)?.into_iter().map(|(_, file)| file).collect();
        let facts = row.result_metadata()?;
        let made_from = facts.inputs;
        let results = self.pictures(&row.result_ids()?, viewer)?.into_iter();
        let told = row.prompt_details()?;
        let results: Vec<TaskResult> =
            results.map(|(place, file)| TaskResult::new(file, made_from.get(place).cloned().flatten())).collect();
        Ok(Task {
            id: row.task_id()?,
            task_no: row.task_no.clone(),
            user_id: row.owner()?,
            status: row.status()?,
            stage: Stage::stored(&row.stage),
            task_type: row.task_type.clone(),
            style: row.style.clone(),
            input_files,
            inputs,
            parameters: serde_json::Value::Object(row.parameters()?),
            // Whoever stands in may be told otherwise.
            prompt: told
                .told(&row.ai_model)
                .map(|told| told.prompt.clone())
                .filter(|prompt| !prompt.is_empty())
                .or_else(|| row.prompt.clone()),
            prompt_details: prompt_details(told, &row.ai_model),
            provider: row.ai_provider.clone(),
            provider_name: provider_name(viewer.catalogue, &row.ai_provider, viewer.locale),
            model: row.ai_model.clone(),
            model_named: row.model_named,
            tried_before: row.tried_before()?.into_iter().map(|tried| tried_before(tried, viewer)).collect(),
            preview_url: self
                .preview
                .as_ref()
                .and_then(ObjectKey::preview_name)
                .map(|name| viewer.links.sign(name, Variant::Preview, viewer.now.0 / 1000)),
            result_urls: results.iter().map(|result| result.url.clone()).collect(),
            results,
            not_delivered: facts.not_delivered.into_iter().map(|missing| not_delivered(missing, viewer)).collect(),
            progress: row.progress,
            queue_position: self.queue_position,
            error: row.error_code.as_deref().map(|code| error(Code::stored(code), row.credits_refunded < row.credits, viewer.locale)),
            credits: row.credits,
            credits_refunded: row.credits_refunded,
            price_difference: facts.price_difference,
            retry_count: row.retry_count,
            retry_of: row.retry_of.as_deref().and_then(|id| id.parse().ok()),
            version: row.version,
            cancel_requested_at: row.cancel_requested_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
            started_at: row.started_at.map(Timestamp),
            estimated_completion_at: row.estimated_completion_at.map(Timestamp),
            completed_at: row.completed_at.map(Timestamp),
        })
    }

    /// Those of the pictures that still exist, each with its place among the ids.
    fn pictures(&self, ids: &[FileId], viewer: Viewer<'_>) -> QueryResult<Vec<(usize, File)>> {
        let found = ids.iter().enumerate().filter_map(|(place, id)| Some((place, self.files.get(id.as_str())?)));
        found.map(|(place, row)| Ok((place, media::present(row, viewer.links, viewer.now)?))).collect()
    }
}

fn prompt_details(details: PromptDetails, model: &str) -> Option<TaskPrompt> {
    let told = details.built.iter().find(|built| built.models.iter().any(|name| name == model));
    let (negative_prompt, language) = (told.and_then(|told| told.negative_prompt.clone()), told.map(|told| told.language));
    (!details.built.is_empty()).then_some(TaskPrompt {
        template: details.template,
        slots: details.slots,
        style: details.style,
        avoid_in_words: details.avoid_in_words,
        original_prompt: details.original_prompt,
        negative_prompt,
        language,
    })
}

fn tried_before(tried: Tried, viewer: Viewer<'_>) -> TriedBefore {
    let error_code = Code::stored(&tried.code);
    TriedBefore {
        provider_name: provider_name(viewer.catalogue, &tried.provider, viewer.locale),
        provider: tried.provider,
        model: tried.model,
        error_code,
        message: messages::plain(viewer.locale, &format!("tried_before.{}", error_code.as_str())),
    }
}

/// What did not come out of a task that has results is refunded always.
fn not_delivered(missing: Missing, viewer: Viewer<'_>) -> NotDelivered {
    let TaskError { code, message } = error(Code::stored(&missing.code), false, viewer.locale);
    NotDelivered { number: missing.number, code, message }
}

/// A failure says that credits came back, unless the operator keeps them for what content rules refuse.
fn error(code: Code, paid: bool, locale: Locale) -> TaskError {
    let kept = paid && code == Code::ContentRefused;
    let own = messages::find(locale, &format!("task_error.{}{}", code.as_str(), if kept { "_kept" } else { "" }));
    TaskError { code, message: own.unwrap_or_else(|| messages::plain(locale, "task_error.internal")) }
}
