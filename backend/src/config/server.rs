//! Where the server listens, under which address people reach it, and whose word about callers it takes.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::address::BaseUrl;
use super::problem::Complaint;
use super::reader::{Fallback, Reader};
use super::setting::Whole;
use super::text::Text;

/// Port 0 asks the system for a free one; the tests that start the real program use it.
const PORT: Whole<u16> = Whole { name: "PORT", default: 3000, min: 0, max: u16::MAX };

const HOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Settings of the HTTP server.
#[derive(Debug, Clone)]
pub struct Server {
    /// `HOST` (127.0.0.1): the address to listen on; 0.0.0.0 or :: for every network.
    pub host: IpAddr,
    /// `PORT` (3000).
    pub port: u16,
    /// `DOMAIN` (http://localhost:PORT): the public address; links, cookies and mails are made from it.
    pub domain: BaseUrl,
    /// `TRUSTED_PROXIES` (none): networks whose `X-Forwarded-For` is believed, comma-separated.
    pub trusted_proxies: Vec<IpNet>,
    /// `ALLOWED_ORIGINS` (none): other sites whose pages may call this server with its cookies, comma-separated.
    pub allowed_origins: Vec<BaseUrl>,
}

impl Server {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let host = reader.parsed("HOST", Fallback::Value(HOST.to_string()), parse_host);
        let port = reader.whole(&PORT);
        let own = format!("http://localhost:{port}");
        let domain = reader.parsed("DOMAIN", Fallback::Derived(own.clone()), BaseUrl::parse_origin);
        let trusted_proxies = reader.parsed("TRUSTED_PROXIES", Fallback::Absent, |text| parse_list(text, parse_network));
        let allowed_origins = reader.parsed("ALLOWED_ORIGINS", Fallback::Absent, |text| parse_list(text, BaseUrl::parse_origin));
        #[expect(clippy::expect_used, reason = "localhost with a number of a port is always an address")]
        let domain = domain.unwrap_or_else(|| BaseUrl::parse(&own).expect("an address"));
        Self {
            host: host.unwrap_or(HOST),
            port,
            domain,
            trusted_proxies: trusted_proxies.unwrap_or_default(),
            allowed_origins: allowed_origins.unwrap_or_default(),
        }
    }

    /// DOMAIN as it follows from a port, for when it was not given and the port is chosen elsewhere.
    #[must_use]
    pub fn domain_of_port(port: u16) -> Option<BaseUrl> {
        BaseUrl::parse_origin(&format!("http://localhost:{port}")).ok()
    }

    /// Whether what this peer says about the caller's address counts. An IPv4 peer on an IPv6 socket is the same peer.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&peer))
    }
}

fn parse_host(text: &str) -> Result<IpAddr, Complaint> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(HOST);
    }
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().map_err(|_| {
        let reason = Text::new("must be an IP address of this machine", "必须是本机的 IP 地址");
        Complaint::suggest(reason, "127.0.0.1 (this machine only / 仅本机), 0.0.0.0 (every network / 所有网络)")
    })
}

fn parse_list<T>(text: &str, parse: impl Fn(&str) -> Result<T, Complaint>) -> Result<Vec<T>, Complaint> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(parse).collect()
}

fn parse_network(text: &str) -> Result<IpNet, Complaint> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map(|network| network.trunc()).map_err(|_| {
        let reason = Text::new("must be IP addresses or networks with commas between", "必须是以逗号分隔的 IP 地址或网段");
        Complaint::suggest(reason, "127.0.0.1,10.0.0.0/8")
    })
}
