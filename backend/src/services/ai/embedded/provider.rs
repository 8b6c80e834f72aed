//! The engine of this program behind the trait of all providers, so that a task is led the same way wherever its
//! pictures are made. It works on one picture in each call, for nothing, and stops at its next tile.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::{Control, Engine, Operation};
use image::DynamicImage;
use parking_lot::Mutex;
use providers::{
    Abilities, Account, Began, Cancelled, Class, Delivery, Error, Handle, ImageProvider, ImageRequest, Output, Submitted, Update, Watch,
};

use super::{operation, refusal};
use crate::error::Code;
use crate::services::ai::results::result_limits;
use crate::services::catalogue::Catalogue;

/// The engine. A request has the tool's parameters in `settings.extra` and the style's name in `settings.style_preset`.
pub struct Embedded {
    engine: Arc<Engine>,
    catalogue: Arc<Catalogue>,
    /// What stops the calls at work, by their request's id.
    at_work: AtWork,
}

type AtWork = Arc<Mutex<HashMap<String, Arc<AtomicBool>>>>;

impl Embedded {
    /// The engine with the styles of the catalogue.
    #[must_use]
    pub fn new(engine: Arc<Engine>, catalogue: Arc<Catalogue>) -> Self {
        Self { engine, catalogue, at_work: AtWork::default() }
    }

    fn operation(&self, request: &ImageRequest) -> Result<Operation, Error> {
        let style = match &request.settings.style_preset {
            Some(id) => {
                let gone = || own(Class::InvalidRequest, Code::ToolUnavailable, &format!("{id} is not in the catalogue any more"));
                Some(self.catalogue.style(id).ok_or_else(gone)?)
            }
            None => None,
        };
        operation(&self.catalogue, request.task_type, &request.settings.extra, style)
            .map_err(|failure| own(Class::InvalidRequest, failure.code, &format!("{failure:?}")))
    }
}

#[async_trait::async_trait]
impl ImageProvider for Embedded {
    fn abilities(&self) -> Abilities {
        Abilities { cancel: true, repeatable: true, ..Abilities::AT_ONCE }
    }

    async fn submit(&self, _account: &Account, request: &ImageRequest, watch: &Watch) -> Result<Submitted, Error> {
        let call = Call::enter(&self.at_work, &request.request_id);
        let operation = self.operation(request)?;
        let (picture, style) = (request.images.first().map(|picture| picture.bytes.clone()), request.style_image.clone());
        let picture = picture.ok_or_else(|| own(Class::InvalidRequest, Code::InputCount, "no picture to work on"))?;
        let (engine, stop, watch) = (Arc::clone(&self.engine), Arc::clone(&call.stop), watch.clone());
        let worked = tokio::task::spawn_blocking(move || {
            let picture = decode(&picture)?;
            let style = style.map(|style| decode(&style.bytes)).transpose()?;
            let control = Control::new(stop, move |fraction| watch.update(Update::Fraction(fraction)));
            engine.run(&operation, &picture, style.as_ref(), &control).map_err(|error| failed(&error))
        });
        let made = worked.await.map_err(|panic| own(Class::ProviderError, Code::EngineFailed, &panic.to_string()))?;
        let delivery = Delivery { outputs: vec![Output::pixels(made?)], ..Delivery::default() };
        Ok(Submitted::Done(Box::new(delivery)))
    }

    async fn cancel(&self, _account: &Account, handle: &Handle) -> Result<Cancelled, Error> {
        let at_work = self.at_work.lock();
        let Some(stop) = at_work.get(&handle.id) else { return Ok(Cancelled::TooLate) };
        stop.store(true, Ordering::Relaxed);
        Ok(Cancelled::Asked)
    }

    async fn check(&self, _account: &Account) -> Result<String, Error> {
        Ok(concat!("danqing ", env!("CARGO_PKG_VERSION")).to_owned())
    }
}

/// A call at work. Whoever no longer waits for it wants it stopped.
struct Call {
    stop: Arc<AtomicBool>,
    id: String,
    at_work: AtWork,
}

impl Call {
    fn enter(at_work: &AtWork, id: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        at_work.lock().insert(id.to_owned(), Arc::clone(&stop));
        Self { stop, id: id.to_owned(), at_work: Arc::clone(at_work) }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.at_work.lock().remove(&self.id);
    }
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, Error> {
    imaging::decode(bytes, &result_limits()).map_err(|error| own(Class::InvalidRequest, Code::FileCorrupt, &error.to_string()))
}

/// What the engine says, in the words of all providers. Another try helps only where the engine itself failed.
fn failed(error: &engine::Error) -> Error {
    match error {
        engine::Error::Cancelled => Error::new(Class::Cancelled, "stopped").began(Began::Ended),
        other => {
            let code = refusal(other).code;
            own(if code == Code::EngineFailed { Class::ProviderError } else { Class::InvalidRequest }, code, &other.to_string())
        }
    }
}

fn own(class: Class, code: Code, message: &str) -> Error {
    let began = if class == Class::ProviderError { Began::Ended } else { Began::No };
    Error::new(class, message).code(code.as_str()).began(began)
}
