//! Work of the embedded engine: for each picture of the task, decode, run the engine, check what came out and store it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use engine::{Control, Operation};
use image::DynamicImage;
use serde_json::{Map, Value};

use super::pictures::{self, Made};
use super::{Halt, Run, Shift, failed};
use crate::app::App;
use crate::database::tasks::TaskRow;
use crate::error::Code;
use crate::models::catalogue::AiMark;
use crate::models::id::FileId;
use crate::models::task::{Missing, Stage};
use crate::services::ai::embedded;
use crate::services::tasks::progress::Reporter;
use crate::services::tasks::settle::{self, Delivered, Ending};
use crate::services::uploads;

/// Runs a task to its end, or until it is stopped or interrupted. What was made before a stop is delivered; what was
/// made before an interruption is thrown away and made again later, for the engine works here and for nothing.
pub async fn work(shift: &Shift<'_>) -> Run {
    let mut making = std::pin::pin!(make(shift));
    tokio::select! {
        run = &mut making => run,
        () = shift.interrupted() => {
            // The engine stops at its next tile.
            shift.stop.set();
            if let Run::Ended(ending) = making.await {
                uploads::forget(shift.app, &settle::rows(ending.delivered())).await;
            }
            Run::Interrupted
        }
    }
}

async fn make(shift: &Shift<'_>) -> Run {
    let mut made = Vec::new();
    match (Work { shift }).each_picture(&mut made).await {
        Ok(missing) => Run::Ended(Ending::Completed { delivered: made, missing }),
        Err(Halt::Stopped) => Run::Ended(Ending::Cancelled { delivered: made }),
        Err(Halt::Failed(code, cause)) => Run::Ended(failed(code, cause)),
        Err(Halt::Outside(cause)) => {
            uploads::forget(shift.app, &settle::rows(&made)).await;
            Run::Again(cause)
        }
    }
}

/// One run of a task.
struct Work<'a> {
    shift: &'a Shift<'a>,
}

impl Work<'_> {
    /// Makes what can be made. A picture that cannot does not keep the others from coming out: it is an error only
    /// when none did.
    async fn each_picture(&self, made: &mut Vec<Delivered>) -> Result<Vec<Missing>, Halt> {
        let Shift { app, task, reporter, stop, .. } = self.shift;
        let plan = Plan::of(app, task)?;
        let style = pictures::style_image(app, &plan.parameters).await?.map(Arc::new);
        let inputs = task.input_ids()?;
        let count = inputs.len();
        let (mut refused, mut missing) = (None, Vec::new());
        for (index, input) in inputs.into_iter().enumerate() {
            if stop.is_set() {
                return Err(Halt::Stopped);
            }
            let share = Share { index, count, reporter: (*reporter).clone() };
            match self.one_picture(&plan, style.clone(), share, input).await {
                Ok(picture) => made.push(picture),
                Err(Halt::Failed(code, cause)) => {
                    tracing::warn!(%cause, task = %task.id, number = index + 1, "a picture of a task did not come out");
                    missing.push(Missing { number: index + 1, code: code.as_str().to_owned() });
                    refused.get_or_insert(Halt::Failed(code, cause));
                }
                Err(halt) => return Err(halt),
            }
        }
        refused.filter(|_| made.is_empty()).map_or(Ok(missing), Err)
    }

    async fn one_picture(&self, plan: &Plan, style: Option<Arc<DynamicImage>>, share: Share, input: FileId) -> Result<Delivered, Halt> {
        let Shift { app, task, reporter, stop, context, .. } = self.shift;
        let original = pictures::row(app, input.clone()).await?;
        let picture = pictures::decode(app, &original).await?;
        let (number, saving) = (share.index + 1, share.of(RUNNING_SHARE));
        let result = run(app, plan.operation.clone(), picture, style, share, Arc::clone(&stop.flag)).await?;
        reporter.report(Stage::Saving, saving);
        let result = Made { image: result, format: plan.format, mark: plan.mark, label: original.name, number };
        let file = pictures::store(app, task, context.fence.attempt, result).await?;
        Ok(Delivered { input: Some(input), seed: None, requested_size: None, file })
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
