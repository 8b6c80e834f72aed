//! From the colour space a file names to sRGB, the only one that leaves this crate.

use std::sync::Arc;

use image::{ColorType, DynamicImage};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace, Layout, MatrixCoefficients,
    RenderingIntent, ToneReprCurve, TransferCharacteristics, Transform8BitExecutor, TransformOptions, XyY, curve_from_gamma,
};

use crate::Error;
use crate::contained::contained;
use crate::container::Colour;

/// Levels of 255 by which a colour may move and still count as unmoved: the rounding of the many slightly
/// different profiles that all mean sRGB.
const SAME_COLOUR_LEVELS: u8 = 2;

/// The colour space of a decoded picture, ready for use. Absent when the picture already is sRGB.
pub(crate) struct Profile(ColorProfile);

impl Profile {
    /// Reads what a file says. A damaged profile, or one for another kind of picture, is treated as absent, which is
    /// what viewers do; so is one whose colours are those of sRGB.
    pub fn of(colour: &Colour<'_>, channels: DataColorSpace) -> Option<Self> {
        contained(|| Ok(Self::telling(colour, channels))).unwrap_or_default()
    }

    fn telling(colour: &Colour<'_>, channels: DataColorSpace) -> Option<Self> {
        let profile = Self(match colour {
            Colour::Srgb => None,
            Colour::Icc(icc) => ColorProfile::new_from_slice(icc).ok(),
            Colour::Cicp { primaries, transfer } => cicp(*primaries, *transfer),
            Colour::Gamma { gamma, .. } if channels == DataColorSpace::Gray => {
                Some(ColorProfile::new_gray_with_gamma(100_000.0 / *gamma as f32))
            }
            Colour::Gamma { gamma, chroma } => Some(gamma_profile(*gamma, chroma.as_ref())),
        }?);
        let works = profile.transform(layout_of(channels), Layout::Rgb).is_ok();
        let fits = works && profile.0.color_space == channels;
        (fits && !profile.is_srgb(channels)).then_some(profile)
    }

    /// Converts a row of pixels of the layout into RGB or, with alpha, RGBA.
    fn transform(&self, from: Layout, to: Layout) -> Result<Arc<Transform8BitExecutor>, Error> {
        let options = TransformOptions { rendering_intent: RenderingIntent::RelativeColorimetric, ..TransformOptions::default() };
        self.0.create_transform_8bit(from, &ColorProfile::new_srgb(), to, options).map_err(Error::corrupt)
    }

    /// Whether a grid of colours passes through unmoved.
    fn is_srgb(&self, channels: DataColorSpace) -> bool {
        const STEPS: [u8; 6] = [0, 51, 102, 153, 204, 255];
        let from: Vec<u8> = match channels {
            DataColorSpace::Gray => STEPS.to_vec(),
            DataColorSpace::Rgb => {
                STEPS.iter().flat_map(|&r| STEPS.iter().flat_map(move |&g| STEPS.iter().flat_map(move |&b| [r, g, b]))).collect()
            }
            _ => return false,
        };
        let expected: Vec<u8> = match channels {
            DataColorSpace::Gray => from.iter().flat_map(|&level| [level; 3]).collect(),
            _ => from.clone(),
        };
        let mut to = vec![0; expected.len()];
        self.transform(layout_of(channels), Layout::Rgb).is_ok_and(|transform| transform.transform(&from, &mut to).is_ok())
            && to.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) <= SAME_COLOUR_LEVELS)
    }
}

/// Turns a decoded picture into sRGB with three or four channels. Without a profile only grey is widened.
pub(crate) fn to_srgb(image: DynamicImage, profile: Option<&Profile>) -> Result<DynamicImage, Error> {
    ToSrgb::new(profile, image.color())?.convert(image)
}

/// The way from one colour space into sRGB, for pictures or strips of one kind.
pub(crate) struct ToSrgb(Option<Arc<Transform8BitExecutor>>);

impl ToSrgb {
    /// For decoded pictures of this kind of pixels.
    pub fn new(profile: Option<&Profile>, pixels: ColorType) -> Result<Self, Error> {
        let (from, to) = match pixels {
            ColorType::L8 => (Layout::Gray, Layout::Rgb),
            ColorType::Rgba8 => (Layout::Rgba, Layout::Rgba),
            _ => (Layout::Rgb, Layout::Rgb),
        };
        profile.map(|profile| profile.transform(from, to)).transpose().map(Self)
    }

    /// Converts, in place unless grey becomes colour.
    pub fn convert(&self, image: DynamicImage) -> Result<DynamicImage, Error> {
        convert(image, self.0.as_deref())
    }
}

fn convert(image: DynamicImage, transform: Option<&Transform8BitExecutor>) -> Result<DynamicImage, Error> {
    match (image, transform) {
        (DynamicImage::ImageLuma8(grey), Some(transform)) => {
            let mut rgb = image::RgbImage::new(grey.width(), grey.height());
            let width = grey.width() as usize;
            for (from, to) in grey.chunks_exact(width).zip(rgb.chunks_exact_mut(width * 3)) {
                transform.transform(from, to).map_err(Error::corrupt)?;
            }
            Ok(rgb.into())
        }
        (DynamicImage::ImageRgb8(mut rgb), Some(transform)) => {
            let row = rgb.width() as usize * 3;
            convert_rows(&mut rgb, row, transform)?;
            Ok(rgb.into())
        }
        (DynamicImage::ImageRgba8(mut rgba), Some(transform)) => {
            let row = rgba.width() as usize * 4;
            convert_rows(&mut rgba, row, transform)?;
            Ok(rgba.into())
        }
        (DynamicImage::ImageRgb8(rgb), None) => Ok(rgb.into()),
        (DynamicImage::ImageRgba8(rgba), None) => Ok(rgba.into()),
        (other, _) if other.color().has_alpha() => Ok(other.into_rgba8().into()),
        (other, _) => Ok(other.into_rgb8().into()),
    }
}

/// Row by row through one buffer, so that a large picture is never held twice.
fn convert_rows(pixels: &mut [u8], row_bytes: usize, transform: &Transform8BitExecutor) -> Result<(), Error> {
    let mut converted = vec![0; row_bytes];
    for row in pixels.chunks_exact_mut(row_bytes) {
        transform.transform(row, &mut converted).map_err(Error::corrupt)?;
        row.copy_from_slice(&converted);
    }
    Ok(())
}

/// Turns inverted CMYK, as Adobe writes it into JPEG and libjpeg hands it out (255 is no ink), into sRGB. Three bytes
/// take the place of four from the front, so that there is never a second picture.
pub(crate) fn cmyk_to_srgb(mut pixels: Vec<u8>, width: u32, height: u32, profile: Option<&Profile>) -> Result<DynamicImage, Error> {
    let row = width as usize;
    let transform = profile.map(|profile| profile.transform(Layout::Rgba, Layout::Rgb)).transpose()?;
    let mut inks = vec![0; row * 4];
    for y in 0..height as usize {
        inks.copy_from_slice(&pixels[y * row * 4..][..row * 4]);
        let to = &mut pixels[y * row * 3..][..row * 3];
        match &transform {
            Some(transform) => {
                inks.iter_mut().for_each(|ink| *ink = 255 - *ink);
                transform.transform(&inks, to).map_err(Error::corrupt)?;
            }
            None => naive_cmyk(&inks, to),
        }
    }
    pixels.truncate(row * 3 * height as usize);
    image::RgbImage::from_raw(width, height, pixels).map(Into::into).ok_or_else(|| Error::corrupt("too few pixels"))
}

/// Without a profile: each ink takes its share of light, black of all.
fn naive_cmyk(from: &[u8], to: &mut [u8]) {
    for (&[c, m, y, k], rgb) in from.as_chunks::<4>().0.iter().zip(to.as_chunks_mut::<3>().0) {
        *rgb = [c, m, y].map(|light| (u16::from(light) * u16::from(k) / 255) as u8);
    }
}

fn layout_of(channels: DataColorSpace) -> Layout {
    match channels {
        DataColorSpace::Gray => Layout::Gray,
        // Four inks travel in the four-channel layout.
        DataColorSpace::Cmyk => Layout::Rgba,
        _ => Layout::Rgb,
    }
}

fn cicp(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    Some(ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    }))
}

fn gamma_profile(gamma: u32, chroma: Option<&[u32; 8]>) -> ColorProfile {
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    if let Some(&[wx, wy, rx, ry, gx, gy, bx, by]) = chroma {
        let unit = |value: u32| f64::from(value) / 100_000.0;
        let point = |x: u32, y: u32| Chromaticity::new(unit(x) as f32, unit(y) as f32);
        profile.update_rgb_colorimetry(
            XyY::new(unit(wx), unit(wy), 1.0),
            ColorPrimaries { red: point(rx, ry), green: point(gx, gy), blue: point(bx, by) },
        );
    }
    let curve: ToneReprCurve = curve_from_gamma(100_000.0 / gamma as f32);
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    profile
}
