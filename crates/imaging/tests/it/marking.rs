//! The marks of AI-made pictures are written so that others read them, and survive what happens to a file here.

use std::io::Write;
use std::process::Command;

use image::DynamicImage;
use imaging::marks::{self, Aigc, DigitalSourceType, Marks};
use imaging::{Error, Format, Limits, decode, encode};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::make::*;

const FORMATS: [Format; 3] = [Format::Jpeg, Format::Png, Format::WebP];

fn full_marks() -> Marks {
    Marks {
        source: Some(DigitalSourceType::CompositeWithTrainedAlgorithmicMedia),
        aigc: Some(Aigc {
            label: "1".into(),
            content_producer: "001191110000MA00000XYZ10001 丹青 \"<&'>\"".into(),
            produce_id: "T20261122-000001/1".into(),
            reserved_code1: "a\\b".into(),
            content_propagator: "丹青".into(),
            propagate_id: "2".into(),
            reserved_code2: String::new(),
        }),
    }
}

fn marked(format: Format) -> Vec<u8> {
    marks::write(encode(&cat(), format, 85).unwrap(), format, &full_marks()).unwrap()
}

/// What exiftool, which shares no code with us, finds in a file.
fn exiftool(bytes: &[u8]) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("aigc.config");
    let mut file = std::fs::File::create(&config).unwrap();
    file.write_all(EXIFTOOL_CONFIG.as_bytes()).unwrap();
    let picture = folder.path().join("picture");
    std::fs::write(&picture, bytes).unwrap();
    let output = Command::new("exiftool")
        .arg("-config")
        .arg(config)
        .args(["-json", "-validate", "-warning", "-XMP:all", "-EXIF:all", "-File:FileType"])
        .arg(picture)
        .output()
        .expect("exiftool is installed by scripts/test.sh (libimage-exiftool-perl)");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    found[0].clone()
}

/// Teaches exiftool the property of GB 45438.
const EXIFTOOL_CONFIG: &str = "
%Image::ExifTool::UserDefined = (
    'Image::ExifTool::XMP::Main' => {
        TC260 => { SubDirectory => { TagTable => 'Image::ExifTool::UserDefined::TC260' } },
    },
);
%Image::ExifTool::UserDefined::TC260 = (
    GROUPS => { 0 => 'XMP', 1 => 'XMP-TC260', 2 => 'Other' },
    NAMESPACE => { 'TC260' => 'http://www.tc260.org.cn/ns/AIGC/1.0/' },
    WRITABLE => 'string',
    AIGC => { },
);
1;
";

#[test]
fn an_independent_reader_finds_both_marks_in_all_formats() {
    for format in FORMATS {
        let found = exiftool(&marked(format));
        assert_eq!(
            found["DigitalSourceType"], "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
            "{found}"
        );
        let aigc: serde_json::Value = match &found["AIGC"] {
            serde_json::Value::String(text) => serde_json::from_str(text).unwrap(),
            other => panic!("no AIGC in {format:?}: {other} of {found}"),
        };
        let expected = full_marks().aigc.unwrap();
        assert_eq!(aigc["Label"], "1");
        assert_eq!(aigc["ContentProducer"], expected.content_producer);
        assert_eq!(aigc["ProduceID"], expected.produce_id);
        assert_eq!(aigc["ReservedCode1"], expected.reserved_code1);
        assert_eq!(aigc["ContentPropagator"], expected.content_propagator);
        assert_eq!(aigc["PropagateID"], expected.propagate_id);
        assert_eq!(aigc["ReservedCode2"], "");
        assert!(found["Warning"].is_null(), "{found}");
    }
}

#[test]
fn our_own_reader_gives_back_what_was_written() {
    for format in FORMATS {
        let bytes = marked(format);
        assert_eq!(marks::read(&bytes).unwrap(), Some(full_marks()), "{format:?}");
        let limits = Limits::default();
        let plain = encode(&cat(), format, 85).unwrap();
        assert_eq!(decode(&bytes, &limits).unwrap(), decode(&plain, &limits).unwrap());
        assert_eq!(marks::read(&plain).unwrap(), None);
    }
}

#[test]
fn marking_again_replaces_the_marks() {
    let other = Marks { source: Some(DigitalSourceType::AlgorithmicallyEnhanced), aigc: None };
    for format in FORMATS {
        let again = marks::write(marked(format), format, &other).unwrap();
        assert_eq!(marks::read(&again).unwrap().as_ref(), Some(&other));
        assert!(!contains(&again, b"ContentProducer"));
    }
}

#[test]
fn a_marked_picture_keeps_its_marks_and_its_bytes_when_it_comes_back_as_an_upload() {
    for format in FORMATS {
        let bytes = marked(format);
        let (ingested, clean) = stored(&bytes);
        assert_eq!(ingested.marks, Some(full_marks()));
        assert!(clean == bytes, "{format:?}");
    }
}

#[test]
fn what_was_just_made_is_marked_while_it_is_cleaned() {
    let (folder, marks) = (tempfile::tempdir().unwrap(), full_marks());
    let [source, clean] = ["source", "clean"].map(|name| folder.path().join(name));
    let made = |bytes: &[u8]| {
        std::fs::write(&source, bytes).unwrap();
        let ingested = imaging::ingest_made(&source, &clean, &Limits::default(), &marks).unwrap();
        (ingested, std::fs::read(&clean).unwrap())
    };
    for format in FORMATS {
        let plain = encode(&cat(), format, 85).unwrap();
        let (ingested, clean) = made(&plain);
        assert_eq!((ingested.marks, ingested.size_bytes), (Some(full_marks()), clean.len() as u64));
        assert!(clean == marked(format), "{format:?}");
    }
    // One with content credentials is as an upload would be.
    let signed = with_segments(&encode(&cat(), Format::Jpeg, 85).unwrap(), &[c2pa_segment()]);
    let (ingested, clean) = made(&signed);
    assert!(ingested.marks.is_none() && ingested.has_c2pa && clean == stored(&signed).1);
}

#[test]
fn what_was_made_here_is_written_with_its_marks_as_others_read_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made");
    let see_through = cat().adjust_contrast(0.0).to_rgba8();
    let pictures = [cat(), DynamicImage::ImageRgba8(see_through), DynamicImage::ImageLuma8(cat().to_luma8())];
    for (picture, format) in pictures.iter().flat_map(|picture| FORMATS.map(|format| (picture, format))) {
        let written = imaging::made::write(picture, format, 92, Some(&full_marks()), &path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!((written.size_bytes, written.sha256.to_vec()), (bytes.len() as u64, Sha256::digest(&bytes).to_vec()));
        assert_eq!(marks::read(&bytes).unwrap(), Some(full_marks()), "{format:?}");
        let limits = Limits::default();
        let plain = encode(picture, format, 92).unwrap();
        assert!(decode(&bytes, &limits).unwrap() == decode(&plain, &limits).unwrap(), "{format:?} {:?}", picture.color());
        assert_eq!(imaging::verify_file(&path, &limits).unwrap().upright_size(), (picture.width(), picture.height()));
        imaging::made::write(picture, format, 92, None, &path).unwrap();
        assert_eq!(marks::read(&std::fs::read(&path).unwrap()).unwrap(), None);
    }
    assert!(imaging::made::write(&cat(), Format::Gif, 92, None, &path).is_err());
    assert!(imaging::made::write(&DynamicImage::new_rgb8(1, 70_000), Format::Jpeg, 92, None, &path).is_err());
    assert!(!path.exists(), "nothing is left of what failed");
}

#[test]
fn marks_survive_a_new_encoding_and_other_xmp_does_not() {
    let jpeg = encode(&cat(), Format::Jpeg, 85).unwrap();
    // As attributes, the short form that many tools write, beside a person's name.
    let packet = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
        xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description \
        xmlns:other=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" \
        xmlns:g=\"http://www.tc260.org.cn/ns/AIGC/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
        dc:creator=\"Jane Doe\" g:AIGC=\"{&quot;Label&quot;:1,&quot;ProduceID&quot;:&quot;x&#55;&quot;}\" \
        other:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture\"/>\
        </rdf:RDF></x:xmpmeta>";
    let xmp = segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat());
    let (ingested, clean) = stored(&with_segments(&jpeg, &[exif_segment(8), xmp]));
    assert!(ingested.rewritten);
    let kept = marks::read(&clean).unwrap().unwrap();
    assert_eq!(ingested.marks, Some(kept.clone()));
    assert_eq!(kept.source, Some(DigitalSourceType::Other("digitalCapture".into())));
    let aigc = kept.aigc.unwrap();
    assert_eq!((aigc.label.as_str(), aigc.produce_id.as_str()), ("1", "x7"));
    assert!(!contains(&clean, b"Jane Doe"));
    assert_eq!(exiftool(&clean)["Creator"], serde_json::Value::Null);
}

#[test]
fn a_gif_keeps_its_marks_on_the_way_to_png() {
    let gif = gif(&[cat().thumbnail(60, 60).to_rgba8()]);
    let jpeg = marked(Format::Jpeg);
    let start = memchr::memmem::find(&jpeg, b"<?xpacket").unwrap();
    let end = memchr::memmem::find(&jpeg, b"end=\"w\"?>").unwrap() + 9;
    // The magic trailer leads a reader of blocks from any byte of the text to the end.
    let trailer: Vec<u8> = [1].into_iter().chain((0..=255).rev()).chain([0]).collect();
    let block = [&b"\x21\xff\x0bXMP DataXMP"[..], &jpeg[start..end], &trailer].concat();
    let bytes = [&gif[..gif.len() - 1], &block, b";"].concat();
    let (ingested, clean) = stored(&bytes);
    assert_eq!(ingested.marks, Some(full_marks()));
    assert_eq!(marks::read(&clean).unwrap(), Some(full_marks()));
}

#[test]
fn a_file_with_content_credentials_is_left_byte_for_byte() {
    let jpeg = encode(&cat(), Format::Jpeg, 85).unwrap();
    let bytes = with_segments(&jpeg, &[exif_segment(6), c2pa_segment()]);
    let after = marks::write(bytes.clone(), Format::Jpeg, &full_marks()).unwrap();
    assert!(after == bytes);
}

#[test]
fn marking_a_vendors_picture_takes_its_location_and_leaves_how_it_looks() {
    let p3 = icc_segment(&moxcms::ColorProfile::new_display_p3().encode().unwrap());
    let jpeg = encode(&cat(), Format::Jpeg, 85).unwrap();
    let png = encode(&cat(), Format::Png, 0).unwrap();
    let webp = encode(&cat(), Format::WebP, 85).unwrap();
    for (format, bytes) in [
        (Format::Jpeg, with_segments(&jpeg, &[exif_segment(6), p3])),
        (Format::Png, with_chunks(&png, &[png_chunk(b"eXIf", &exif(3))])),
        (Format::WebP, riff(&[vp8x(8, 451, 300), webp_picture(&webp), riff_chunk(b"EXIF", &exif(8))])),
    ] {
        let limits = Limits::default();
        let after = marks::write(bytes.clone(), format, &full_marks()).unwrap();
        assert!(!contains(&after, b"SpyPhone"));
        assert_eq!(decode(&after, &limits).unwrap(), decode(&bytes, &limits).unwrap());
        let found = exiftool(&after);
        assert!(found["GPSLatitudeRef"].is_null() && !found["Orientation"].is_null(), "{found}");
    }
}

#[test]
fn a_doctype_in_xmp_is_refused() {
    let jpeg = encode(&cat(), Format::Jpeg, 85).unwrap();
    let packet = b"<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>";
    let xmp = segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", &packet[..]].concat());
    let bytes = with_segments(&jpeg, &[xmp]);
    assert!(matches!(marks::read(&bytes), Err(Error::Corrupt { .. })));
    let (answer, clean) = ingest(&bytes);
    assert!(answer.is_err() && clean.is_none());
}

#[test]
fn a_namespace_of_another_name_is_not_a_mark() {
    let packet = b"<x xmlns:TC260=\"http://evil.example/\" TC260:AIGC=\"{&quot;Label&quot;:&quot;1&quot;}\"/>";
    let png = encode(&quarters(8, 8).into(), Format::Png, 0).unwrap();
    let chunk = png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", &packet[..]].concat());
    assert_eq!(marks::read(&with_chunks(&png, &[chunk])).unwrap(), None);
}

#[test]
fn a_field_that_is_too_long_is_refused() {
    let mut marks = full_marks();
    marks.aigc.as_mut().unwrap().produce_id = "x".repeat(marks::MAX_FIELD_BYTES + 1);
    let answer = marks::write(encode(&cat(), Format::Jpeg, 85).unwrap(), Format::Jpeg, &marks);
    assert!(matches!(answer, Err(Error::Encode { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_back_as_it_went_in(producer in "\\PC{0,40}", id in "\\PC{0,40}") {
        let marks = Marks {
            source: Some(DigitalSourceType::TrainedAlgorithmicMedia),
            aigc: Some(Aigc { label: "1".into(), content_producer: producer, produce_id: id, ..Aigc::default() }),
        };
        let png = encode(&quarters(8, 8).into(), Format::Png, 0).unwrap();
        let bytes = marks::write(png, Format::Png, &marks).unwrap();
        prop_assert_eq!(marks::read(&bytes).unwrap(), Some(marks));
    }

    #[test]
    fn any_packet_is_read_or_passed_over(packet in "(<|>|/|x|:|=|\"|&|;|!DOCTYPE|rdf:resource|AIGC|DigitalSourceType| |\\PC){0,60}") {
        let png = encode(&quarters(8, 8).into(), Format::Png, 0).unwrap();
        let chunk = png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", packet.as_bytes()].concat());
        let answer = marks::read(&with_chunks(&png, &[chunk]));
        let passed = matches!(answer, Ok(_) | Err(Error::Corrupt { .. }));
        prop_assert!(passed, "{:?}", answer);
    }
}
