//! Results as files: encoded, with the marks of AI-made pictures, which are IPTC's digital source type and the metadata
//! label of GB 45438-2025.

use std::path::Path;

use image::DynamicImage;
use imaging::Format;
use imaging::made::Written;
use imaging::marks::{Aigc, DigitalSourceType, Marks};

use crate::models::catalogue::AiMark;

/// Quality of JPEG and WebP results: no loss that is seen at ordinary size.
const QUALITY: u8 = 92;

/// Writes a result to a file, with the marks that its tool's catalogue entry says. `produce_id` is the producer's number of
/// the picture.
///
/// # Errors
/// When the format cannot hold the picture, or the file cannot be written.
pub fn write(
    image: &DynamicImage,
    format: Format,
    mark: AiMark,
    producer: &str,
    produce_id: String,
    path: &Path,
) -> Result<Written, imaging::Error> {
    imaging::made::write(image, format, QUALITY, marks(mark, producer, produce_id).as_ref(), path)
}

/// The marks that a tool's catalogue entry says, if any.
#[must_use]
pub fn marks(mark: AiMark, producer: &str, produce_id: String) -> Option<Marks> {
    let source = match mark {
        AiMark::Generated => DigitalSourceType::TrainedAlgorithmicMedia,
        AiMark::Edited => DigitalSourceType::CompositeWithTrainedAlgorithmicMedia,
        AiMark::Enhanced => DigitalSourceType::AlgorithmicallyEnhanced,
        AiMark::None => return None,
    };
    let aigc = Aigc { label: "1".to_owned(), content_producer: producer.to_owned(), produce_id, ..Aigc::default() };
    Some(Marks { source: Some(source), aigc: Some(aigc) })
}
