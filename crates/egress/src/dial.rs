//! From a host to a TCP connection. Names are resolved once; what is connected to was checked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use url::Host;

use crate::{Error, Options, Reach, Resolver, is_global};

/// Addresses of one name that are tried. A name may have hundreds; the time for all of them together is short.
const MAX_TRIES: usize = 6;

/// Which addresses a call may connect to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reachable<'a> {
    reach: Reach,
    allow: &'a [IpNet],
}

impl<'a> Reachable<'a> {
    pub(crate) fn new(reach: Reach, options: &'a Options) -> Self {
        Self { reach, allow: &options.allow }
    }

    pub(crate) fn allows(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        (self.reach == Reach::Configured && !keeps_secrets(ip)) || is_global(ip) || self.allow.iter().any(|network| network.contains(&ip))
    }
}

/// Aliyun's place for the secrets of a machine, which is shared address space (RFC 6598).
const ALIYUN_METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);
/// Amazon's, in its own part of the private addresses.
const AMAZON_METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// Where clouds keep the secrets of a machine, and no vendor's server is: all link-local addresses (169.254.169.254 and its
/// like), and two that are not.
fn keeps_secrets(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local() || ip == ALIYUN_METADATA,
        IpAddr::V6(ip) => ip.is_unicast_link_local() || ip == AMAZON_METADATA,
    }
}

/// The addresses of a host that may be connected to, at least one. This is the only look-up of the call.
pub(crate) async fn resolve(host: &Host<String>, reachable: Reachable<'_>, resolver: &Resolver) -> Result<Vec<IpAddr>, Error> {
    let found = match host {
        Host::Ipv4(ip) => vec![IpAddr::from(*ip)],
        Host::Ipv6(ip) => vec![IpAddr::from(*ip)],
        Host::Domain(name) => resolver.resolve(name).await.map_err(|error| Error::Dns { host: name.clone(), detail: error.to_string() })?,
    };
    if found.is_empty() {
        return Err(Error::Dns { host: host.to_string(), detail: "the name has no address".into() });
    }
    let mut allowed: Vec<IpAddr> = found.into_iter().filter(|ip| reachable.allows(*ip)).collect();
    if allowed.is_empty() {
        return Err(Error::Forbidden { host: host.to_string() });
    }
    allowed.truncate(MAX_TRIES);
    Ok(allowed)
}

/// Connects to the first of the addresses that accepts. Each gets its share of the time that is left, so that one
/// that swallows packets does not take it all.
pub(crate) async fn dial(addresses: &[IpAddr], port: u16, until: Instant) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::other("there is no address");
    for (tried, ip) in addresses.iter().enumerate() {
        let left = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        let share: Duration = until.saturating_duration_since(Instant::now()) / left;
        match timeout_at(Instant::now() + share, TcpStream::connect(SocketAddr::new(*ip, port))).await {
            Ok(Ok(stream)) => {
                // Requests are small and are written whole; waiting for more to send only delays them.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Err(error)) => last = error,
            Err(_) => last = std::io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_own_servers_may_be_private_but_not_where_clouds_keep_secrets() {
        let may = |ip: &str, reach| Reachable { reach, allow: &[] }.allows(ip.parse().unwrap());
        for own in ["127.0.0.1", "10.0.0.7", "192.168.1.7", "100.100.100.201", "::1", "fd00::7", "fd00:ec2::253"] {
            assert!(may(own, Reach::Configured) && !may(own, Reach::Public), "{own}");
        }
        let metadata = ["169.254.169.254", "::ffff:169.254.169.254", "169.254.170.2", "fe80::a9fe:a9fe"];
        for metadata in metadata.into_iter().chain(["100.100.100.200", "::ffff:100.100.100.200", "fd00:ec2::254"]) {
            assert!(!may(metadata, Reach::Configured) && !may(metadata, Reach::Public), "{metadata}");
        }
    }
}
