//! What a vendor's work costs the operator: rates of the catalogue, and amounts in millionths of a currency. Members never
//! see them.

use providers::Usage;
use serde::{Deserialize, Serialize};

/// A currency that vendors bill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "ISO 4217")]
pub enum Currency {
    Usd,
    Cny,
}

impl Currency {
    /// As it is stored, the code of ISO 4217.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Currency::Usd => "USD",
            Currency::Cny => "CNY",
        }
    }
}

/// What one of something costs, in millionths of a millionth of a currency: finer than any vendor's price of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Rate(u64);

/// A rate above this is a slip of the pen.
const MOST_OF_A_RATE: f64 = 1e6;
/// Parts that a rate and an amount are counted in.
const MILLION: f64 = 1e6;
/// From millionths of a millionth of a rate, times millionths of an amount, to millionths.
const PARTS_OF_A_MICRO: u128 = 1_000_000_000_000;
/// A cost above this is none: it leaves room for millions of them in a sum.
const MOST_MICROS: i64 = 1_000_000_000_000;

impl std::fmt::Display for Rate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0 as f64 / MILLION / MILLION)
    }
}

impl TryFrom<f64> for Rate {
    type Error = String;

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be between 0 and 10^18")]
    fn try_from(stated: f64) -> Result<Self, String> {
        if (0.0..=MOST_OF_A_RATE).contains(&stated) {
            Ok(Self((stated * MILLION * MILLION).round() as u64))
        } else {
            Err(format!("{stated} is no cost: it lies between 0 and {MOST_OF_A_RATE}"))
        }
    }
}

/// What a vendor takes for a model, `[model.vendor.cost]`, in whole units of the currency. What stands here is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// The currency.
    pub currency: Currency,
    /// For a picture.
    #[serde(default)]
    pub picture: Option<Rate>,
    /// For one of the vendor's own credits.
    #[serde(default)]
    pub credit: Option<Rate>,
    /// For a second of computing.
    #[serde(default)]
    pub second: Option<Rate>,
    /// For a megapixel made.
    #[serde(default)]
    pub megapixel: Option<Rate>,
    /// For a million tokens of words sent.
    #[serde(default)]
    pub million_text_tokens: Option<Rate>,
    /// For a million tokens of pictures sent.
    #[serde(default)]
    pub million_image_tokens: Option<Rate>,
    /// For a million tokens of what was made.
    #[serde(default)]
    pub million_output_tokens: Option<Rate>,
}

/// What a try cost the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Millionths of the currency, never negative.
    pub micros: i64,
    /// The currency.
    pub currency: Currency,
}

impl Rates {
    /// Whether any rate is stated.
    #[must_use]
    pub const fn has_any(&self) -> bool {
        let Self { currency: _, picture, credit, second, megapixel, million_text_tokens, million_image_tokens, million_output_tokens } =
            self;
        let counted = picture.is_some() || credit.is_some() || second.is_some() || megapixel.is_some();
        counted || million_text_tokens.is_some() || million_image_tokens.is_some() || million_output_tokens.is_some()
    }

    /// What a use costs. `pictures` are those that came, where the vendor does not count them itself. `None` when something
    /// that has a rate was not counted, or when the sum is absurd: what is not known is not nothing.
    #[must_use]
    pub fn cost(&self, usage: &Usage, pictures: Option<u32>) -> Option<Cost> {
        let million = |tokens: Option<u64>| tokens.map(u128::from);
        let parts = [
            (self.picture, usage.images.or(pictures).map(|pictures| whole(pictures.into()))),
            (self.credit, usage.credits.and_then(parts)),
            (self.second, usage.seconds.and_then(parts)),
            (self.megapixel, usage.output_megapixels.and_then(parts)),
            // A millionth of a million tokens is a token. Where no pictures are sent they are not counted.
            (self.million_text_tokens, million(usage.input_text_tokens)),
            (self.million_image_tokens, million(usage.input_image_tokens.or(Some(0)))),
            (self.million_output_tokens, million(usage.output_tokens)),
        ];
        let mut sum: u128 = 0;
        for (rate, amount) in parts {
            let Some(Rate(rate)) = rate else { continue };
            sum = sum.checked_add(u128::from(rate).checked_mul(amount?)?)?;
        }
        let micros = sum.checked_add(PARTS_OF_A_MICRO / 2)? / PARTS_OF_A_MICRO;
        let micros = i64::try_from(micros).ok().filter(|micros| *micros <= MOST_MICROS)?;
        self.has_any().then_some(Cost { micros, currency: self.currency })
    }
}

fn whole(amount: u64) -> u128 {
    u128::from(amount) * 1_000_000
}

/// An amount in millionths; none for what is no amount.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be between 0 and 10^12")]
fn parts(amount: f64) -> Option<u128> {
    (0.0..=MILLION).contains(&amount).then(|| (amount * MILLION).round() as u128)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rates(text: &str) -> Result<Rates, toml::de::Error> {
        toml::from_str(text)
    }

    fn micros(text: &str, usage: &Usage, pictures: Option<u32>) -> Option<i64> {
        rates(text).unwrap().cost(usage, pictures).map(|cost| cost.micros)
    }

    #[test]
    fn tokens_pictures_credits_seconds_and_megapixels_are_added_up() {
        let tokens = Usage { input_text_tokens: Some(42), input_image_tokens: Some(1000), output_tokens: Some(1056), ..Usage::default() };
        let table = "currency = 'USD'\nmillion_text_tokens = 5.0\nmillion_image_tokens = 8.0\nmillion_output_tokens = 30.0";
        assert_eq!(micros(table, &tokens, None), Some(42 * 5 + 8 * 1000 + 30 * 1056));
        assert_eq!(micros("currency = 'USD'\nmillion_text_tokens = 2.5\nmillion_output_tokens = 0", &tokens, None), Some(105));
        let counted = Usage { credits: Some(3.5), seconds: Some(0.9), output_megapixels: Some(1.05), ..Usage::default() };
        let table = "currency = 'CNY'\npicture = 0.2\ncredit = 0.01\nsecond = 0.001\nmegapixel = 0.1";
        assert_eq!(micros(table, &counted, Some(2)), Some(400_000 + 35_000 + 900 + 105_000));
        assert_eq!(micros("currency = 'USD'\npicture = 0.0336", &Usage { images: Some(1), ..Usage::default() }, Some(4)), Some(33_600));
    }

    #[test]
    fn what_was_not_counted_is_unknown_and_not_free() {
        for table in ["picture = 1", "credit = 1", "second = 1", "megapixel = 1", "million_output_tokens = 1"] {
            assert_eq!(micros(&format!("currency = 'USD'\n{table}"), &Usage::default(), None), None, "{table}");
        }
        assert_eq!(micros("currency = 'USD'", &Usage::default(), Some(1)), None);
        assert_eq!(micros("currency = 'USD'\npicture = 0", &Usage::default(), Some(1)), Some(0));
    }

    #[test]
    fn a_rate_is_a_number_that_can_be_one() {
        for wrong in ["-0.01", "nan", "inf", "1e7"] {
            assert!(rates(&format!("currency = 'USD'\npicture = {wrong}")).is_err(), "{wrong}");
        }
        assert!(rates("currency = 'EUR'\npicture = 1").is_err());
        assert!(rates("currency = 'USD'\nper_picture = 1").is_err());
    }

    fn any_usage() -> impl Strategy<Value = Usage> {
        let tokens = || proptest::option::of(any::<u64>());
        let amount = || proptest::option::of(any::<f64>());
        (proptest::option::of(any::<u32>()), tokens(), tokens(), tokens(), amount(), amount(), amount()).prop_map(
            |(images, input_text_tokens, input_image_tokens, output_tokens, credits, seconds, output_megapixels)| Usage {
                images,
                input_text_tokens,
                input_image_tokens,
                output_tokens,
                credits,
                seconds,
                output_megapixels,
                ..Usage::default()
            },
        )
    }

    fn any_rates() -> impl Strategy<Value = Rates> {
        let rate = || proptest::option::of((0.0..=MOST_OF_A_RATE).prop_map(|stated| Rate::try_from(stated).unwrap()));
        (rate(), rate(), rate(), rate(), rate(), rate(), rate()).prop_map(
            |(picture, credit, second, megapixel, million_text_tokens, million_image_tokens, million_output_tokens)| Rates {
                currency: Currency::Usd,
                picture,
                credit,
                second,
                megapixel,
                million_text_tokens,
                million_image_tokens,
                million_output_tokens,
            },
        )
    }

    proptest! {
        #[test]
        fn a_cost_follows_from_usage_and_rates_is_never_negative_and_sums_fit(
            rates in any_rates(), usage in any_usage(), pictures in proptest::option::of(any::<u32>())
        ) {
            let cost = rates.cost(&usage, pictures);
            prop_assert_eq!(cost, rates.cost(&usage, pictures));
            if let Some(Cost { micros, .. }) = cost {
                prop_assert!((0..=MOST_MICROS).contains(&micros));
                // A thousand a day for twenty years.
                prop_assert!(micros.checked_mul(1000 * 365 * 20).is_some());
            }
        }
    }
}
