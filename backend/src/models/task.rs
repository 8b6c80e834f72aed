//! The task: its states, who moves them on, and what is shown of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::file::File;
use super::id::{FileId, TaskId, UserId};
use super::prompt::TaskPrompt;
use super::timestamp::Timestamp;
use crate::error::Code;

/// Where a task is in its life. `pending → processing → completed | failed | cancelled`; the last three are
/// final and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Paid and in the queue; a worker moves it on.
    Pending,
    /// A worker has it; it stays here during back-off between attempts.
    Processing,
    /// At least one picture was delivered.
    Completed,
    /// Nothing was delivered; everything was refunded.
    Failed,
    /// The caller ended it; what was not delivered was refunded.
    Cancelled,
}

impl TaskStatus {
    /// Every state.
    pub const ALL: [TaskStatus; 5] =
        [TaskStatus::Pending, TaskStatus::Processing, TaskStatus::Completed, TaskStatus::Failed, TaskStatus::Cancelled];

    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TaskStatus::Pending => "pending",
            TaskStatus::Processing => "processing",
            TaskStatus::Completed => "completed",
            TaskStatus::Failed => "failed",
            TaskStatus::Cancelled => "cancelled",
        }
    }

    /// As it was stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether nothing can change any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, TaskStatus::Completed | TaskStatus::Failed | TaskStatus::Cancelled)
    }
}

/// What is being done right now, finer than the status and only for showing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// In the queue.
    Queued,
    /// A worker reads the pictures.
    Starting,
    /// The model works.
    Running,
    /// The results are checked and stored.
    Saving,
    /// An attempt failed; another follows.
    Retrying,
    /// Asked to stop.
    Cancelling,
    /// Final.
    Done,
}

impl Stage {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Stage::Queued => "queued",
            Stage::Starting => "starting",
            Stage::Running => "running",
            Stage::Saving => "saving",
            Stage::Retrying => "retrying",
            Stage::Cancelling => "cancelling",
            Stage::Done => "done",
        }
    }

    /// As it was stored; what is not known reads as running.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        let all = [Stage::Queued, Stage::Starting, Stage::Saving, Stage::Retrying, Stage::Cancelling, Stage::Done];
        all.into_iter().find(|stage| stage.as_str() == text).unwrap_or(Stage::Running)
    }
}

/// What a caller asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTask {
    /// The tool, one of `GET /api/tools`.
    pub task_type: String,
    /// The pictures to work on, in order.
    #[serde(default)]
    pub input_files: Vec<FileId>,
    /// As the tool's schema says.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// A style, for tools that use styles; for those that take a prompt, one of the prompt styles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// An AI model; without one the server chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// A template for the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// What is filled into its slots.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slots: BTreeMap<String, String>,
    /// Whether what style and template leave out is said in words to a model that has no field for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub avoid_in_words: bool,
    /// What somebody wrote before the prompt was improved or translated; kept with the task, told to nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_prompt: Option<String>,
}

/// A task as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The number people read to each other: the day and eight unambiguous characters.
    pub task_no: String,
    /// Whose it is.
    pub user_id: UserId,
    /// Where it is in its life.
    pub status: TaskStatus,
    /// What is being done right now.
    pub stage: Stage,
    /// The tool.
    pub task_type: String,
    /// The style, for tools that use styles.
    pub style: Option<String>,
    /// Ids of the pictures worked on.
    pub input_files: Vec<FileId>,
    /// Those of them that still exist.
    pub inputs: Vec<File>,
    /// As asked, with defaults filled in.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub parameters: serde_json::Value,
    /// The words that describe the result: the final prompt that the model is told, or the tool's sentence. The own words
    /// are `parameters.prompt`.
    pub prompt: Option<String>,
    /// How the final prompt came to be, for tools that take words.
    pub prompt_details: Option<TaskPrompt>,
    /// Who ran it, or will.
    pub provider: String,
    /// What people call whoever ran it.
    pub provider_name: String,
    /// On which model.
    pub model: String,
    /// Whether that model was asked for by name; otherwise the server chose it, and another could stand in.
    pub model_named: bool,
    /// Attempts at other vendors or models, which failed before this one.
    pub tried_before: Vec<TriedBefore>,
    /// Shows what a running task has so far, where the model shows it; for a short while only.
    pub preview_url: Option<String>,
    /// Links to the results.
    pub result_urls: Vec<String>,
    /// The results.
    pub results: Vec<TaskResult>,
    /// Those of the pictures of a task that ended with others which did not come out, and were paid back.
    pub not_delivered: Vec<NotDelivered>,
    /// Measured share of the work done, 0 to 1.
    pub progress: f64,
    /// Place in the queue while pending; 1 is next.
    pub queue_position: Option<i64>,
    /// Why it failed.
    pub error: Option<TaskError>,
    /// Credits taken for it.
    pub credits: i64,
    /// Credits given back.
    pub credits_refunded: i64,
    /// Those of them that came back because a cheaper model than the one of the quote made the pictures.
    pub price_difference: i64,
    /// Extra attempts that were made inside this task.
    pub retry_count: i32,
    /// The task that this one repeats.
    pub retry_of: Option<TaskId>,
    /// Grows with every change; of two forms of one task the higher is the newer.
    pub version: i64,
    /// When cancelling was asked for.
    pub cancel_requested_at: Option<Timestamp>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When a worker first took it.
    pub started_at: Option<Timestamp>,
    /// When it will probably be done.
    pub estimated_completion_at: Option<Timestamp>,
    /// When it became final.
    pub completed_at: Option<Timestamp>,
}

/// A failed attempt at another vendor or model.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TriedBefore {
    /// The vendor.
    pub provider: String,
    /// What people call it.
    pub provider_name: String,
    /// The model.
    pub model: String,
    /// Why it failed.
    pub error_code: Code,
    /// The reason in the reader's language.
    pub message: String,
}

/// A picture of a task that did not come out while others did.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NotDelivered {
    /// Its number within the task, from 1.
    pub number: usize,
    /// Why.
    pub code: Code,
    /// The reason in the reader's language.
    pub message: String,
}

/// The same as it is kept with a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Its number within the task, from 1.
    pub number: usize,
    /// Why; one of the stable codes.
    pub code: String,
}

/// Facts about the results that are kept with a task, each list in the order of the results.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResultMetadata {
    /// Version of the program that made them.
    pub engine: String,
    /// Width and height.
    pub sizes: Vec<[i32; 2]>,
    /// The pictures that they were made from; none of those that several were made from, or none.
    pub inputs: Vec<Option<FileId>>,
    /// What a vendor was asked for, where the model has sizes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_size: Option<[u32; 2]>,
    /// The seed that each was made with, where the vendor says it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<Option<u32>>,
    /// Pictures that did not come out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_delivered: Vec<Missing>,
    /// Credits that came back because a cheaper model made the pictures.
    #[serde(skip_serializing_if = "is_zero")]
    pub price_difference: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// A failed attempt at another vendor or model, as it is kept with a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The vendor.
    pub provider: String,
    /// The model.
    pub model: String,
    /// Why it failed; one of the stable codes.
    pub code: String,
    /// Whether the whole account is of no use now, so that none of its other models is tried either.
    #[serde(default)]
    pub whole_account: bool,
}

/// A model that a task may be run on. Which ones those are is decided when it is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The vendor.
    pub provider: String,
    /// The model.
    pub model: String,
}

/// A model that a task may be run on, with what a picture costs there. That is fixed when the task is accepted, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedRoute {
    /// The model.
    #[serde(flatten)]
    pub route: Route,
    /// Credits for one picture; 0 for whoever is not charged. Tasks that are older than this field cost what was quoted.
    #[serde(default)]
    pub price: Option<i64>,
}

/// One delivered picture.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskResult {
    /// Its file.
    pub file_id: FileId,
    /// The picture of `inputFiles` that it was made from; null when it was made from words or from several.
    pub input_file: Option<FileId>,
    /// Shows it.
    pub url: String,
    /// Shows the 512 px preview.
    pub thumbnail_url: String,
    /// Saves it.
    pub download_url: String,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Media type.
    pub mime: String,
    /// Bytes.
    pub size_bytes: i64,
    /// Placeholder to show while it loads: ThumbHash in base64.
    pub thumbhash: String,
}

impl TaskResult {
    /// A file as the result that was made from an input.
    #[must_use]
    pub fn new(file: File, input_file: Option<FileId>) -> Self {
        Self {
            file_id: file.id,
            input_file,
            url: file.url,
            thumbnail_url: file.thumbnail_url,
            download_url: file.download_url,
            width: file.width,
            height: file.height,
            mime: file.mime,
            size_bytes: file.size_bytes,
            thumbhash: file.thumbhash,
        }
    }
}

/// Why a task failed.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TaskError {
    /// Stable code.
    pub code: Code,
    /// The reason in the reader's language.
    pub message: String,
}
