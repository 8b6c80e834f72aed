//! Standard Webhooks: an HMAC over id, time and body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::prediction;
use crate::hooks::{Letter, Sealed, Signing};
use crate::shop::{Shop, now};
use crate::tasks::Task;

const KEY: &[u8] = b"replicate-webhook-key-of-a-fake!";

/// The account's secret, as the vendor writes it.
pub(crate) fn secret() -> String {
    format!("whsec_{}", STANDARD.encode(KEY))
}

pub(crate) fn seal(shop: &Shop, task: &Task, letter: &Letter) -> Sealed {
    let body = prediction::told(shop, task, letter.news).to_string();
    let message = format!("{}.{}.{body}", letter.delivery_id, letter.timestamp);
    let mut headers = vec![("webhook-id", letter.delivery_id.clone()), ("webhook-timestamp", letter.timestamp.to_string())];
    let signature = match letter.signing {
        Signing::Right => Some(sign(KEY, &message)),
        Signing::EmptyKey => Some(sign(b"", &message)),
        Signing::Wrong => Some(sign(b"another key", &message)),
        Signing::Missing => None,
    };
    headers.extend(signature.map(|signature| ("webhook-signature", format!("v1,{signature}"))));
    (headers, body.into_bytes())
}

fn sign(key: &[u8], message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The time now as the vendor writes it.
pub(super) fn stamp() -> String {
    let seconds = now();
    let (days, second) = (i64::try_from(seconds / 86_400).unwrap_or(0), seconds % 86_400);
    // Days since 1970 to a date, after Howard Hinnant's civil_from_days.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}
