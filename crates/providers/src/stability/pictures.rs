//! The form: fields as text parts, pictures as files.

use std::borrow::Cow;

use egress::Form;
use serde_json::{Map, Value};

use super::fields::{needed, unsupported};
use super::operations::{Operation, Role};
use crate::error::{Class, Error};
use crate::form;
use crate::mask::{MaskForm, mask};
use crate::request::{ImageRequest, Picture};

/// The vendor takes 10 MiB. What is larger would be refused with 413 while it is still being sent, which looks like a
/// broken connection, so it is refused here. 64 KiB are for words and the heads of the parts.
const PICTURES_BYTES: usize = (10 << 20) - (64 << 10);

/// The form of a request. Even without a file it is one: the vendor takes nothing else.
///
/// # Errors
/// [`Class::InvalidRequest`] for pictures that the operation does not take, or lacks, or that are too large together.
pub async fn form(operation: &Operation, request: &ImageRequest, fields: &Map<String, Value>) -> Result<Form, Error> {
    check(operation, request)?;
    let mut form = form::of(fields);
    let mut size_bytes = 0;
    for (role, field) in operation.pictures {
        let picture = match role {
            Role::First => request.images.first().map(Cow::Borrowed),
            Role::Style => request.style_image.as_ref().map(Cow::Borrowed),
            Role::Reference => request.references.first().map(Cow::Borrowed),
            Role::Mask => mask(request, MaskForm::White).await?.map(Cow::<Picture>::Owned),
        };
        if let Some(picture) = picture {
            size_bytes += picture.bytes.len();
            form = form::with_file(form, field, field, &picture)?;
        }
    }
    if size_bytes > PICTURES_BYTES {
        return Err(Error::new(Class::InvalidRequest, "the pictures are larger than 10 MiB together"));
    }
    Ok(form)
}

/// As many pictures of each kind as the operation takes.
fn check(operation: &Operation, request: &ImageRequest) -> Result<(), Error> {
    let given = [
        (Role::First, request.images.len()),
        (Role::Style, usize::from(request.style_image.is_some())),
        (Role::Reference, request.references.len()),
        (Role::Mask, usize::from(request.mask.is_some())),
    ];
    for (role, count) in given {
        let taken = operation.pictures.iter().any(|(known, _)| *known == role);
        if count > usize::from(taken) {
            return Err(unsupported(operation, &format!("{count} pictures as {role:?}")));
        }
        if taken && count == 0 && role != Role::Reference {
            return Err(needed(operation, &format!("a picture as {role:?}")));
        }
    }
    Ok(())
}
