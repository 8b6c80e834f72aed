//! Which addresses are public, and that a call to any other does not leave.

use std::net::IpAddr;

use egress::{Call, Error, Reach, Reached, is_global};

use crate::server::{Server, answer};
use crate::setup::{client, configured, open, options, url};

/// First, last or some address of every special range of IANA's registries, and of their disguises.
const NOT_PUBLIC: &[&str] = &[
    // IPv4: this network, private, shared, loopback
    "0.0.0.0",
    "0.0.0.1",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.0",
    "127.0.0.1",
    "127.255.255.255",
    // link-local with metadata, private, protocol assignments
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.0.170",
    "192.0.0.192",
    "192.0.0.255",
    // documentation, anycast services, 6to4 relays, private, benchmarking
    "192.0.2.0",
    "192.0.2.255",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.0",
    "192.88.99.255",
    "192.168.0.0",
    "192.168.255.255",
    "192.175.48.1",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.255",
    // multicast, reserved, broadcast, a cloud's own service
    "224.0.0.0",
    "224.0.0.251",
    "233.252.0.1",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.254",
    "255.255.255.255",
    "168.63.129.16",
    // IPv6: unspecified, loopback, IPv4-compatible
    "::",
    "::1",
    "::2",
    "::127.0.0.1",
    "::8.8.8.8",
    // IPv4-mapped
    "::ffff:0.0.0.0",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:192.168.1.1",
    "::ffff:a00:1",
    "::ffff:255.255.255.255",
    "::ffff:0:7f00:1",
    // NAT64: what is inside, and the local-use prefix
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b::0.0.0.0",
    "64:ff9b:1::",
    "64:ff9b:1::8.8.8.8",
    "64:ff9b:1:ffff::1",
    "64:ff9b:0:1::8.8.8.8",
    // discard-only, dummy, protocol assignments with Teredo, benchmarking, AMT, AS112, ORCHID, drone ids
    "100::",
    "100::1",
    "100:0:0:1::",
    "2001::",
    "2001:0:7f00:1::",
    "2001:1::1",
    "2001:2::",
    "2001:2:0:ffff::",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::",
    "2001:1f:ffff::",
    "2001:20::",
    "2001:2f:ffff::",
    "2001:30::",
    "2001:1ff:ffff::",
    // documentation, 6to4 of whatever, AS112, the former test network
    "2001:db8::",
    "2001:db8:ffff::1",
    "3fff::",
    "3fff:fff:ffff::",
    "2002::",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:c0a8:101::",
    "2002:808:808::1",
    "2620:4f:8000::1",
    "3ffe::1",
    // segment routing, outside global unicast, unique local, link-local, site-local, multicast
    "5f00::",
    "5f00:ffff::1",
    "4000::1",
    "8000::",
    "c000::1",
    "e000::1",
    "fc00::",
    "fd00:ec2::254",
    "fdff:ffff::1",
    "fe80::",
    "fe80::1",
    "febf:ffff::1",
    "fec0::1",
    "ff00::",
    "ff02::1",
    "ff0e::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

/// Neighbours of those ranges, and well-known servers.
const PUBLIC: &[&str] = &[
    "1.0.0.0",
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "::ffff:8.8.8.8",
    "::ffff:1.1.1.1",
    "64:ff9b::8.8.8.8",
    "2000::1",
    "2001:200::",
    "2001:4860:4860::8888",
    "2001:db7:ffff::",
    "2001:db9::",
    "2003::1",
    "2606:4700::1111",
    "2620:4f:7fff::1",
    "2a00:1450::1",
    "3ffd::1",
    "3fff:1000::",
];

#[test]
fn no_special_range_is_public_and_no_disguise_of_one() {
    let wrong: Vec<_> = NOT_PUBLIC.iter().filter(|ip| is_global(ip.parse().unwrap())).collect();
    assert_eq!(wrong, Vec::<&&str>::new());
}

#[test]
fn every_neighbour_of_a_special_range_is_public() {
    let wrong: Vec<_> = PUBLIC.iter().filter(|ip| !is_global(ip.parse().unwrap())).collect();
    assert_eq!(wrong, Vec::<&&str>::new());
}

#[tokio::test]
async fn a_public_call_to_an_address_that_is_not_public_does_not_leave() {
    let client = client(options());
    for ip in NOT_PUBLIC {
        let host = match ip.parse().unwrap() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let error = client.send(Call::get(url(&format!("https://{host}/")))).await.unwrap_err();
        assert!(matches!(error, Error::Forbidden { .. }), "{ip}: {error}");
        assert_eq!(error.reached(), Reached::No);
    }
}

#[tokio::test]
async fn an_address_in_decimal_octal_hexadecimal_or_short_form_is_the_same_address() {
    let server = Server::plain(|_| answer("inside")).await;
    let port = server.address.port();
    let client = client(options());
    let disguises = [
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0x7F.0x0.0x0.0x1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:1]",
        "0",
        "[::]",
    ];
    for host in disguises {
        let error = client.send(Call::get(url(&format!("https://{host}:{port}/")))).await.unwrap_err();
        assert!(matches!(error, Error::Forbidden { .. }), "{host}: {error}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn what_the_operator_configured_may_be_private_and_plain() {
    let server = Server::plain(|_| answer("inside")).await;
    let client = client(options());
    let address = format!("http://{}/", server.address);
    let found = client.send(configured(url(&address))).await.unwrap();
    assert_eq!(found.bytes().await.unwrap(), "inside");
    let error = client.send(Call::get(url(&address))).await.unwrap_err();
    assert!(matches!(error, Error::PlainHttp { .. }), "{error}");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_network_that_the_operator_allows_is_reached_and_its_neighbour_is_not() {
    let server = Server::start("127.0.0.2:0", None, |_| answer("allowed")).await;
    let neighbour = Server::plain(|_| answer("inside")).await;
    let client = client(egress::Options { allow: vec!["127.0.0.2/32".parse().unwrap()], ..open() });
    let found = client.send(Call::get(url(&format!("http://{}/", server.address)))).await.unwrap();
    assert_eq!(found.bytes().await.unwrap(), "allowed");
    let error = client.send(Call::get(url(&format!("http://{}/", neighbour.address)))).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    assert_eq!(neighbour.connections(), 0);
}

#[tokio::test]
async fn an_address_with_a_name_another_scheme_or_no_host_is_refused() {
    let client = client(open());
    for address in
        ["http://user@127.0.0.1/", "http://:password@127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "data:,x", "gopher://x/"]
    {
        for reach in [Reach::Public, Reach::Configured] {
            let error = client.send(Call::get(url(address)).reach(reach)).await.unwrap_err();
            assert!(matches!(error, Error::Address(_)), "{address}: {error}");
            assert_eq!(error.reached(), Reached::No);
        }
    }
}
