//! Addresses of this server and of others. They are normalised once, without a trailing slash, so that a link
//! is made by appending a path and two addresses of one place compare as equal.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use super::problem::Complaint;
use super::text::Text;

/// An `http` or `https` address that paths are appended to. Its text never ends in a slash.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    text: String,
}

impl BaseUrl {
    /// Reads an address; it may have a path. Scheme and host are lower-cased, a default port is dropped.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let without_scheme = || {
            let reason = Text::new("must begin with http:// or https://", "必须以 http:// 或 https:// 开头");
            Complaint::suggest(reason, with_scheme(text))
        };
        let url = match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => return Err(without_scheme()),
            Err(error) => {
                let reason = Text::new(format!("is not a web address ({error})"), format!("不是有效的网址（{error}）"));
                return Err(Complaint::suggest(reason, EXAMPLE));
            }
        };
        let only_place = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        if !only_place {
            let reason = Text::new("must not contain a user name, a password, ? or #", "不能包含用户名、密码、? 或 #");
            return Err(Complaint::suggest(reason, url.origin().ascii_serialization()));
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, text })
    }

    /// Reads the address of a whole host, without a path: browsers tell sites apart by scheme, host and port.
    pub fn parse_origin(text: &str) -> Result<Self, Complaint> {
        let address = Self::parse(text)?;
        let origin = address.url.origin().ascii_serialization();
        if address.text == origin {
            return Ok(address);
        }
        let reason = Text::new("must not contain a path", "不能包含路径");
        Err(Complaint::suggest(reason, origin))
    }

    /// The address without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the connection is encrypted, which decides the `Secure` mark of cookies.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host as a browser sends it, without port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether it is an address of a house: nobody outside reaches it.
    #[must_use]
    pub fn is_private(&self) -> bool {
        match self.url.host() {
            Some(Host::Ipv4(address)) => is_private(address.into()),
            Some(Host::Ipv6(address)) => is_private(address.into()),
            Some(Host::Domain(_)) | None => false,
        }
    }

    /// Whether only this machine can mean itself by it.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
            None => false,
        }
    }
}

/// Whether an address is one of a house: private (RFC 1918), unique local (RFC 4193) or of one link.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// An address to suggest where none is understood.
const EXAMPLE: &str = "https://studio.example.com";

/// The address that was meant by one without its scheme, as far as it is none of a secret.
fn with_scheme(text: &str) -> String {
    let place = text.split_once("://").map_or(text, |(_, place)| place).trim_start_matches('/');
    let meant = Url::parse(&format!("https://{place}")).ok();
    meant.map_or_else(|| EXAMPLE.to_owned(), |url| format!("{}{}", url.origin().ascii_serialization(), url.path().trim_end_matches('/')))
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_slashes_capitals_and_default_ports() {
        for (written, kept) in [
            ("http://localhost:3000/", "http://localhost:3000"),
            ("HTTPS://Studio.Example.COM:443/", "https://studio.example.com"),
            ("https://丹青.cn", "https://xn--riqz59o.cn"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(BaseUrl::parse_origin(written).unwrap().as_str(), kept);
        }
        assert_eq!(BaseUrl::parse("https://api.example.com/v1/").unwrap().as_str(), "https://api.example.com/v1");
    }

    #[test]
    fn a_missing_scheme_is_refused_with_the_address_that_was_meant() {
        for written in ["studio.example.com", "localhost:3000", "//studio.example.com", "ftp://files.example.com"] {
            let complaint = BaseUrl::parse_origin(written).unwrap_err();
            assert_eq!(complaint.reason.en, "must begin with http:// or https://", "{written}");
        }
        for (written, meant) in [
            ("studio.example.com", "https://studio.example.com"),
            ("localhost:3000/v1/", "https://localhost:3000/v1"),
            ("ftp://files.example.com", "https://files.example.com"),
            ("me:secret@s3.example.com?key=secret#secret", "https://s3.example.com"),
            ("://", EXAMPLE),
        ] {
            let complaint = BaseUrl::parse_origin(written).unwrap_err();
            assert_eq!(complaint.instead.en, format!("Write a value such as {meant}"), "{written}");
        }
    }

    #[test]
    fn paths_passwords_and_queries_have_no_place_in_the_address_of_a_site() {
        for written in ["https://a.example/studio", "https://me:pw@a.example", "https://a.example?x=1", "https://a.example/#x"] {
            let complaint = BaseUrl::parse_origin(written).unwrap_err();
            assert_eq!(complaint.instead.en, "Write a value such as https://a.example", "{written}");
        }
        assert!(BaseUrl::parse("https://").is_err());
    }

    #[test]
    fn only_loopback_is_this_machine() {
        for (written, expected) in [
            ("http://localhost:3000", true),
            ("http://studio.localhost", true),
            ("http://127.0.0.2", true),
            ("http://[::1]", true),
            ("http://192.168.1.10", false),
            ("http://localhost.example.com", false),
        ] {
            assert_eq!(BaseUrl::parse(written).unwrap().is_this_machine(), expected, "{written}");
        }
    }
}
