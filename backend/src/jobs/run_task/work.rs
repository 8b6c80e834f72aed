//! The work itself: for each picture of the task, decode, run the engine, check what came out and store it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::{Control, Operation};
use image::DynamicImage;
use serde_json::{Map, Value};

use super::Run;
use super::pictures::{self, Made};
use crate::app::App;
use crate::database::tasks::TaskRow;
use crate::error::{Code, Failure};
use crate::models::catalogue::AiMark;
use crate::models::id::FileId;
use crate::models::task::Stage;
use crate::services::ai::embedded;
use crate::services::tasks::progress::Reporter;
use crate::services::tasks::settle::{self, Delivered, Ending};
use crate::services::uploads;

/// Runs a task to its end, or until `stop` is set. What was made before a stop is delivered.
pub async fn work(app: &App, task: &TaskRow, attempt: i32, reporter: &Reporter, stop: &Arc<AtomicBool>) -> Run {
    let mut made = Vec::new();
    match (Work { app, task, attempt, reporter, stop }).each_picture(&mut made).await {
        Ok(()) => Run::Ended(Ending::Completed { delivered: made }),
        Err(Halt::Stopped) => Run::Ended(Ending::Cancelled { delivered: made }),
        Err(Halt::Failed(code, cause)) => Run::Ended(Ending::Failed { code, cause }),
        Err(Halt::Outside(cause)) => {
            uploads::forget(app, &settle::rows(&made)).await;
            Run::Again(cause)
        }
    }
}

/// Why the work ended early.
pub(super) enum Halt {
    /// The owner asked to stop.
    Stopped,
    /// It cannot be done.
    Failed(Code, String),
    /// Something outside failed that may work next time.
    Outside(String),
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Halt::Outside(format!("{failure:?}"))
    }
}

impl From<diesel::result::Error> for Halt {
    fn from(error: diesel::result::Error) -> Self {
        Halt::Outside(error.to_string())
    }
}

/// One run of a task.
struct Work<'a> {
    app: &'a App,
    task: &'a TaskRow,
    attempt: i32,
    reporter: &'a Reporter,
    stop: &'a Arc<AtomicBool>,
}

impl Work<'_> {
    /// Makes what can be made. A picture that cannot does not keep the others from coming out: it is an error only
    /// when none did.
    async fn each_picture(&self, made: &mut Vec<Delivered>) -> Result<(), Halt> {
        let plan = Plan::of(self.app, self.task)?;
        let style = pictures::style_image(self.app, &plan.parameters).await?.map(Arc::new);
        let inputs = self.task.input_ids()?;
        let count = inputs.len();
        let mut refused = None;
        for (index, input) in inputs.into_iter().enumerate() {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Halt::Stopped);
            }
            let share = Share { index, count, reporter: self.reporter.clone() };
            match self.one_picture(&plan, style.clone(), share, input).await {
                Ok(picture) => made.push(picture),
                Err(Halt::Failed(code, cause)) => {
                    tracing::warn!(%cause, task = %self.task.id, number = index + 1, "a picture of a task did not come out");
                    refused.get_or_insert(Halt::Failed(code, cause));
                }
                Err(halt) => return Err(halt),
            }
        }
        refused.filter(|_| made.is_empty()).map_or(Ok(()), Err)
    }

    async fn one_picture(&self, plan: &Plan, style: Option<Arc<DynamicImage>>, share: Share, input: FileId) -> Result<Delivered, Halt> {
        let original = pictures::row(self.app, input.clone()).await?;
        let picture = pictures::decode(self.app, &original).await?;
        let (number, saving) = (share.index + 1, share.of(RUNNING_SHARE));
        let result = run(self.app, plan.operation.clone(), picture, style, share, Arc::clone(self.stop)).await?;
        self.reporter.report(Stage::Saving, saving);
        let result = Made { image: result, format: plan.format, mark: plan.mark, label: original.name, number };
        let file = pictures::store(self.app, self.task, self.attempt, result).await?;
        Ok(Delivered { input: Some(input), seed: None, file })
    }
}

/// The part of a picture's progress that the model takes; encoding and storing take the rest.
const RUNNING_SHARE: f64 = 0.92;

/// What is to be done with each picture.
struct Plan {
    operation: Operation,
    parameters: Map<String, Value>,
    format: imaging::Format,
    mark: AiMark,
}

impl Plan {
    fn of(app: &App, task: &TaskRow) -> Result<Self, Halt> {
        let gone = |what: &str| Halt::Failed(Code::ToolUnavailable, format!("{what} is not in the catalogue any more"));
        let tool = app.catalogue.tool(&task.task_type).ok_or_else(|| gone(&task.task_type))?;
        let style = match &task.style {
            Some(id) => Some(app.catalogue.style(id).ok_or_else(|| gone(id))?),
            None => None,
        };
        let parameters = task.parameters()?;
        let operation = embedded::operation(&app.catalogue, tool, &parameters, style);
        let operation = operation.map_err(|failure| Halt::Failed(failure.code, format!("{failure:?}")))?;
        Ok(Self { operation, format: embedded::output_format(&parameters), mark: tool.ai_mark, parameters })
    }
}

/// One picture's share of the task's progress.
struct Share {
    index: usize,
    count: usize,
    reporter: Reporter,
}

impl Share {
    fn report(&self, fraction: f32) {
        self.reporter.report(Stage::Running, self.of(f64::from(fraction) * RUNNING_SHARE));
    }

    /// How far the task is when this much of the picture is done.
    fn of(&self, part: f64) -> f64 {
        (self.index as f64 + part) / self.count as f64
    }
}

async fn run(
    app: &App,
    operation: Operation,
    picture: DynamicImage,
    style: Option<Arc<DynamicImage>>,
    share: Share,
    stop: Arc<AtomicBool>,
) -> Result<DynamicImage, Halt> {
    let app = app.clone();
    let worked = tokio::task::spawn_blocking(move || {
        let control = Control::new(stop, move |fraction| share.report(fraction));
        app.engine.run(&operation, &picture, style.as_deref(), &control)
    });
    match worked.await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(engine::Error::Cancelled)) => Err(Halt::Stopped),
        Ok(Err(error)) => Err(Halt::Failed(embedded::refusal(&error).code, error.to_string())),
        Err(panic) => Err(Halt::Failed(Code::EngineFailed, panic.to_string())),
    }
}
