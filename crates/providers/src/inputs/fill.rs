//! A request in a model's own names.

use serde_json::{Map, Value};

use super::asked::asked;
use super::{Inputs, Parameter};
use crate::error::{Class, Error};
use crate::mask::mask;
use crate::outpaint;
use crate::request::{ImageRequest, Picture, TaskType};

/// What goes into a field.
#[derive(Debug)]
pub enum Piece {
    /// A value as it is sent.
    Value(Value),
    /// A picture, which each vendor takes in its own way.
    Picture(Picture),
}

/// The operator's fields, and the pieces that go into them or beside them, each with its path for [`super::place`].
///
/// # Errors
/// [`Class::InvalidRequest`] for what the model has no name for. Nothing was sent.
pub async fn fill(request: &ImageRequest) -> Result<(Map<String, Value>, Vec<(String, Piece)>), Error> {
    let inputs = &request.model.inputs;
    let extended = canvas(inputs, request).await?;
    let request = extended.as_ref().unwrap_or(request);
    need_pictures(request)?;
    let mut pieces = Vec::new();
    for (parameter, value) in asked(inputs, request)? {
        pieces.push((inputs.field(parameter)?.to_owned(), Piece::Value(inputs.value(parameter, value)?)));
    }
    let mask = mask(request, inputs.mask_form()).await?;
    let pictures = [
        (Parameter::Images, request.images.clone()),
        (Parameter::Mask, mask.into_iter().collect()),
        (Parameter::References, request.references.clone()),
        (Parameter::StyleImage, request.style_image.iter().cloned().collect()),
    ];
    for (parameter, picture) in pictures.into_iter().flat_map(|(parameter, list)| list.into_iter().map(move |one| (parameter, one))) {
        pieces.push((inputs.field(parameter)?.to_owned(), Piece::Picture(picture)));
    }
    refuse_collisions(&pieces)?;
    // What the operator allowed or fixed comes first, so that it can replace nothing of ours.
    let mut fields = request.settings.extra.clone();
    fields.extend(request.model.options.get("fields").and_then(Value::as_object).cloned().unwrap_or_default());
    Ok((fields, pieces))
}

/// The request with a canvas and a mask in place of borders, for a model that has no field for them.
async fn canvas(inputs: &Inputs, request: &ImageRequest) -> Result<Option<ImageRequest>, Error> {
    let sides = [Parameter::ExpandLeft, Parameter::ExpandRight, Parameter::ExpandTop, Parameter::ExpandBottom];
    if request.task_type != TaskType::Outpaint || sides.into_iter().any(|side| inputs.has(side)) {
        return Ok(None);
    }
    let mut extended = outpaint::extended(request).await?;
    extended.settings.expand = None;
    Ok(Some(extended))
}

fn need_pictures(request: &ImageRequest) -> Result<(), Error> {
    if request.task_type != TaskType::TextToImage && request.images.is_empty() {
        return Err(Error::new(Class::InvalidRequest, "there is no picture to work on"));
    }
    if request.task_type == TaskType::Inpaint && request.mask.is_none() {
        return Err(Error::new(Class::InvalidRequest, "there is no mask that says where to paint"));
    }
    Ok(())
}

/// A field holds one value unless it is a list: of two, one would be lost.
fn refuse_collisions(pieces: &[(String, Piece)]) -> Result<(), Error> {
    for (index, (path, _)) in pieces.iter().enumerate() {
        if !path.ends_with("[]") && pieces[..index].iter().any(|(earlier, _)| earlier == path) {
            return Err(Error::new(Class::InvalidRequest, format!("the model takes one thing in {path}, and several are asked for")));
        }
    }
    Ok(())
}
