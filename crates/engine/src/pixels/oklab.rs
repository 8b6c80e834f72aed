//! Oklab (Björn Ottosson, 2020, <https://bottosson.github.io/posts/oklab/>): lightness and two colour axes in which
//! equal steps look equal, so mixing two pictures there neither greys nor darkens.

use std::sync::LazyLock;

/// Lightness 0 to 1 and the green-red and blue-yellow axes.
#[derive(Clone, Copy)]
pub(crate) struct Oklab {
    pub l: f32,
    pub a: f32,
    pub b: f32,
}

/// Linear light of each 8-bit sRGB value.
static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|value| {
        let value = value as f32 / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
});

/// 8-bit sRGB value of linear light in steps of 1/4095 of its square root, fine enough to give back every value.
static ENCODED: LazyLock<[u8; 4096]> = LazyLock::new(|| {
    std::array::from_fn(|root| {
        let light = (root as f32 / 4095.0).powi(2);
        let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
        (value * 255.0 + 0.5) as u8
    })
});

impl Oklab {
    pub fn from_srgb(pixel: [u8; 3]) -> Self {
        let [r, g, b] = pixel.map(|value| LINEAR[usize::from(value)]);
        let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        Self {
            l: 0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            a: 1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            b: 0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        }
    }

    /// Linear light, which may lie outside 0 to 1 for colours that sRGB cannot show.
    fn to_linear(self) -> [f32; 3] {
        let l = (self.l + 0.396_337_78 * self.a + 0.215_803_76 * self.b).powi(3);
        let m = (self.l - 0.105_561_346 * self.a - 0.063_854_17 * self.b).powi(3);
        let s = (self.l - 0.089_484_18 * self.a - 1.291_485_5 * self.b).powi(3);
        [
            4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
            -1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s,
            -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
        ]
    }

    /// The nearest colour that a screen can show: same lightness and hue, as much of the chroma as fits.
    pub fn to_srgb(self) -> [u8; 3] {
        let fits = |linear: &[f32; 3]| linear.iter().all(|light| (-0.002..=1.002).contains(light));
        let mut linear = self.to_linear();
        if !fits(&linear) {
            let (mut low, mut high) = (0.0, 1.0);
            // Six halvings place the chroma to a sixty-fourth, below what 8 bits show.
            for _ in 0..6 {
                let middle = (low + high) / 2.0;
                linear = Self { l: self.l, a: self.a * middle, b: self.b * middle }.to_linear();
                if fits(&linear) { low = middle } else { high = middle }
            }
            linear = Self { l: self.l, a: self.a * low, b: self.b * low }.to_linear();
        }
        linear.map(|light| ENCODED[(light.clamp(0.0, 1.0).sqrt() * 4095.0 + 0.5) as usize])
    }

    /// The colour `share` of the way to another one.
    pub fn towards(self, other: Self, share: f32) -> Self {
        let mix = |from: f32, to: f32| from + (to - from) * share;
        Self { l: mix(self.l, other.l), a: mix(self.a, other.a), b: mix(self.b, other.b) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_back_exactly() {
        for r in (0..=255).step_by(5) {
            for g in (0..=255).step_by(5) {
                for b in (0..=255).step_by(5) {
                    assert_eq!(Oklab::from_srgb([r, g, b]).to_srgb(), [r, g, b]);
                }
            }
        }
    }
}
