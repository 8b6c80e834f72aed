//! The marks of AI-made pictures: IPTC's digital source type and the metadata label of GB 45438-2025.

use imaging::marks::{Aigc, DigitalSourceType, Marks};

use crate::models::catalogue::AiMark;

/// The marks that a tool's results carry, as its catalogue entry says. `produce_id` is the producer's number of the
/// picture.
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
