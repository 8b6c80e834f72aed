//! The free test of an account with a vendor: whether it works, else exactly what is wrong and what to do. The page, the
//! command line and the log say it from here.

use std::time::Duration;

use providers::{Account, CallLimits, Class, Error, ImageProvider, Way};
use serde::{Deserialize, Serialize};
use url::Url;

use super::accounts::Seat;
use crate::messages;
use crate::models::catalogue::Provider;
use crate::models::locale::Locale;

/// Longest test: somebody waits for it in front of a page.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a test comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The account works.
    Ok,
    /// The vendor refuses the key.
    KeyRefused,
    /// The vendor knows the key in another region.
    OtherRegion,
    /// The account has no money or no quota.
    NoMoney,
    /// The model, or the whole interface, is not opened for the account.
    NotOpened,
    /// Whatever answers at the address is not this vendor.
    WrongAddress,
    /// The host has no address here.
    NameUnknown,
    /// The host accepts no connection.
    NoConnection,
    /// Whoever answers cannot prove to be the host.
    TlsFailed,
    /// The proxy does not let the call through.
    ProxyFailed,
    /// The host does not answer in time.
    NoAnswer,
    /// The vendor has no room for the question now.
    Busy,
    /// The vendor failed.
    VendorFailed,
}

/// What a test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it comes to.
    pub outcome: Outcome,
    /// Who answered, or the vendor's own words; never the key.
    pub detail: String,
    /// The host that was asked.
    pub host: String,
    /// The address at which the vendor knows the key, with [`Outcome::OtherRegion`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<String>,
}

/// A finding in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What is.
    pub message: String,
    /// What to do; nothing when all is well.
    pub advice: Option<String>,
    /// Who answered, the vendor's own words or the technical cause, in whatever language they came.
    pub detail: Option<String>,
}

/// Where somebody mends what a test found, so that advice names what is there.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// In the page, where address and proxy of the account are fields.
    Page,
    /// In the server's settings; the variable of the vendor's address.
    Settings(&'a str),
}

impl Place<'_> {
    /// What address and proxy are called there.
    fn names(self, locale: Locale) -> [(&'static str, String); 2] {
        match self {
            Self::Page => ["address", "proxy"].map(|field| (field, messages::plain(locale, &format!("check.field.{field}")))),
            Self::Settings(variable) => [("address", variable.to_owned()), ("proxy", "HTTPS_PROXY".to_owned())],
        }
    }
}

impl Outcome {
    /// As it is sent and stored, which is also its name among the messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::KeyRefused => "key_refused",
            Self::OtherRegion => "other_region",
            Self::NoMoney => "no_money",
            Self::NotOpened => "not_opened",
            Self::WrongAddress => "wrong_address",
            Self::NameUnknown => "name_unknown",
            Self::NoConnection => "no_connection",
            Self::TlsFailed => "tls_failed",
            Self::ProxyFailed => "proxy_failed",
            Self::NoAnswer => "no_answer",
            Self::Busy => "busy",
            Self::VendorFailed => "vendor_failed",
        }
    }

    fn of(error: &Error) -> Self {
        match (error.way, error.class) {
            (Some(Way::Name), _) => Self::NameUnknown,
            (Some(Way::Connection), _) => Self::NoConnection,
            (Some(Way::Tls), _) => Self::TlsFailed,
            (Some(Way::Proxy), _) => Self::ProxyFailed,
            (None, Class::Auth) => Self::KeyRefused,
            (None, Class::ProviderBilling) => Self::NoMoney,
            (None, Class::ModelUnavailable) => Self::NotOpened,
            (None, Class::InvalidRequest | Class::Expired | Class::EmptyResult) => Self::WrongAddress,
            (None, Class::Timeout | Class::Network) => Self::NoAnswer,
            (None, Class::RateLimited | Class::Overloaded) => Self::Busy,
            // Nothing is written in a test.
            (Some(Way::Writing) | None, _) => Self::VendorFailed,
        }
    }
}

impl Finding {
    /// Whether the account works.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.outcome == Outcome::Ok
    }

    /// Says it, with the vendor's name, the page where its keys are made and what to change where.
    #[must_use]
    pub fn words(&self, provider: &Provider, place: Place<'_>, locale: Locale) -> Words {
        let name = provider.name.get(locale);
        let [address, proxy] = place.names(locale);
        let values = [
            ("provider", name),
            ("host", &self.host),
            ("elsewhere", self.elsewhere.as_deref().unwrap_or_default()),
            ("page", provider.key_page.as_deref().unwrap_or(name)),
            (address.0, &address.1),
            (proxy.0, &proxy.1),
        ];
        let said = |part: &str| messages::find(locale, &format!("check.{}.{part}", self.outcome.as_str()));
        let filled = |part: &str| said(part).map(|_| messages::text(locale, &format!("check.{}.{part}", self.outcome.as_str()), &values));
        let detail = Some(self.detail.trim().to_owned()).filter(|detail| !detail.is_empty());
        Words { message: filled("is").unwrap_or_default(), advice: filled("do"), detail }
    }
}

/// Tests an account. Costs nothing. A refused key is tried in the vendor's other regions, which are as much the vendor's
/// own as the first: keys are made for one region, and nothing in them tells for which.
pub async fn check(provider: &Provider, seat: &Seat) -> Finding {
    let mut account = seat.account.clone();
    account.limits =
        CallLimits { api: egress::Limits { total: PATIENCE.min(account.limits.api.total), ..account.limits.api }, ..account.limits };
    let mut finding = ask(seat.adapter.as_ref(), &account).await;
    if finding.outcome != Outcome::KeyRefused {
        return finding;
    }
    let regions = provider.base_url.iter().chain(&provider.other_regions).filter_map(|text| Some((text, Url::parse(text).ok()?)));
    let regions: Vec<(&String, Url)> = regions.collect();
    if !regions.iter().any(|(_, url)| url.origin() == account.base_url.origin()) {
        return finding; // A server that the operator named: the key is for that one only.
    }
    for (text, base_url) in regions.into_iter().filter(|(_, url)| url.origin() != account.base_url.origin()) {
        if ask(seat.adapter.as_ref(), &Account { base_url, ..account.clone() }).await.is_ok() {
            (finding.outcome, finding.elsewhere) = (Outcome::OtherRegion, Some(text.clone()));
            break;
        }
    }
    finding
}

async fn ask(adapter: &dyn ImageProvider, account: &Account) -> Finding {
    let host = account.base_url.host_str().unwrap_or_default().to_owned();
    let (outcome, detail) = match adapter.check(account).await {
        Ok(answered) => (Outcome::Ok, answered),
        Err(error) => (Outcome::of(&error), error.message),
    };
    Finding { outcome, detail: account.without_key(detail), host, elsewhere: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Outcome; 13] = [
        Outcome::Ok,
        Outcome::KeyRefused,
        Outcome::OtherRegion,
        Outcome::NoMoney,
        Outcome::NotOpened,
        Outcome::WrongAddress,
        Outcome::NameUnknown,
        Outcome::NoConnection,
        Outcome::TlsFailed,
        Outcome::ProxyFailed,
        Outcome::NoAnswer,
        Outcome::Busy,
        Outcome::VendorFailed,
    ];

    #[test]
    fn every_outcome_says_what_is_and_every_fault_what_to_do() {
        let catalogue = crate::services::catalogue::Catalogue::load(std::path::Path::new("/nowhere")).unwrap();
        for (provider, outcome) in catalogue.providers.iter().flat_map(|provider| ALL.map(|outcome| (provider, outcome))) {
            for locale in [Locale::ZhCn, Locale::En] {
                let finding =
                    Finding { outcome, detail: "DETAIL".to_owned(), host: "HOST".to_owned(), elsewhere: Some("ELSEWHERE".to_owned()) };
                let words = finding.words(provider, Place::Settings("X_BASE_URL"), locale);
                let in_page = finding.words(provider, Place::Page, locale);
                assert!(!words.message.is_empty(), "{outcome:?}");
                assert_eq!(words.advice.is_some(), outcome != Outcome::Ok, "{outcome:?}");
                let unreachable = [Outcome::NameUnknown, Outcome::NoConnection, Outcome::NoAnswer].contains(&outcome);
                let advice = words.advice.unwrap_or_default();
                assert!(!unreachable || (advice.contains("HTTPS_PROXY") && advice.contains("X_BASE_URL")), "{advice}");
                assert!(!advice.contains('{') && !words.message.contains('{'), "{advice} {}", words.message);
                // Theirs may be another language than ours, and ends as they like: it stands for itself.
                assert!(!words.message.contains("DETAIL") && words.detail.as_deref() == Some("DETAIL"), "{}", words.message);
                let in_page = in_page.advice.unwrap_or_default();
                assert!(!in_page.contains("HTTPS_PROXY") && !in_page.contains("X_BASE_URL"), "{in_page}");
            }
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }

    #[test]
    fn what_cannot_be_reached_is_not_taken_for_a_refusal() {
        for (way, outcome) in [
            (Way::Name, Outcome::NameUnknown),
            (Way::Connection, Outcome::NoConnection),
            (Way::Tls, Outcome::TlsFailed),
            (Way::Proxy, Outcome::ProxyFailed),
        ] {
            assert_eq!(Outcome::of(&Error { way: Some(way), ..Error::new(Class::Network, "") }), outcome);
        }
        assert_eq!(Outcome::of(&Error::new(Class::Auth, "")), Outcome::KeyRefused);
    }
}
