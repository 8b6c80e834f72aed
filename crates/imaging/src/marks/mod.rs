//! The marks that say a picture was made or changed by a machine: IPTC's `DigitalSourceType` and the `AIGC` property
//! of GB 45438-2025, both in an XMP packet. Content credentials (C2PA) are recognised and left alone, for a changed
//! file would make a valid credential look forged.

mod xmp;

use serde_json::{Map, Value};

use crate::container::{self, Colour, Container, Keep};
use crate::{Error, Format, Limits};

pub(crate) use xmp::{packet, parse};

/// Longest text of one field, in bytes. Codes and numbers are short; a JPEG has one 64 KiB segment for all of them.
pub const MAX_FIELD_BYTES: usize = 1_024;

/// What a file says about its making. At least one of the two is present in marks that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The kind of source; absent where a file has only the other mark.
    pub source: Option<DigitalSourceType>,
    /// The label of GB 45438.
    pub aigc: Option<Aigc>,
}

/// IPTC's digital source type, from <http://cv.iptc.org/newscodes/digitalsourcetype/>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DigitalSourceType {
    /// Made by a model from scratch.
    TrainedAlgorithmicMedia,
    /// An existing picture edited by a model.
    CompositeWithTrainedAlgorithmicMedia,
    /// An existing picture improved by an algorithm, such as enlarged or cut out.
    AlgorithmicallyEnhanced,
    /// Another term of the list, such as `digitalCapture`. Only read from files.
    Other(String),
}

/// The `AIGC` property of GB 45438-2025: one JSON object of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aigc {
    /// `1` is made by AI, `2` may be, `3` is suspected to be.
    pub label: String,
    /// Name or code of the service that made the content.
    pub content_producer: String,
    /// The producer's number for the content.
    pub produce_id: String,
    /// For the producer's own use, such as a signature.
    pub reserved_code1: String,
    /// Name or code of the service that spreads the content.
    pub content_propagator: String,
    /// The propagator's number for the content.
    pub propagate_id: String,
    /// For the propagator's own use.
    pub reserved_code2: String,
}

/// Writes the marks into a file in place of any XMP it has, and removes all other metadata but colour profile and
/// orientation. A file with content credentials is returned as it is.
///
/// # Errors
/// The faults of a file that is no JPEG, PNG or WebP; [`Error::Encode`] for a field that is too long.
pub fn write(bytes: Vec<u8>, format: Format, marks: &Marks) -> Result<Vec<u8>, Error> {
    let container = container::read(&bytes, &Limits::NONE)?;
    if container.header.format != format || format == Format::Gif {
        return Err(Error::encode("marks go into JPEG, PNG and WebP files"));
    }
    if container.header.has_c2pa {
        drop(container);
        return Ok(bytes);
    }
    let mut marked = Vec::with_capacity(bytes.len() + 2_048);
    let keep = Keep { colour: !matches!(container.colour, Colour::Srgb), orientation: true, xmp: Some(&packet(marks)?) };
    container.write(&keep, &mut marked)?;
    Ok(marked)
}

/// Reads the marks of a file.
///
/// # Errors
/// The faults of the container; [`Error::Corrupt`] for XMP with a DOCTYPE, which has no honest use there.
pub fn read(bytes: &[u8]) -> Result<Option<Marks>, Error> {
    of(&container::read(bytes, &Limits::NONE)?)
}

/// The marks of a walked file.
pub(crate) fn of(container: &Container<'_>) -> Result<Option<Marks>, Error> {
    container.xmp.as_deref().map_or(Ok(None), parse)
}

impl DigitalSourceType {
    /// The term, the last part of its address.
    pub fn term(&self) -> &str {
        match self {
            Self::TrainedAlgorithmicMedia => "trainedAlgorithmicMedia",
            Self::CompositeWithTrainedAlgorithmicMedia => "compositeWithTrainedAlgorithmicMedia",
            Self::AlgorithmicallyEnhanced => "algorithmicallyEnhanced",
            Self::Other(term) => term,
        }
    }

    /// Reads the term's address; anything that is not of the list is nothing, so that no free text passes.
    fn from_address(address: &str) -> Option<Self> {
        let (_, term) = address.trim().split_once("://cv.iptc.org/newscodes/digitalsourcetype/")?;
        let known = [Self::TrainedAlgorithmicMedia, Self::CompositeWithTrainedAlgorithmicMedia, Self::AlgorithmicallyEnhanced];
        let is_term = (1..=64).contains(&term.len()) && term.bytes().all(|byte| byte.is_ascii_alphanumeric());
        known.into_iter().find(|known| known.term() == term).or_else(|| is_term.then(|| Self::Other(term.to_owned())))
    }
}

impl Aigc {
    fn fields(&self) -> [(&'static str, &str); 7] {
        [
            ("Label", &self.label),
            ("ContentProducer", &self.content_producer),
            ("ProduceID", &self.produce_id),
            ("ReservedCode1", &self.reserved_code1),
            ("ContentPropagator", &self.content_propagator),
            ("PropagateID", &self.propagate_id),
            ("ReservedCode2", &self.reserved_code2),
        ]
    }

    fn to_json(&self) -> Result<String, Error> {
        let mut object = Map::new();
        for (name, text) in self.fields() {
            if text.len() > MAX_FIELD_BYTES {
                return Err(Error::encode(format!("{name} is too long")));
            }
            object.insert(name.to_owned(), text.into());
        }
        Ok(Value::Object(object).to_string())
    }

    /// Reads the object; a field may be missing or, as some writers have it, a number.
    fn from_json(json: &str) -> Option<Self> {
        let Value::Object(object) = serde_json::from_str(json).ok()? else {
            return None;
        };
        let text = |name: &str| match object.get(name) {
            Some(Value::String(text)) if text.len() <= MAX_FIELD_BYTES => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let aigc = Self {
            label: text("Label"),
            content_producer: text("ContentProducer"),
            produce_id: text("ProduceID"),
            reserved_code1: text("ReservedCode1"),
            content_propagator: text("ContentPropagator"),
            propagate_id: text("PropagateID"),
            reserved_code2: text("ReservedCode2"),
        };
        (aigc != Self::default()).then_some(aigc)
    }
}
