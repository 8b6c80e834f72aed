//! Where a request is asked about. The vendor gives an address on whichever of its hosts works on it, and other hosts
//! do not know the request; but the key goes to no host of somebody else.

use egress::{Call, Reach};
use http::Method;
use url::Url;

use crate::account::Account;
use crate::error::{Began, Class, Error};
use crate::provider::Handle;

/// Everything under it is the vendor's: pollers come up on hosts that no document lists.
const DOMAIN: &str = "bfl.ai";

/// The address as a link that the key may follow; none when it leads elsewhere.
pub fn trusted(account: &Account, link: &str) -> Option<Url> {
    let url = Url::parse(link).ok()?;
    let (host, own) = (url.host_str()?, account.base_url.host_str()?);
    let is_tls = url.scheme() == "https";
    let on_own_host = host == own && (is_tls || url.scheme() == account.base_url.scheme());
    let of_vendor = is_tls && is_of_vendor(own) && is_of_vendor(host);
    (on_own_host || of_vendor).then_some(url)
}

/// The question how a request stands, without the key.
///
/// # Errors
/// [`Class::ProviderError`], [`Began::Lost`] when its link does not belong to the account.
pub fn status_call(account: &Account, handle: &Handle) -> Result<Call, Error> {
    let call = account.call(Method::GET, "v1/get_result");
    let Some(link) = &handle.status_url else {
        // With a webhook asked for, the vendor may leave the link out. Then the host that took the request knows it.
        let mut call = call;
        call.url.query_pairs_mut().append_pair("id", &handle.id);
        return Ok(call);
    };
    let elsewhere = || Error::new(Class::ProviderError, "the link to the state is not on the account's hosts").began(Began::Lost);
    let url = trusted(account, link).ok_or_else(elsewhere)?;
    let reach = if url.host() == account.base_url.host() { Reach::Configured } else { Reach::Public };
    Ok(Call { url, ..call.reach(reach) })
}

fn is_of_vendor(host: &str) -> bool {
    host.strip_suffix(DOMAIN).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use egress::{Egress, Options, Route};

    use super::*;
    use crate::account::CallLimits;

    fn account(base_url: &str) -> Account {
        Account {
            id: "test".to_owned(),
            base_url: base_url.parse().unwrap(),
            key: None,
            webhook_secret: None,
            webhook_keys_url: None,
            callback: None,
            egress: Egress::new(Options::new("test")).unwrap(),
            route: Route::Direct,
            limits: CallLimits::default(),
        }
    }

    #[test]
    fn the_key_follows_links_of_the_vendor_only() {
        let vendor = account("https://api.bfl.ai");
        for link in
            ["https://api.us1.bfl.ai/v1/get_result?id=1", "https://gateway.bfl.ai/x", "https://bfl.ai/x", "https://api.bfl.ai:8443/x"]
        {
            assert!(trusted(&vendor, link).is_some(), "{link}");
        }
        for link in [
            "http://api.bfl.ai/x",
            "http://api.us1.bfl.ai/x",
            "https://evilbfl.ai/x",
            "https://bfl.ai.example.com/x",
            "https://example.com/bfl.ai",
            "https://bfl.ai@example.com/x",
            "https://127.0.0.1/x",
            "file:///etc/passwd",
            "v1/get_result",
        ] {
            assert!(trusted(&vendor, link).is_none(), "{link}");
        }
    }

    #[test]
    fn behind_another_address_only_its_own_host_is_trusted() {
        let gateway = account("http://gateway.internal:8080/bfl");
        assert!(trusted(&gateway, "http://gateway.internal:9090/v1/get_result?id=1").is_some());
        for link in ["https://api.bfl.ai/x", "http://other.internal/x", "ftp://gateway.internal/x"] {
            assert!(trusted(&gateway, link).is_none(), "{link}");
        }
    }

    #[test]
    fn without_a_link_the_host_that_took_it_is_asked() {
        let account = account("https://api.eu.bfl.ai");
        let url = status_call(&account, &Handle::id("a&b=c")).unwrap().url;
        assert_eq!(url.as_str(), "https://api.eu.bfl.ai/v1/get_result?id=a%26b%3Dc");
        let handle = Handle { status_url: Some("https://example.com/x".to_owned()), ..Handle::id("1") };
        let error = status_call(&account, &handle).unwrap_err();
        assert_eq!((error.class, error.began), (Class::ProviderError, Began::Lost));
    }
}
