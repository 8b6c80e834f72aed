//! What a vendor made becomes files: fetched, checked as an upload would be, in the format that was asked for, marked as
//! made with AI, and stored. Content credentials of the vendor are kept.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use image::DynamicImage;
use imaging::made::Written;
use imaging::{Format, Ingested};
use providers::{Began, Class, Delivery, Error, Output, Source, Way};
use tempfile::NamedTempFile;

use super::Chosen;
use super::ask::Asked;
use super::request::Wish;
use crate::error::{Code, Failure};
use crate::jobs::run_task::pictures::{self, Encoded};
use crate::jobs::run_task::{Halt, Shift};
use crate::models::catalogue::AiMark;
use crate::models::task::Missing;
use crate::services::ai::results::result_limits;
use crate::services::ai::{marks, verdict};
use crate::services::tasks::settle::{self, Delivered};
use crate::services::uploads;

/// Tries at fetching a picture that the vendor keeps ready.
const FETCHES: u32 = 3;
/// The pause before the second; the third comes after twice as long.
const PAUSE: Duration = Duration::from_millis(500);

/// Stores what can be stored, at most as many pictures as were asked for. A picture that cannot does not keep the others
/// from coming out.
pub async fn store(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, delivery: Delivery) -> Asked {
    let (mut made, mut missing, mut reason) = (Vec::new(), Vec::new(), delivery.refused);
    let (asked, came) = (wish.count as usize, delivery.outputs.len());
    for (index, output) in delivery.outputs.into_iter().take(asked).enumerate() {
        let number = wish.share.index + index + 1;
        match one(shift, chosen, wish, output, number).await {
            Ok(delivered) => made.push(delivered),
            Err(Flaw::Vendor(error)) => {
                tracing::warn!(task = %shift.id, %error, number, "a picture did not come out");
                missing.push(Missing { number, code: verdict::code(&error).as_str().to_owned() });
                reason.get_or_insert(error);
            }
            Err(Flaw::Ours(Halt::Outside(cause))) => {
                uploads::forget(shift.app, &settle::rows(&made)).await;
                return Asked::Halted(Halt::Outside(cause));
            }
            Err(Flaw::Ours(halt)) => return Asked::Halted(halt),
        }
    }
    if made.is_empty() {
        return Asked::Failed(reason.unwrap_or_else(|| Error::new(Class::EmptyResult, "no picture").began(Began::Ended)));
    }
    // What the vendor left out has no number there: it is counted behind what came.
    let left_out = reason.as_ref().map_or(Code::ProviderFailed, verdict::code);
    missing.extend((came + 1..=asked).map(|number| Missing { number, code: left_out.as_str().to_owned() }));
    Asked::Made(made, missing)
}

/// Why a picture did not come out.
enum Flaw {
    Vendor(Error),
    Ours(Halt),
}

impl Flaw {
    fn is_outside(&self) -> bool {
        matches!(self, Self::Ours(halt) if halt.is_outside())
    }
}

impl From<Halt> for Flaw {
    fn from(halt: Halt) -> Self {
        Flaw::Ours(halt)
    }
}

impl From<Failure> for Flaw {
    fn from(failure: Failure) -> Self {
        Flaw::Ours(failure.into())
    }
}

async fn one(shift: &Shift<'_>, chosen: &Chosen<'_>, wish: &Wish, output: Output, number: usize) -> Result<Delivered, Flaw> {
    let seed = output.seed;
    let name = name(shift, wish, number);
    let row = |encoded: &Encoded| pictures::row(shift.app, shift.task, shift.context.fence.attempt, name.clone(), wish.format, encoded);
    let (file, put) = match output.source {
        // Made here, and made again for nothing.
        Source::Pixels(image) => {
            let encoded = drawn(shift, wish, *image, number).await?;
            let file = row(&encoded);
            let put = pictures::put(shift.app, &file, &encoded).await;
            (file, put)
        }
        _ => {
            let file = Arc::new(shift.insist(Flaw::is_outside, || fetch(shift, chosen, &output)).await?);
            // What came with the answer lies on the disk as well now.
            drop(output);
            let encoded = shift.insist(Flaw::is_outside, || finish(shift, wish, Arc::clone(&file), number)).await?;
            let file = row(&encoded);
            let put = shift.insist(Halt::is_outside, || pictures::put(shift.app, &file, &encoded)).await;
            (file, put)
        }
    };
    if let Err(halt) = put {
        // One of the two may have been stored.
        uploads::forget(shift.app, &[file]).await;
        return Err(halt.into());
    }
    let requested_size = wish.size.as_ref().map(|size| [size.width, size.height]);
    Ok(Delivered { input: wish.input.clone(), seed, requested_size, file })
}

/// Writes a picture to a temporary file as it comes. What breaks off on the way is fetched from its beginning.
async fn fetch(shift: &Shift<'_>, chosen: &Chosen<'_>, output: &Output) -> Result<NamedTempFile, Flaw> {
    let mut pause = PAUSE;
    for _ in 1..FETCHES {
        match fetch_once(shift, chosen, output).await {
            Err(Flaw::Vendor(error)) if matches!(error.class, Class::Network | Class::Timeout) => {
                tracing::debug!(account = chosen.seat.account.id, %error, "a result is fetched again");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            fetched => return fetched,
        }
    }
    fetch_once(shift, chosen, output).await
}

async fn fetch_once(shift: &Shift<'_>, chosen: &Chosen<'_>, output: &Output) -> Result<NamedTempFile, Flaw> {
    let ours = |reason: String| Flaw::Ours(Halt::Outside(reason));
    let file = NamedTempFile::new_in(shift.app.temporary_folder()).map_err(|error| ours(error.to_string()))?;
    let mut into = tokio::fs::File::from_std(file.reopen().map_err(|error| ours(error.to_string()))?);
    match chosen.seat.adapter.fetch(&chosen.seat.account, output, &mut into).await {
        Ok(()) => Ok(file),
        Err(error) if error.way == Some(Way::Writing) => Err(ours(error.to_string())),
        Err(error) => Err(Flaw::Vendor(error)),
    }
}

/// Checks a picture and gives it its stored form, within the memory that all decodes share.
async fn finish(shift: &Shift<'_>, wish: &Wish, file: Arc<NamedTempFile>, number: usize) -> Result<Encoded, Flaw> {
    let (app, limits, folder) = (shift.app, result_limits(), shift.app.temporary_folder());
    let memory = app.decode_budget.estimate(file.path(), &limits).await?;
    let stamp = Stamp::of(shift, wish, number);
    let finished = app.decode_budget.run(memory, move || finished(file.path(), &folder, stamp, &limits)).await?;
    finished.map_err(|error| match error {
        imaging::Error::Io(error) => Flaw::Ours(Halt::Outside(error.to_string())),
        other => Flaw::Vendor(Error::new(Class::ProviderError, format!("what came is no usable picture: {other}")).began(Began::Lost)),
    })
}

/// How a result is marked and stored.
struct Stamp {
    mark: AiMark,
    format: Format,
    producer: String,
    id: String,
}

impl Stamp {
    fn of(shift: &Shift<'_>, wish: &Wish, number: usize) -> Self {
        let (app, task) = (shift.app, shift.task);
        let mark = app.catalogue.tool(&task.task_type).map_or(AiMark::Generated, |tool| tool.ai_mark);
        Self { mark, format: wish.format, producer: app.config.app.name.clone(), id: format!("{}-{number}", task.task_no) }
    }

    /// Encodes pixels.
    fn write(self, image: &DynamicImage, folder: &Path) -> Result<(NamedTempFile, Written), imaging::Error> {
        let file = NamedTempFile::new_in(folder)?;
        let written = marks::write(image, self.format, self.mark, &self.producer, self.id, file.path())?;
        Ok((file, written))
    }
}

/// Encodes, marks and checks what was made in this process.
async fn drawn(shift: &Shift<'_>, wish: &Wish, image: DynamicImage, number: usize) -> Result<Encoded, Flaw> {
    let (stamp, folder) = (Stamp::of(shift, wish, number), shift.app.temporary_folder());
    let encoded = tokio::task::spawn_blocking(move || {
        let (file, written) = stamp.write(&image, &folder)?;
        // What is stored can be read back.
        let (width, height) = imaging::verify_file(file.path(), &result_limits())?.upright_size();
        let thumbnail = imaging::thumbnail(&image, imaging::THUMBNAIL_SIDE)?;
        Ok(Encoded { file, written, width, height, thumbnail: thumbnail.into(), thumbhash: imaging::placeholder(&image)? })
    });
    let failed = |cause: String| Flaw::Ours(Halt::Failed(Code::EngineFailed, cause));
    let encoded: Result<Encoded, imaging::Error> = encoded.await.map_err(|panic| failed(panic.to_string()))?;
    encoded.map_err(|error| match error {
        imaging::Error::Io(error) => Flaw::Ours(Halt::Outside(error.to_string())),
        other => failed(other.to_string()),
    })
}

/// The file in the format that was asked for, with its marks. One that has it already is not encoded again.
fn finished(file: &Path, folder: &Path, stamp: Stamp, limits: &imaging::Limits) -> Result<Encoded, imaging::Error> {
    let clean = NamedTempFile::new_in(folder)?;
    let ingested = match marks::marks(stamp.mark, &stamp.producer, stamp.id.clone()) {
        Some(marks) => imaging::ingest_made(file, clean.path(), limits, &marks),
        None => imaging::ingest(file, clean.path(), limits),
    }?;
    let Ingested { format, width, height, size_bytes, sha256, thumbnail, thumbhash, .. } = ingested;
    let (file, written) = if format == stamp.format {
        (clean, Written { size_bytes, sha256 })
    } else {
        stamp.write(&imaging::decode_file(clean.path(), limits)?, folder)?
    };
    Ok(Encoded { file, written, width, height, thumbnail: thumbnail.into(), thumbhash })
}

/// The name a result is saved under: that of the picture it was made from, or the task's number.
fn name(shift: &Shift<'_>, wish: &Wish, number: usize) -> String {
    let base = wish.label.clone().unwrap_or_else(|| shift.task.task_no.clone());
    let label = pictures::label(&base, &shift.task.task_type, wish.format);
    if wish.count <= 1 {
        return label;
    }
    let (stem, ending) = label.rsplit_once('.').unwrap_or((label.as_str(), wish.format.extension()));
    format!("{stem}-{number}.{ending}")
}
