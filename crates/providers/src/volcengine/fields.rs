//! The request in the vendor's words.

use serde_json::{Map, Value, json};

use crate::error::{Class, Error};
use crate::instruction::{IN_WORDS, instruction, pictures};
use crate::request::{ImageRequest, OutputFormat};
use crate::vocabulary::{Vocabulary, number};

/// What Seedream can be asked for. Not every model takes all of it; the catalogue says which.
const VOCABULARY: Vocabulary = Vocabulary {
    vendor: "Volcengine",
    tasks: IN_WORDS,
    parameters: &["images", "references", "style_image", "size", "count", "seed", "guidance", "output_format"],
};

/// Pictures that it goes by.
const MOST_PICTURES: usize = 14;
/// Pictures sent and pictures made in one call of a group.
const MOST_IN_GROUP: usize = 15;

/// The fields of the paid call.
///
/// # Errors
/// [`Class::InvalidRequest`] for what the vendor has no word for. Nothing was sent.
pub async fn fields(request: &ImageRequest) -> Result<Map<String, Value>, Error> {
    VOCABULARY.check(request)?;
    let pictures = pictures(request, MOST_PICTURES).await?;
    // What the operator allowed or fixed comes first, so that it can replace nothing of ours.
    let mut fields = request.settings.extra.clone();
    fields.extend(request.model.options.get("fields").and_then(Value::as_object).cloned().unwrap_or_default());
    fields.extend(group(request, pictures.len())?);
    let settings = &request.settings;
    let images: Vec<String> = pictures.iter().map(crate::Picture::data_url).collect();
    let all = [
        ("model", Some(json!(request.model.wire_id))),
        ("prompt", Some(json!(instruction(request)))),
        // A link would be one more thing that can break.
        ("response_format", Some(json!("b64_json"))),
        // A level (`2K`) would leave the shape to the model.
        ("size", request.size.as_ref().map(|size| json!(format!("{}x{}", size.width, size.height)))),
        ("seed", VOCABULARY.seed(request)?.map(|seed| json!(seed))),
        ("guidance_scale", settings.guidance.map(number)),
        ("output_format", settings.output_format.map(format_word).transpose()?.map(|word| json!(word))),
        ("image", if let [image] = images.as_slice() { Some(json!(image)) } else { (!images.is_empty()).then(|| json!(images)) }),
    ];
    fields.extend(all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Ok(fields)
}

/// There is no `n`: several pictures are a group, where the model makes groups. A group takes minutes, so it is
/// streamed, and what has come before a failure is kept.
fn group(request: &ImageRequest, sent: usize) -> Result<Map<String, Value>, Error> {
    let mut fields = Map::new();
    if !request.model.flag("groups") {
        return if request.count > 1 { Err(VOCABULARY.unsupported("several pictures in one call of this model")) } else { Ok(fields) };
    }
    if sent + request.count as usize > MOST_IN_GROUP {
        let message = format!("{sent} pictures sent and {} wanted, {MOST_IN_GROUP} are possible together", request.count);
        return Err(Error::new(Class::InvalidRequest, message));
    }
    fields.insert("stream".to_owned(), json!(true));
    if request.count > 1 {
        fields.insert("sequential_image_generation".to_owned(), json!("auto"));
        fields.insert("sequential_image_generation_options".to_owned(), json!({ "max_images": request.count }));
    }
    Ok(fields)
}

fn format_word(format: OutputFormat) -> Result<&'static str, Error> {
    match format {
        OutputFormat::Png => Ok("png"),
        OutputFormat::Jpeg => Ok("jpeg"),
        OutputFormat::Webp => Err(VOCABULARY.unsupported("WebP")),
    }
}
