//! Packs of credits that are for sale.

use serde::{Deserialize, Serialize};

use super::catalogue::Localized;

/// A pack of credits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Stable name, kept with each payment.
    pub id: String,
    /// What people call it.
    pub name: Localized,
    /// Its price in the currency's smallest unit: 990 is 9.90 yuan, 990 yen are 990.
    pub price: i64,
    /// The currency.
    pub currency: Currency,
    /// Credits that it gives.
    pub credits: i64,
    /// Further credits as a present.
    #[serde(default)]
    pub bonus: i64,
}

impl Pack {
    /// All the credits that it gives.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.credits.saturating_add(self.bonus)
    }
}

/// A currency, with the places behind its point as the gateway counts them. ISO 4217 and what browsers know agree for these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    /// As ISO 4217 writes it.
    pub code: &'static str,
    /// Places behind the point.
    pub decimals: u8,
}

const CURRENCIES: [Currency; 18] = [
    Currency { code: "CNY", decimals: 2 },
    Currency { code: "USD", decimals: 2 },
    Currency { code: "EUR", decimals: 2 },
    Currency { code: "GBP", decimals: 2 },
    Currency { code: "HKD", decimals: 2 },
    Currency { code: "MOP", decimals: 2 },
    Currency { code: "TWD", decimals: 2 },
    Currency { code: "SGD", decimals: 2 },
    Currency { code: "MYR", decimals: 2 },
    Currency { code: "THB", decimals: 2 },
    Currency { code: "AUD", decimals: 2 },
    Currency { code: "NZD", decimals: 2 },
    Currency { code: "CAD", decimals: 2 },
    Currency { code: "CHF", decimals: 2 },
    Currency { code: "SEK", decimals: 2 },
    Currency { code: "JPY", decimals: 0 },
    Currency { code: "KRW", decimals: 0 },
    Currency { code: "VND", decimals: 0 },
];

impl Currency {
    /// The currency of a code, in whatever case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        CURRENCIES.into_iter().find(|currency| currency.code.eq_ignore_ascii_case(code))
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| {
            let known: Vec<&str> = CURRENCIES.iter().map(|currency| currency.code).collect();
            serde::de::Error::custom(format!("{code} is not one of the currencies {}", known.join(", ")))
        })
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}
