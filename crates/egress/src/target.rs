//! Where a call goes, once its address was read and everything that can be checked without a resolver was checked.

use http::Uri;
use url::{Host, Url};

use crate::dial::Reachable;
use crate::{Error, Options, Reach};

/// A checked address: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    pub tls: bool,
    pub host: Host<String>,
    pub port: u16,
}

impl Target {
    /// Reads an address once; what is connected to later comes from here and from no other parser.
    pub(crate) fn read(url: &Url, reach: Reach, options: &Options) -> Result<Self, Error> {
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Error::Address("only http and https are supported")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Address("it holds a name or a password"));
        }
        let host = match url.host().map(|host| host.to_owned()) {
            // One name, with and without the dot of the root.
            Some(Host::Domain(name)) => Host::Domain(name.strip_suffix('.').unwrap_or(&name).to_owned()),
            Some(host) => host,
            None => return Err(Error::Address("it has no host")),
        };
        let port = url.port_or_known_default().ok_or(Error::Address("it has no port"))?;
        let target = Self { tls, host, port };
        if reach == Reach::Public && !tls && !options.allow_plain_http {
            return Err(Error::PlainHttp { host: target.name() });
        }
        if target.ip().is_some_and(|ip| !Reachable::new(reach, options).allows(ip)) {
            return Err(Error::Forbidden { host: target.name() });
        }
        Ok(target)
    }

    /// The host as errors name it.
    pub(crate) fn name(&self) -> String {
        self.host.to_string()
    }

    /// The address, when the host is one.
    pub(crate) fn ip(&self) -> Option<std::net::IpAddr> {
        match self.host {
            Host::Domain(_) => None,
            Host::Ipv4(ip) => Some(ip.into()),
            Host::Ipv6(ip) => Some(ip.into()),
        }
    }

    /// Host and port for a `host` header or a CONNECT request; the port only where it is not the scheme's own.
    pub(crate) fn authority(&self) -> String {
        match (self.tls, self.port) {
            (true, 443) | (false, 80) => self.name(),
            (_, port) => format!("{}:{port}", self.name()),
        }
    }

    /// What stands in the request: the whole address in HTTP/2, only path and query in HTTP/1.
    pub(crate) fn uri(&self, url: &Url, whole: bool) -> Result<Uri, Error> {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", url.path());
        let text = match (whole, self.tls) {
            (false, _) => path,
            (true, true) => format!("https://{}{path}", self.authority()),
            (true, false) => format!("http://{}{path}", self.authority()),
        };
        text.parse().map_err(|_| Error::Address("its path or query is not one that a request may hold"))
    }
}
