//! A task's pictures as they are sent to a vendor: no larger than the model takes, and a mask in the one form that all
//! adapters know.

use std::io::Cursor;

use bytes::Bytes;
use imaging::Format;
use imaging::image::imageops::FilterType;
use imaging::image::{DynamicImage, GrayImage, ImageFormat, Luma};
use providers::Picture;

use super::request::Wish;
use crate::database::files::FileRow;
use crate::error::Code;
use crate::jobs::run_task::{Halt, Shift, pictures};
use crate::models::catalogue::VendorModel;
use crate::services::ai::results::result_limits;

/// A picture larger than this is made smaller before it is sent: no model sees more, and vendors refuse what is far larger.
const LONGEST_SIDE: u32 = 4096;
/// Bytes of a file above which it is encoded anew.
const MOST_BYTES: i64 = 16 << 20;
/// Quality of a picture that is encoded anew.
const QUALITY: u8 = 92;

/// A stored picture as it is sent: upright and without camera data it is already.
pub async fn picture(shift: &Shift<'_>, vendor: &VendorModel, row: &FileRow) -> Result<Picture, Halt> {
    let bytes = pictures::read(shift.app, row).await?;
    let (width, height) = (row.width.unsigned_abs(), row.height.unsigned_abs());
    let side = longest_side(vendor, width, height);
    let format = Format::from_mime(&row.mime).filter(|format| *format != Format::Gif);
    match format {
        Some(format) if row.size_bytes <= MOST_BYTES && width.max(height) <= side => {
            Ok(Picture { bytes, mime: format.mime(), width, height })
        }
        _ => smaller(shift, bytes, side).await,
    }
}

/// The longest side that a picture of this shape may have.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the longest side that there is")]
fn longest_side(vendor: &VendorModel, width: u32, height: u32) -> u32 {
    let longest = LONGEST_SIDE.min(vendor.max_input_side.unwrap_or(LONGEST_SIDE));
    let pixels = f64::from(width) * f64::from(height);
    let Some(most) = vendor.max_input_pixels.map(|most| most as f64).filter(|most| pixels > *most) else { return longest };
    // Rounded down: the other side may be rounded up.
    let side = f64::from(width.max(height)) * (most / pixels).sqrt() - 1.0;
    longest.min(side.max(1.0) as u32)
}

async fn smaller(shift: &Shift<'_>, bytes: Bytes, side: u32) -> Result<Picture, Halt> {
    let limits = result_limits();
    let memory = imaging::inspect(&bytes, &limits).map_or(0, |header| imaging::memory_estimate(&header, bytes.len() as u64));
    let shrink = move || {
        let image = imaging::shrink(&bytes, side, &limits)?;
        let format = if image.color().has_alpha() { Format::Png } else { Format::Jpeg };
        let bytes = imaging::encode(&image, format, QUALITY)?;
        Ok(Picture { bytes: bytes.into(), mime: format.mime(), width: image.width(), height: image.height() })
    };
    let shrunk: Result<Picture, imaging::Error> = shift.app.decode_budget.run(memory, shrink).await?;
    shrunk.map_err(|error| Halt::Failed(Code::FileCorrupt, error.to_string()))
}

/// A picture that a parameter names, when it names one.
pub async fn named(shift: &Shift<'_>, vendor: &VendorModel, wish: &Wish, name: &str) -> Result<Option<Picture>, Halt> {
    match wish.named(name)? {
        Some(row) => picture(shift, vendor, row).await.map(Some),
        None => Ok(None),
    }
}

/// The mask, when the task has one: as large as `first` is sent, 8-bit grey, white where something may change. Colours count
/// by their brightness, and what is transparent is black.
pub async fn mask(shift: &Shift<'_>, wish: &Wish, first: Option<&Picture>) -> Result<Option<Picture>, Halt> {
    let (Some(row), Some(first)) = (wish.named("mask")?, first) else { return Ok(None) };
    let bytes = pictures::read(shift.app, row).await?;
    let limits = result_limits();
    let memory = imaging::inspect(&bytes, &limits).map_or(0, |header| imaging::memory_estimate(&header, bytes.len() as u64));
    let size = (first.width, first.height);
    let draw = move || {
        let grey = grey(&imaging::decode(&bytes, &limits)?, size);
        let mut file = Cursor::new(Vec::new());
        grey.write_to(&mut file, ImageFormat::Png).map_err(|error| imaging::Error::Encode { detail: error.to_string() })?;
        Ok(Picture { bytes: file.into_inner().into(), mime: Format::Png.mime(), width: size.0, height: size.1 })
    };
    let drawn: Result<Picture, imaging::Error> = shift.app.decode_budget.run(memory, draw).await?;
    drawn.map(Some).map_err(|error| Halt::Failed(Code::FileCorrupt, error.to_string()))
}

fn grey(mask: &DynamicImage, size: (u32, u32)) -> GrayImage {
    let levels = mask.to_luma_alpha8();
    let seen = |x, y| {
        let [level, alpha] = levels.get_pixel(x, y).0.map(u16::from);
        Luma([u8::try_from(level * alpha / 255).unwrap_or(u8::MAX)])
    };
    let grey = GrayImage::from_fn(levels.width(), levels.height(), seen);
    if grey.dimensions() == size { grey } else { imaging::image::imageops::resize(&grey, size.0, size.1, FilterType::Triangle) }
}

#[cfg(test)]
mod tests {
    use imaging::image::RgbaImage;

    use super::*;

    #[test]
    fn a_mask_is_brightness_seen_through_its_transparency() {
        let pixels = vec![255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 255, 128, 128, 128, 255];
        let mask = DynamicImage::ImageRgba8(RgbaImage::from_raw(4, 1, pixels).unwrap());
        assert_eq!(grey(&mask, (4, 1)).into_raw(), [255, 0, 0, 128]);
        assert_eq!(grey(&mask, (2, 1)).dimensions(), (2, 1));
    }

    #[test]
    fn a_picture_is_made_as_small_as_the_model_takes() {
        let model = |limits: &str| -> VendorModel { toml::from_str(&format!("wire_id = 'x'\nseconds = 1\n{limits}")).unwrap() };
        assert_eq!(longest_side(&model(""), 8000, 100), LONGEST_SIDE);
        assert_eq!(longest_side(&model("max_input_side = 1536"), 8000, 100), 1536);
        let side = longest_side(&model("max_input_pixels = 1000000"), 4000, 3000);
        assert!((1100..=1154).contains(&side), "{side}");
        assert_eq!(longest_side(&model("max_input_pixels = 1000000"), 1000, 1000), LONGEST_SIDE);
    }
}
