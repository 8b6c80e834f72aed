//! The XMP packet: RDF in XML. Written with the two marks and nothing else; read for the two marks and nothing else,
//! so that no other text of a packet survives.

use quick_xml::NsReader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};

use super::{Aigc, DigitalSourceType, Marks};
use crate::Error;

const IPTC: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
const TC260: &str = "http://www.tc260.org.cn/ns/AIGC/1.0/";
const TERMS: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// Names to look up in one packet. Each look-up goes through the namespaces in scope, of which a hostile packet has
/// a hundred thousand; an honest one has each name once.
const MAX_CANDIDATES: u32 = 64;

/// Longest value that is read, in bytes: the seven fields of `AIGC` with room for escapes.
const MAX_VALUE_BYTES: usize = 32 << 10;

/// The packet that states these marks.
pub(crate) fn packet(marks: &Marks) -> Result<Vec<u8>, Error> {
    let mut properties = String::new();
    if let Some(source) = &marks.source {
        let term = escape(source.term());
        properties += &format!("<Iptc4xmpExt:DigitalSourceType>{TERMS}{term}</Iptc4xmpExt:DigitalSourceType>");
    }
    if let Some(aigc) = &marks.aigc {
        let json = aigc.to_json()?;
        properties += &format!("<TC260:AIGC>{}</TC260:AIGC>", escape(&json));
    }
    // The id is the same for all packets of the world (XMP specification part 1).
    let packet = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:Iptc4xmpExt=\"{IPTC}\" xmlns:TC260=\"{TC260}\">\
         {properties}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    );
    Ok(packet.into_bytes())
}

/// Reads the marks out of a packet. One that is not XML has none, as for every other reader.
pub(crate) fn parse(packet: &[u8]) -> Result<Option<Marks>, Error> {
    let Ok(text) = std::str::from_utf8(packet) else {
        return Ok(None);
    };
    let mut search = Search { reader: NsReader::from_str(text.trim_end_matches('\0')), marks: Marks::default(), candidates: 0 };
    search.run()?;
    Ok((search.marks != Marks::default()).then_some(search.marks))
}

struct Search<'x> {
    reader: NsReader<&'x [u8]>,
    marks: Marks,
    candidates: u32,
}

#[derive(Clone, Copy)]
enum Property {
    Source,
    Aigc,
}

impl Search<'_> {
    fn run(&mut self) -> Result<(), Error> {
        while self.candidates < MAX_CANDIDATES {
            match self.reader.read_event() {
                // Entities can multiply a text without end; a packet has no use for either.
                Ok(Event::DocType(_)) => return Err(Error::corrupt("XMP with a DOCTYPE")),
                Ok(Event::Start(element)) => self.element(&element, true),
                Ok(Event::Empty(element)) => self.element(&element, false),
                Ok(Event::Eof) | Err(_) => return Ok(()),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    /// A property may be an element with text, one that points to a resource, or an attribute.
    fn element(&mut self, element: &BytesStart<'_>, has_text: bool) {
        let property = self.property(element.name(), true);
        for attribute in element.attributes().with_checks(false).flatten() {
            let is_resource = attribute.key.local_name().as_ref() == "resource";
            let named = if is_resource { property } else { self.property(attribute.key, false) };
            if let Some(named) = named {
                self.take(named, &attribute.value);
            }
        }
        if let (Some(property), true) = (property, has_text)
            && let Ok(text) = self.reader.read_text(element.name())
        {
            self.take(property, &text.into_inner());
        }
    }

    fn property(&mut self, name: QName<'_>, is_element: bool) -> Option<Property> {
        let (property, home) = match name.local_name().as_ref() {
            "DigitalSourceType" => (Property::Source, IPTC),
            "AIGC" => (Property::Aigc, TC260),
            _ => return None,
        };
        self.candidates += 1;
        let (namespace, _) = self.reader.resolver().resolve(name, is_element);
        (namespace == ResolveResult::Bound(Namespace(home))).then_some(property)
    }

    /// The first readable value of a property counts.
    fn take(&mut self, property: Property, raw: &str) {
        if raw.len() > MAX_VALUE_BYTES {
            return;
        }
        let Ok(value) = unescape(raw) else {
            return;
        };
        match property {
            Property::Source if self.marks.source.is_none() => {
                self.marks.source = DigitalSourceType::from_address(&value);
            }
            Property::Aigc if self.marks.aigc.is_none() => self.marks.aigc = Aigc::from_json(&value),
            _ => {}
        }
    }
}
