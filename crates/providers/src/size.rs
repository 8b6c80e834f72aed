//! Sizes: what a model makes, and the nearest of it to what was asked for.

use serde::{Deserialize, Serialize};

/// A size that a model makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Pixels. For a vendor that takes only a ratio, what it is expected to make.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The ratio as the vendor writes it, `16:9`, where the rule has ratios.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<String>,
    /// `1k`, `2k` or `4k`, where the rule has tiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
}

impl Size {
    /// The shape as `16:9`: the rule's own words, or else the pixels in lowest terms.
    #[must_use]
    pub fn shape(&self) -> String {
        if let Some(ratio) = &self.ratio {
            return ratio.clone();
        }
        let (mut divisor, mut rest) = (self.width, self.height);
        while rest > 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        let divisor = divisor.max(1);
        format!("{}:{}", self.width / divisor, self.height / divisor)
    }
}

/// What was asked for. Nothing at all is the model's own default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Pixels, both or none.
    pub pixels: Option<(u32, u32)>,
    /// `16:9`.
    pub ratio: Option<String>,
    /// `1k`, `2k` or `4k`.
    pub tier: Option<String>,
}

/// Which sizes a model makes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SizeRule {
    /// Those of a list, the default first: `["1024x1024", "1536x1024"]`.
    Fixed {
        /// `WIDTHxHEIGHT` each.
        sizes: Vec<String>,
    },
    /// Any within limits.
    Free(Free),
    /// A ratio and perhaps a tier; the vendor chooses the pixels.
    Ratio {
        /// The ratios, the default first: `["1:1", "16:9"]`.
        ratios: Vec<String>,
        /// The tiers, the default first; none where there is only one.
        #[serde(default)]
        tiers: Vec<String>,
        /// Pixels it makes at the first tier, about.
        pixels: u64,
    },
}

/// The limits of sizes that are otherwise free.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Free {
    /// Both sides are multiples of it.
    pub multiple_of: u32,
    /// Shortest side.
    pub min_side: u32,
    /// Longest side.
    pub max_side: u32,
    /// Fewest pixels.
    #[serde(default)]
    pub min_pixels: u64,
    /// Most pixels.
    pub max_pixels: u64,
    /// Long side over short side at most.
    #[serde(default = "any_aspect")]
    pub max_aspect: f64,
    /// The side of the square made when nothing was asked.
    pub default_side: u32,
}

const fn any_aspect() -> f64 {
    f64::MAX
}

/// Reads `1024x768` or `1024*768`.
#[must_use]
pub fn parse_pixels(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(['x', '*', 'X'])?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

/// Reads `16:9` as a number.
#[must_use]
pub fn parse_ratio(text: &str) -> Option<f64> {
    let (width, height) = text.split_once(':')?;
    let (width, height): (f64, f64) = (width.parse().ok()?, height.parse().ok()?);
    (width > 0.0 && height > 0.0).then_some(width / height)
}

/// Side of a square of a tier.
fn tier_side(tier: &str) -> Option<f64> {
    match tier {
        "1k" => Some(1024.0),
        "2k" => Some(2048.0),
        "3k" => Some(3072.0),
        "4k" => Some(4096.0),
        _ => None,
    }
}

impl Wanted {
    fn aspect(&self) -> Option<f64> {
        let of_pixels = self.pixels.map(|(width, height)| f64::from(width.max(1)) / f64::from(height.max(1)));
        of_pixels.or_else(|| parse_ratio(self.ratio.as_deref()?))
    }

    fn area(&self) -> Option<f64> {
        let of_pixels = self.pixels.map(|(width, height)| f64::from(width) * f64::from(height));
        of_pixels.or_else(|| tier_side(self.tier.as_deref()?).map(|side| side * side))
    }
}

impl SizeRule {
    /// The size of this rule that comes nearest: first in shape, then in area. `None` for a rule without sizes,
    /// which the catalogue refuses when it is read.
    #[must_use]
    pub fn resolve(&self, wanted: &Wanted) -> Option<Size> {
        match self {
            Self::Fixed { sizes } => fixed(sizes, wanted),
            Self::Free(free) => Some(free.resolve(wanted)),
            Self::Ratio { ratios, tiers, pixels } => by_ratio(ratios, tiers, *pixels, wanted),
        }
    }
}

impl Free {
    /// The size within limits that comes nearest: shape first, then as many pixels as asked for and allowed.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sides are between the limits of the rule")]
    fn resolve(&self, wanted: &Wanted) -> Size {
        let Self { multiple_of, min_side, max_side, min_pixels, max_pixels, max_aspect, default_side } = *self;
        let aspect = wanted.aspect().unwrap_or(1.0).clamp(1.0 / max_aspect, max_aspect);
        let own = f64::from(default_side) * f64::from(default_side);
        let area = wanted.area().unwrap_or(own).clamp(min_pixels as f64, max_pixels as f64);
        let step = f64::from(multiple_of.max(1));
        let side = |length: f64| (length / step).round() * step;
        let bounded = |length: f64| length.clamp(f64::from(min_side), f64::from(max_side));
        let (mut width, mut height) = (side(bounded((area * aspect).sqrt())), side(bounded((area / aspect).sqrt())));
        // Rounding up may pass the area, rounding down may miss it: at most one step on each side.
        while width * height > max_pixels as f64 && width.max(height) > step {
            if width >= height { width -= step } else { height -= step }
        }
        while width * height < min_pixels as f64 && width.max(height) + step <= f64::from(max_side) {
            if width <= height { width += step } else { height += step }
        }
        Size { width: width as u32, height: height as u32, ratio: None, tier: None }
    }
}

fn fixed(sizes: &[String], wanted: &Wanted) -> Option<Size> {
    let known = sizes.iter().filter_map(|text| parse_pixels(text));
    let (aspect, area) = (wanted.aspect(), wanted.area());
    let (width, height) = match (aspect, area) {
        (None, None) => known.into_iter().next(),
        _ => known.min_by(|left, right| distance(*left, aspect, area).total_cmp(&distance(*right, aspect, area))),
    }?;
    Some(Size { width, height, ratio: None, tier: None })
}

/// How far a size is from what was asked; a difference in shape weighs far more than one in area.
fn distance((width, height): (u32, u32), aspect: Option<f64>, area: Option<f64>) -> f64 {
    let (width, height) = (f64::from(width), f64::from(height));
    let shape = aspect.map_or(0.0, |aspect| (width / height / aspect).ln().abs());
    let size = area.map_or(0.0, |area| (width * height / area).ln().abs());
    shape * 1000.0 + size
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a side of at most some thousand pixels")]
fn by_ratio(ratios: &[String], tiers: &[String], pixels: u64, wanted: &Wanted) -> Option<Size> {
    let far = |text: &String| match (parse_ratio(text), wanted.aspect()) {
        (Some(ratio), Some(aspect)) => (ratio / aspect).ln().abs(),
        _ => 0.0, // nothing asked: the first of the list
    };
    let ratio = ratios.iter().min_by(|left, right| far(left).total_cmp(&far(right)))?;
    let first = tiers.first().and_then(|tier| tier_side(tier));
    let far = |tier: &String| match (tier_side(tier), wanted.area()) {
        (Some(side), Some(area)) => (side * side / area).ln().abs(),
        _ => 0.0,
    };
    let tier = tiers.iter().min_by(|left, right| far(left).total_cmp(&far(right)));
    let larger = tier.and_then(|tier| Some(tier_side(tier)? / first?)).unwrap_or(1.0);
    let area = pixels as f64 * larger * larger;
    let shape = parse_ratio(ratio)?;
    let (width, height) = ((area * shape).sqrt().round(), (area / shape).sqrt().round());
    Some(Size { width: width as u32, height: height as u32, ratio: Some(ratio.clone()), tier: tier.cloned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(width: u32, height: u32) -> Wanted {
        Wanted { pixels: Some((width, height)), ..Wanted::default() }
    }

    #[test]
    fn the_nearest_shape_of_a_list_wins_and_nothing_asked_is_the_first() {
        let rule = SizeRule::Fixed { sizes: vec!["1024x1024".to_owned(), "1536x1024".to_owned(), "1024x1536".to_owned()] };
        let size = |wanted| rule.resolve(&wanted).map(|size| (size.width, size.height));
        assert_eq!(size(Wanted::default()), Some((1024, 1024)));
        assert_eq!(size(pixels(1920, 1080)), Some((1536, 1024)));
        assert_eq!(size(Wanted { ratio: Some("9:16".to_owned()), ..Wanted::default() }), Some((1024, 1536)));
    }

    #[test]
    fn free_sizes_keep_every_limit() {
        let rule = SizeRule::Free(Free {
            multiple_of: 16,
            min_side: 256,
            max_side: 3840,
            min_pixels: 655_360,
            max_pixels: 8_294_400,
            max_aspect: 3.0,
            default_side: 1024,
        });
        for (width, height) in [(1, 1), (100, 100), (1000, 1000), (5000, 300), (300, 5000), (4096, 4096), (1920, 1081), (u32::MAX, 1)] {
            let size = rule.resolve(&pixels(width, height)).unwrap();
            let area = u64::from(size.width) * u64::from(size.height);
            assert!(size.width.is_multiple_of(16) && size.height.is_multiple_of(16), "{size:?}");
            assert!((655_360..=8_294_400).contains(&area), "{width}x{height} -> {size:?}");
            assert!(size.width.max(size.height) <= 3840 && size.width.min(size.height) >= 256, "{size:?}");
        }
        let size = rule.resolve(&Wanted::default()).unwrap();
        assert_eq!((size.width, size.height), (1024, 1024));
    }

    #[test]
    fn a_shape_is_the_ratio_or_the_pixels_in_lowest_terms() {
        let size = |width, height, ratio: Option<&str>| Size { width, height, ratio: ratio.map(str::to_owned), tier: None };
        assert_eq!(size(1568, 672, Some("21:9")).shape(), "21:9");
        assert_eq!((size(1024, 1024, None).shape().as_str(), size(1920, 1080, None).shape().as_str()), ("1:1", "16:9"));
        assert_eq!(size(0, 0, None).shape(), "0:0");
    }

    #[test]
    fn a_ratio_rule_answers_in_the_vendors_words() {
        let rule = SizeRule::Ratio {
            ratios: vec!["1:1".to_owned(), "16:9".to_owned(), "9:16".to_owned()],
            tiers: vec!["1k".to_owned(), "2k".to_owned()],
            pixels: 1 << 20,
        };
        let size = rule.resolve(&pixels(1920, 1080)).unwrap();
        assert_eq!((size.ratio.as_deref(), size.tier.as_deref()), (Some("16:9"), Some("1k")));
        let size = rule.resolve(&pixels(2048, 2048)).unwrap();
        assert_eq!((size.width, size.ratio.as_deref(), size.tier.as_deref()), (2048, Some("1:1"), Some("2k")));
        let size = rule.resolve(&Wanted::default()).unwrap();
        assert_eq!((size.ratio.as_deref(), size.tier.as_deref()), (Some("1:1"), Some("1k")));
    }
}
