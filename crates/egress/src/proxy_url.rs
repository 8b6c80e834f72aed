//! Where a proxy is and how it is spoken to.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::BuildError;

/// How a proxy is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProxyKind {
    /// HTTP CONNECT.
    Http,
    /// HTTP CONNECT inside TLS.
    Https,
    /// SOCKS version 5, RFC 1928. `socks5h` is the same here: a configured host is named to the proxy, a public one
    /// is resolved and checked before and its address is named.
    Socks5,
}

/// A proxy's address: `http://`, `https://`, `socks5://` or `socks5h://`, with a name and password if it wants one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProxyUrl {
    pub(crate) kind: ProxyKind,
    pub(crate) host: Host<String>,
    pub(crate) port: u16,
    pub(crate) login: Option<(String, String)>,
}

impl ProxyUrl {
    /// Reads what a variable such as `HTTPS_PROXY` holds. Without a scheme it is `http://`; ports default to 80,
    /// 443 and 1080.
    ///
    /// # Errors
    /// [`BuildError::Proxy`] when it is not such an address.
    pub fn parse(text: &str) -> Result<Self, BuildError> {
        let text = text.trim();
        let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&full).map_err(|_| BuildError::Proxy("it is not an address"))?;
        let (kind, default_port) = match url.scheme() {
            "http" => (ProxyKind::Http, 80),
            "https" => (ProxyKind::Https, 443),
            "socks5" | "socks5h" => (ProxyKind::Socks5, 1080),
            _ => return Err(BuildError::Proxy("only http, https, socks5 and socks5h are supported")),
        };
        // Of schemes that it does not know, the parser leaves addresses such as 127.0.0.1 a name; so it is read again.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(BuildError::Proxy("it has no host"))?;
        let host = Host::parse(host).map_err(|_| BuildError::Proxy("its host is not one"))?;
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => Some((decoded(user)?, decoded(password.unwrap_or(""))?)),
        };
        Ok(Self { kind, host, port: url.port().unwrap_or(default_port), login })
    }

    /// How it is spoken to.
    #[must_use]
    pub fn kind(&self) -> ProxyKind {
        self.kind
    }
}

fn decoded(text: &str) -> Result<String, BuildError> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| BuildError::Proxy("its name or password is not UTF-8"))?;
    Ok(decoded.into_owned())
}

/// Host and port, never name and password.
impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyUrl({:?} {self})", self.kind)
    }
}
