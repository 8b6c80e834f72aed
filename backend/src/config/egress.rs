//! How calls to others leave the house.

use egress::{NoProxy, ProxyUrl};

use super::problem::Complaint;
use super::reader::{Fallback, Reader};
use super::text::Text;

/// Settings of everything that goes out. Vendors and links to their results are reached through it.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// `HTTPS_PROXY` (none): the proxy for https addresses; `http://`, `https://`, `socks5://` or `socks5h://`.
    pub https_proxy: Option<ProxyUrl>,
    /// `NO_PROXY` (none): hosts, addresses and networks that go around it. This machine always does.
    pub no_proxy: NoProxy,
}

impl Outgoing {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            https_proxy: reader.secret_address("HTTPS_PROXY", Fallback::Absent, parse_proxy),
            no_proxy: reader.parsed("NO_PROXY", Fallback::Absent, parse_exceptions).unwrap_or_default(),
        }
    }
}

fn parse_proxy(text: &str) -> Result<ProxyUrl, Complaint> {
    ProxyUrl::parse(text).map_err(|error| {
        let reason = Text::new(format!("is not a proxy ({error})"), format!("不是有效的代理地址（{error}）"));
        Complaint::suggest(reason, "http://127.0.0.1:7890")
    })
}

fn parse_exceptions(text: &str) -> Result<NoProxy, Complaint> {
    NoProxy::parse(text).map_err(|_| {
        let reason = Text::new("must be host names, addresses or networks, comma-separated", "必须是以逗号分隔的主机名、地址或网段");
        Complaint::suggest(reason, "localhost,10.0.0.0/8,.example.com")
    })
}
