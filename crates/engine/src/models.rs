//! Models in memory: loaded at first use, shared, and let go when nobody used them for a while.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rten::{Model, ModelOptions, RunOptions, ThreadPool, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use crate::error::Error;
use crate::packs::{self, ModelFile, ModelId, Pack};

/// How many variants [`ModelId`] has.
const MODELS: usize = ModelId::Art4High as usize + 1;

/// Lazily loaded models, one slot each, so that loading one does not hold up another.
pub(crate) struct Models {
    models_dir: PathBuf,
    slots: [Mutex<Option<Loaded>>; MODELS],
}

struct Loaded {
    model: Arc<Model>,
    last_used: Instant,
}

impl Models {
    pub fn new(models_dir: PathBuf) -> Self {
        Self { models_dir, slots: std::array::from_fn(|_| Mutex::new(None)) }
    }

    /// Whether a run could load the model now.
    pub fn require(&self, id: ModelId) -> Result<(), Error> {
        let (pack, file) = packs::find(id)?;
        if packs::is_present(pack, file, &self.models_dir) { Ok(()) } else { Err(Error::PackMissing { pack: pack.id }) }
    }

    /// The model, loaded if need be, bound to the threads it shall run on.
    pub fn get(&self, id: ModelId, threads: &Arc<ThreadPool>) -> Result<Net, Error> {
        let (pack, file) = packs::find(id)?;
        let mut slot = self.slots[id as usize].lock();
        let loaded = match slot.as_mut() {
            Some(loaded) => loaded,
            None => slot.insert(Loaded { model: Arc::new(self.load_apart(pack, file)?), last_used: Instant::now() }),
        };
        loaded.last_used = Instant::now();
        Ok(Net { file: file.name, model: Arc::clone(&loaded.model), threads: Arc::clone(threads) })
    }

    /// Drops the models that were last fetched at least `idle` ago. One that still runs is freed when it ends; one
    /// that is being loaded is not idle, and not waited for.
    pub fn unload_idle(&self, idle: Duration) {
        for slot in &self.slots {
            let Some(mut slot) = slot.try_lock() else { continue };
            if slot.as_ref().is_some_and(|loaded| loaded.last_used.elapsed() >= idle) {
                *slot = None;
            }
        }
    }

    /// Loads on a thread that belongs to no pool. Loading waits for threads of its own, and a pool's thread that waits
    /// takes up another run meanwhile: that run would then wait here for the very slot its thread has locked.
    fn load_apart(&self, pack: &Pack, file: &'static ModelFile) -> Result<Model, Error> {
        std::thread::scope(|scope| {
            let loading = scope.spawn(|| self.load(pack, file));
            loading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    fn load(&self, pack: &Pack, file: &'static ModelFile) -> Result<Model, Error> {
        let started = Instant::now();
        let mut options = ModelOptions::with_all_ops();
        options.prepack_weights(true);
        let model = match file.embedded {
            Some(data) => options.load_static_slice(data),
            None => options.load(self.read_checked(pack, file)?),
        }
        .map_err(|problem| Error::BadModel { file: file.name, reason: problem.to_string() })?;
        tracing::info!(file = file.name, milliseconds = started.elapsed().as_millis() as u64, "model loaded");
        Ok(model)
    }

    /// Reads an installed file once and hashes just those bytes, so that nothing unlisted can slip in between.
    fn read_checked(&self, pack: &Pack, file: &'static ModelFile) -> Result<Vec<u8>, Error> {
        let path = packs::path_of(pack, file, &self.models_dir);
        let data = std::fs::read(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => Error::PackMissing { pack: pack.id },
            _ => Error::Read { file: file.name, source },
        })?;
        if Some(packs::sha256_hex(&data).as_str()) != file.sha256() {
            return Err(Error::BadModel { file: file.name, reason: "its SHA-256 is not the expected one; install the pack again".into() });
        }
        Ok(data)
    }
}

/// A loaded model, ready to run.
pub(crate) struct Net {
    file: &'static str,
    model: Arc<Model>,
    threads: Arc<ThreadPool>,
}

impl Net {
    /// Runs the net on its inputs, in the order the file declares them, and returns its first output.
    pub fn run(&self, inputs: &[Tensor<f32>]) -> Result<NdTensor<f32, 4>, Error> {
        let bad = |reason: String| Error::BadModel { file: self.file, reason };
        let values: Vec<(_, ValueOrView)> =
            self.model.input_ids().iter().copied().zip(inputs.iter().map(|input| input.view().into())).collect();
        let output = *self.model.output_ids().first().ok_or_else(|| bad("it has no output".into()))?;
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)));
        let [result] = self.model.run_n(values, [output], Some(options)).map_err(|problem| bad(problem.to_string()))?;
        result.try_into().map_err(|problem| bad(format!("unexpected output: {problem}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models(folder: &std::path::Path) -> (Models, Arc<ThreadPool>) {
        (Models::new(folder.to_path_buf()), Arc::new(ThreadPool::with_num_threads(1)))
    }

    #[test]
    fn models_are_shared_and_dropped_when_idle() {
        let (models, threads) = models(std::path::Path::new("/nonexistent"));
        let first = models.get(ModelId::NamedStyles, &threads).unwrap();
        let second = models.get(ModelId::NamedStyles, &threads).unwrap();
        assert!(Arc::ptr_eq(&first.model, &second.model));
        models.unload_idle(Duration::from_secs(3600));
        assert_eq!(Arc::strong_count(&first.model), 3);
        models.unload_idle(Duration::ZERO);
        assert_eq!(Arc::strong_count(&first.model), 2);
    }

    #[test]
    fn a_pack_file_with_another_hash_is_never_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let (models, threads) = models(folder.path());
        assert!(matches!(models.require(ModelId::Art4High), Err(Error::PackMissing { pack: "up-art-hq" })));
        assert!(matches!(models.get(ModelId::Art4High, &threads), Err(Error::PackMissing { .. })));
        let place = folder.path().join("up-art-hq");
        std::fs::create_dir(&place).unwrap();
        let other = include_bytes!("../../../weights/multistyle26.onnx");
        std::fs::write(place.join("pack-realesrgan-x4plus-anime.onnx"), other).unwrap();
        assert!(matches!(models.get(ModelId::Art4High, &threads), Err(Error::BadModel { .. })));
    }
}
