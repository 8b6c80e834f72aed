//! Pictures on their way to the server.

use egress::Form;
use http::Method;

use super::slots::unsupported;
use super::template::Template;
use super::{id, queue};
use crate::account::Account;
use crate::error::{Began, Class, Error};
use crate::form;
use crate::http as wire;
use crate::mask::{MaskForm, mask};
use crate::request::{ImageRequest, Picture};

/// The pictures of a request by the names of their slots.
///
/// # Errors
/// [`Class::InvalidRequest`] for a picture without a slot and for a slot without its picture.
pub async fn of(template: &Template, request: &ImageRequest) -> Result<Vec<(String, Picture)>, Error> {
    let numbered = |name: &'static str, pictures: &[Picture]| -> Vec<(String, Picture)> {
        let slot = |index: usize| if index == 0 { name.to_owned() } else { format!("{name}_{}", index + 1) };
        pictures.iter().enumerate().map(|(index, picture)| (slot(index), picture.clone())).collect()
    };
    let mut pictures = numbered("image", &request.images);
    pictures.extend(numbered("reference", &request.references));
    pictures.extend(request.style_image.clone().map(|picture| ("style_image".to_owned(), picture)));
    // White and transparent: nodes that load a mask look at a colour of the file or at its alpha.
    pictures.extend(mask(request, MaskForm::Transparent).await?.map(|mask| ("mask".to_owned(), mask)));
    if let Some((slot, _)) = pictures.iter().find(|(slot, _)| !template.has(slot)) {
        return Err(unsupported(slot));
    }
    match template.slots().find(|slot| is_picture(slot) && !pictures.iter().any(|(filled, _)| filled == slot)) {
        Some(slot) => Err(Error::new(Class::InvalidRequest, format!("the workflow needs a picture: {slot}"))),
        None => Ok(pictures),
    }
}

fn is_picture(slot: &str) -> bool {
    let kind = slot.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches('_');
    matches!(kind, "image" | "reference" | "style_image" | "mask")
}

/// Puts a picture among the server's inputs and gives the name under which a graph finds it. The same picture has the
/// same name, so that it lies there once.
///
/// # Errors
/// Any; the paid request was not sent yet.
pub async fn upload(account: &Account, picture: &Picture) -> Result<String, Error> {
    let form = Form::new().text("type", "input").text("overwrite", "true");
    let form = form::with_file(form, "image", &id::name_of(&picture.bytes), picture)?;
    let answer = queue::send(account, account.call(Method::POST, "api/upload/image").form(form)).await;
    let answer = answer.and_then(|body| wire::read_json::<serde_json::Value>(&body)).map_err(|error| error.began(Began::No))?;
    // The server may have called it otherwise.
    match (answer["name"].as_str().filter(|name| !name.is_empty()), answer["subfolder"].as_str().unwrap_or_default()) {
        (Some(name), "") => Ok(name.to_owned()),
        (Some(name), folder) => Ok(format!("{folder}/{name}")),
        (None, _) => Err(Error::new(Class::ProviderError, "the upload of a picture was answered without its name")),
    }
}
