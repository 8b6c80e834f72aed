//! Which hosts go around the environment's proxy.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::BuildError;

/// The list that `NO_PROXY` holds. This machine itself (`localhost` and loopback addresses) is always on it.
#[derive(Debug, Clone, Default)]
pub struct NoProxy {
    all: bool,
    entries: Vec<(Entry, Option<u16>)>,
}

#[derive(Debug, Clone)]
enum Entry {
    /// The name and everything below it, in lower case.
    Name(String),
    Network(IpNet),
}

impl NoProxy {
    /// Reads names, addresses and networks between commas, as curl and Go do: `example.com` and `.example.com` also
    /// mean what is below it, `10.0.0.0/8` matches addresses that are written as such, `:8080` narrows an entry to
    /// that port, and `*` means everything.
    ///
    /// # Errors
    /// [`BuildError::NoProxy`] when an entry is none of these.
    pub fn parse(text: &str) -> Result<Self, BuildError> {
        let mut list = Self::default();
        for entry in text.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()) {
            if entry == "*" {
                list.all = true;
            } else {
                list.entries.push(parse_entry(entry)?);
            }
        }
        Ok(list)
    }

    /// Whether this host goes around the proxy. `host` as in an address, IPv6 without brackets.
    pub(crate) fn contains(&self, host: &str, port: u16) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let ip: Option<IpAddr> = host.parse().ok();
        if self.all || host == "localhost" || ip.is_some_and(|ip| ip.to_canonical().is_loopback()) {
            return true;
        }
        self.entries.iter().any(|(entry, only)| only.is_none_or(|only| only == port) && matches(entry, &host, ip))
    }
}

fn matches(entry: &Entry, host: &str, ip: Option<IpAddr>) -> bool {
    match entry {
        Entry::Network(network) => ip.is_some_and(|ip| network.contains(&ip.to_canonical())),
        Entry::Name(name) => host.strip_suffix(name.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.')),
    }
}

fn parse_entry(entry: &str) -> Result<(Entry, Option<u16>), BuildError> {
    if let Some(network) = network(entry) {
        return Ok((Entry::Network(network), None));
    }
    let (name, port) = match entry.rsplit_once(':') {
        Some((name, port)) => (name, Some(port.parse().map_err(|_| BuildError::NoProxy)?)),
        None => (entry, None),
    };
    if let Some(network) = network(name.trim_start_matches('[').trim_end_matches(']')) {
        return Ok((Entry::Network(network), port));
    }
    let name = name.trim_start_matches("*.").trim_matches('.').to_ascii_lowercase();
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-._".contains(c));
    if plain { Ok((Entry::Name(name), port)) } else { Err(BuildError::NoProxy) }
}

fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
