//! Which addresses are on the public internet.
//!
//! Everything that IANA's special-purpose registries (iana-ipv4-special-registry, iana-ipv6-special-registry) list
//! is refused, also the few anycast services among it that are public: no web server has its home there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What is not public in IPv4.
const V4: [Ipv4Net; 21] = [
    v4([0, 0, 0, 0], 8),          // this network; 0.0.0.0 reaches this machine
    v4([10, 0, 0, 0], 8),         // private
    v4([100, 64, 0, 0], 10),      // shared between a carrier and its customers; some clouds' metadata
    v4([127, 0, 0, 0], 8),        // loopback
    v4([168, 63, 129, 16], 32),   // looks public, but is a large cloud's own service on each of its machines
    v4([169, 254, 0, 0], 16),     // link-local, with the metadata of most clouds
    v4([172, 16, 0, 0], 12),      // private
    v4([192, 0, 0, 0], 24),       // protocol assignments, with the metadata of one cloud
    v4([192, 0, 2, 0], 24),       // documentation
    v4([192, 31, 196, 0], 24),    // AS112
    v4([192, 52, 193, 0], 24),    // AMT
    v4([192, 88, 99, 0], 24),     // 6to4 relays
    v4([192, 168, 0, 0], 16),     // private
    v4([192, 175, 48, 0], 24),    // AS112
    v4([198, 18, 0, 0], 15),      // benchmarking
    v4([198, 51, 100, 0], 24),    // documentation
    v4([203, 0, 113, 0], 24),     // documentation
    v4([224, 0, 0, 0], 4),        // multicast
    v4([233, 252, 0, 0], 24),     // documentation of multicast
    v4([240, 0, 0, 0], 4),        // reserved
    v4([255, 255, 255, 255], 32), // broadcast
];

/// The only part of IPv6 that is given out as global unicast. What lies outside, such as `::`, `::1`, unique local,
/// link-local, multicast, discard-only and segment-routing addresses, is refused without being named.
const V6_UNICAST: Ipv6Net = v6([0x2000, 0, 0], 3);

/// What is not public inside it.
const V6: [Ipv6Net; 6] = [
    v6([0x2001, 0, 0], 23),           // protocol assignments: Teredo, benchmarking, ORCHID and others
    v6([0x2001, 0x0db8, 0], 32),      // documentation
    v6([0x2002, 0, 0], 16),           // 6to4, which carries any IPv4 address and is no longer used
    v6([0x2620, 0x004f, 0x8000], 48), // AS112
    v6([0x3ffe, 0, 0], 16),           // the former test network
    v6([0x3fff, 0, 0], 20),           // documentation
];

/// Translators between IPv6 and IPv4 put the IPv4 address into the last 32 bits (RFC 6052). Where they work, every
/// IPv4-only server has such an address, so it counts as what is in it.
const NAT64: Ipv6Net = v6([0x0064, 0xff9b, 0], 96);

/// Whether an address is global unicast: somebody's public server, never this machine, its network or its provider's.
/// IPv4-mapped and NAT64 addresses count as the IPv4 address inside; 6to4, Teredo and local-use NAT64
/// (`64:ff9b:1::/48`) never count. A translator with a prefix of its own looks like any other network.
#[must_use]
pub fn is_global(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => !V4.iter().any(|network| network.contains(&ip)),
        IpAddr::V6(ip) if NAT64.contains(&ip) => is_global(embedded(ip).into()),
        IpAddr::V6(ip) => V6_UNICAST.contains(&ip) && !V6.iter().any(|network| network.contains(&ip)),
    }
}

fn embedded(ip: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = ip.octets();
    Ipv4Addr::new(a, b, c, d)
}

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(octets[0], octets[1], octets[2], octets[3]), prefix)
}

const fn v6(first: [u16; 3], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first[0], first[1], first[2], 0, 0, 0, 0, 0), prefix)
}
