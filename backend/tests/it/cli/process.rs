//! `danqing process`

use imaging::marks::{self, DigitalSourceType};

use crate::support::{Place, photo};

fn place() -> Place {
    let place = Place::on_sqlite(&[]);
    std::fs::write(place.folder().join("in.png"), photo(48, 32)).unwrap();
    place
}

/// Arguments, the file to write, its size in pixels, the mark it must carry.
type Case<'a> = (&'a [&'a str], &'a str, (u32, u32), DigitalSourceType);

#[tokio::test]
async fn each_tool_works_without_a_server_and_marks_what_it_makes() {
    let place = place();
    let cases: [Case<'_>; 4] = [
        (&["--tool", "remove_background"], "cut.png", (48, 32), DigitalSourceType::AlgorithmicallyEnhanced),
        (&["--tool", "upscale", "-p", "scale=4"], "large.webp", (192, 128), DigitalSourceType::AlgorithmicallyEnhanced),
        (
            &["--tool", "style_transfer", "--style", "sky-ochre"],
            "painted.jpg",
            (48, 32),
            DigitalSourceType::CompositeWithTrainedAlgorithmicMedia,
        ),
        (
            &["--tool", "style_transfer", "--style-image", "in.png"],
            "borrowed.png",
            (48, 32),
            DigitalSourceType::CompositeWithTrainedAlgorithmicMedia,
        ),
    ];
    for (arguments, output, size, source) in cases {
        let said = place.run(&[&["process", "in.png", "-o", output], arguments].concat());
        assert_eq!(said, format!("{output} {}×{}", size.0, size.1));
        let bytes = std::fs::read(place.folder().join(output)).unwrap();
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), size, "{output}");
        assert_eq!(marks::read(&bytes).unwrap().unwrap().source, Some(source), "{output}");
    }
    // Nothing of a server is made for it.
    assert!(!place.data().join("database.sqlite").exists());
}

#[tokio::test]
async fn mistakes_are_answered_in_words_and_write_nothing() {
    let place = place();
    std::fs::write(place.folder().join("page.png"), "<!DOCTYPE html>").unwrap();
    let cases: [(&[&str], &str); 12] = [
        (&["in.png", "--tool", "sharpen", "-o", "out.png"], "sharpen"),
        (&["in.png", "--tool", "text_to_image", "-o", "out.png"], "text_to_image: It needs a model that understands words"),
        (&["in.png", "--tool", "upscale", "--style", "sky-ochre", "-o", "out.png"], "--style: upscale takes no style"),
        (&["in.png", "--tool", "upscale", "--style-image", "in.png", "-o", "out.png"], "--style-image: upscale takes no style"),
        (&["in.png", "--tool", "style_transfer", "--style", "sky-ochre", "-p", "styleImage=file_1", "-o", "out.png"], "styleImage: "),
        (&["in.png", "--tool", "upscale", "-p", "outputFormat=webp", "-o", "out.png"], "outputFormat: "),
        (&["in.png", "--tool", "upscale", "-p", "scale=3", "-o", "out.png"], "scale"),
        (&["in.png", "--tool", "upscale", "-p", "sharpness=1", "-o", "out.png"], "sharpness"),
        (&["in.png", "--tool", "style_transfer", "-o", "out.png"], "lavender-honey"),
        (&["in.png", "--tool", "style_transfer", "--style", "nobody", "-o", "out.png"], "nobody"),
        (&["page.png", "--tool", "upscale", "-o", "out.png"], "page.png"),
        (&["absent.png", "--tool", "upscale", "-o", "out.png"], "absent.png"),
    ];
    for (arguments, word) in cases {
        let complaint = place.refuse(&[&["process"], arguments].concat());
        assert!(complaint.contains(word), "{arguments:?}: {complaint}");
    }
    assert!(place.refuse(&["process", "in.png", "--tool", "upscale", "-o", "out.bmp"]).contains(".png, .jpg or .webp"));
    assert!(!place.folder().join("out.png").exists() && !place.folder().join("out.bmp").exists());
}
