//! The engine: one value shared by the whole program, which costs nothing until a picture is asked for.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use image::DynamicImage;
use rten::ThreadPool;

use crate::control::Control;
use crate::error::{Error, Measured};
use crate::models::{Models, Net};
use crate::operation::Operation;
use crate::pace::Pace;
use crate::packs::ModelId;
use crate::plan::{MAX_INPUT_PIXELS, Plan, Size};
use crate::{background, style, upscale};

/// How an engine is set up.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Folder of the installed packs, `$DATA_DIR/models`; it need not exist.
    pub models_dir: PathBuf,
    /// Threads one run may use; 0 means one per core.
    pub threads: usize,
}

/// Runs pictures through the embedded models. It may be shared; runs beside each other only slow each other down.
pub struct Engine {
    models: Models,
    threads: usize,
    pool: OnceLock<Arc<ThreadPool>>,
    pace: Pace,
}

impl Engine {
    /// Reads and starts nothing yet.
    #[must_use]
    pub fn new(options: EngineOptions) -> Self {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if options.threads == 0 { cores() } else { options.threads };
        Self { models: Models::new(options.models_dir), threads, pool: OnceLock::new(), pace: Pace::default() }
    }

    /// Checks an operation on a picture of that size and says what it will cost, without touching the picture.
    ///
    /// # Errors
    /// Those of [`Engine::run`] that can be known beforehand: sizes over a cap, parameters out of range, missing packs.
    pub fn plan(&self, operation: &Operation, width: u32, height: u32) -> Result<Plan, Error> {
        let size = Size { width, height };
        size.check(Measured::Input, MAX_INPUT_PIXELS)?;
        let work = match operation {
            Operation::RemoveBackground { background, refine_edges } => background::plan(*background, *refine_edges, size)?,
            Operation::Upscale { scale, content, quality } => {
                let method = upscale::Method::choose(*scale, *content, *quality);
                self.models.require(method.model)?;
                method.plan(size)?
            }
            Operation::StyleTransfer { style, blend, strength, .. } => style::plan(*style, *blend, *strength, size)?,
        };
        Ok(work.on(self.threads, self.pace.get()))
    }

    /// Does the work, on the calling thread and the engine's own; takes seconds, so never call it on an async thread.
    /// The same input gives the same bytes. `style_image` is for [`crate::StyleSource::Picture`] and else ignored.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn run(
        &self,
        operation: &Operation,
        input: &DynamicImage,
        style_image: Option<&DynamicImage>,
        control: &Control,
    ) -> Result<DynamicImage, Error> {
        let plan = self.plan(operation, input.width(), input.height())?;
        let started = Instant::now();
        let stage = control.whole();
        stage.report(0, 1)?;
        let result = self.pool().run(|| match operation {
            Operation::RemoveBackground { background, refine_edges } => background::run(self, input, *background, *refine_edges, stage),
            Operation::Upscale { scale, content, quality } => {
                upscale::run(self, input, upscale::Method::choose(*scale, *content, *quality), stage)
            }
            Operation::StyleTransfer { style, blend, strength, preserve_colors } => {
                let recipe = style::Recipe { source: *style, blend: *blend, strength: *strength, preserve_colors: *preserve_colors };
                style::run(self, input, style_image, recipe, stage)
            }
        })?;
        stage.report(1, 1)?;
        self.pace.learn(plan.estimated_seconds, started.elapsed());
        Ok(result)
    }

    /// Frees the models that nobody used for at least `idle`.
    pub fn unload_idle(&self, idle: Duration) {
        self.models.unload_idle(idle);
    }

    /// A model ready to run on the engine's threads.
    pub(crate) fn net(&self, id: ModelId) -> Result<Net, Error> {
        self.models.get(id, self.pool())
    }

    fn pool(&self) -> &Arc<ThreadPool> {
        self.pool.get_or_init(|| Arc::new(ThreadPool::with_num_threads(self.threads)))
    }
}
