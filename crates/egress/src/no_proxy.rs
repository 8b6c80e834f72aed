//! Which hosts go around the environment's proxy.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::BuildError;
use crate::target::Target;

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

    /// Whether this host goes around the proxy.
    pub(crate) fn contains(&self, target: &Target) -> bool {
        let this_machine = match target.ip() {
            Some(ip) => ip.to_canonical().is_loopback(),
            None => below("localhost", &target.name()),
        };
        let listed = |(entry, only): &(Entry, Option<u16>)| only.is_none_or(|only| only == target.port) && matches(entry, target);
        this_machine || self.all || self.entries.iter().any(listed)
    }
}

fn matches(entry: &Entry, target: &Target) -> bool {
    match (entry, target.ip()) {
        (Entry::Network(network), Some(ip)) => network.contains(&ip.to_canonical()),
        (Entry::Name(name), None) => below(name, &target.name()),
        _ => false,
    }
}

/// Whether `host` is the name or stands below it.
fn below(name: &str, host: &str) -> bool {
    host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
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
