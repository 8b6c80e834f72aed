//! From a host to a TCP connection. Names are resolved once; what is connected to was checked.

use std::net::{IpAddr, SocketAddr};
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
        self.reach == Reach::Configured || is_global(ip) || self.allow.iter().any(|network| network.contains(&ip))
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
