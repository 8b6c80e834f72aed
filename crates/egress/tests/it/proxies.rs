//! Proxies: who goes through one, what it is told, and what it never sees.

use egress::{Call, Credential, Error, Limits, NoProxy, Options, ProxyKind, ProxyUrl, Reach, Reached, Route};

use crate::proxy::{Manner, Proxy};
use crate::secure::Authority;
use crate::server::{Server, answer};
use crate::setup::{FAR, Names, SHORT, client, configured, named, options, trusting, url};

/// A public name with a public address, behind which a proxy leads to a server of this machine.
async fn vendor() -> (Authority, Server, Options) {
    let authority = Authority::new(&["vendor.test"]);
    let server = Server::secure(&authority, |_| answer("through")).await;
    let resolver = Names::always(&["93.184.216.34"]).resolver();
    let options = Options { extra_roots: Some(authority.root.path().to_owned()), resolver, ..options() };
    (authority, server, options)
}

fn key() -> Credential {
    Credential::bearer("sk-canary", "vendor.test").unwrap()
}

#[tokio::test]
async fn a_public_target_is_named_by_its_checked_address_and_keeps_its_certificate() {
    let (_authority, server, options) = vendor().await;
    let connect = Proxy::start(Manner::Connect, server.address).await;
    let socks = Proxy::start(Manner::Socks, server.address).await;
    let client = client(options);
    for proxy in [connect.url("http", ""), socks.url("socks5", ""), socks.url("socks5h", "")] {
        let found = client.send(Call::get(url("https://vendor.test/")).route(Route::Via(proxy))).await.unwrap();
        assert_eq!(found.bytes().await.unwrap(), "through");
    }
    assert!(connect.asked()[0].starts_with("CONNECT 93.184.216.34:443 HTTP/1.1\r\n"));
    // The second SOCKS address is the same proxy, so its connection was used again.
    assert_eq!(socks.asked(), ["93.184.216.34:443"]);
}

#[tokio::test]
async fn a_configured_target_is_named_by_its_name_and_not_resolved_here() {
    let (_authority, server, options) = vendor().await;
    let names = Names::always(&["93.184.216.34"]);
    let connect = Proxy::start(Manner::Connect, server.address).await;
    let socks = Proxy::start(Manner::Socks, server.address).await;
    let client = client(Options { resolver: names.resolver(), ..options });
    for proxy in [connect.url("http", ""), socks.url("socks5h", "")] {
        let call = configured(url("https://vendor.test/")).credential(key()).route(Route::Via(proxy));
        assert_eq!(client.send(call).await.unwrap().bytes().await.unwrap(), "through");
    }
    assert!(connect.asked()[0].starts_with("CONNECT vendor.test:443 HTTP/1.1\r\n"));
    assert_eq!((socks.asked(), names.asked()), (vec!["vendor.test:443".to_owned()], 0));
}

#[tokio::test]
async fn the_target_is_checked_before_the_proxy_is_spoken_to() {
    let (_authority, server, options) = vendor().await;
    let connect = Proxy::start(Manner::Connect, server.address).await;
    let socks = Proxy::start(Manner::Socks, server.address).await;
    for ip in ["10.0.0.1", "169.254.169.254", "::1", "::ffff:192.168.0.1"] {
        let client = client(Options { resolver: Names::always(&[ip]).resolver(), ..options.clone() });
        for proxy in [connect.url("http", ""), socks.url("socks5h", "")] {
            let error = client.send(Call::get(url("https://vendor.test/")).route(Route::Via(proxy.clone()))).await.unwrap_err();
            assert!(matches!(error, Error::Forbidden { .. }), "{ip}: {error}");
            let error = client.download(&url("https://127.0.0.1/"), &Route::Via(proxy), &Limits::DOWNLOAD).await.unwrap_err();
            assert!(matches!(error, Error::Forbidden { .. }), "{error}");
        }
    }
    assert_eq!((connect.asked().len(), socks.asked().len(), server.connections()), (0, 0, 0));
}

#[tokio::test]
async fn connect_carries_the_proxys_password_and_nothing_of_the_vendors() {
    let (_authority, server, options) = vendor().await;
    let connect = Proxy::start(Manner::Connect, server.address).await;
    let socks = Proxy::start(Manner::Socks, server.address).await;
    let client = client(options);
    for proxy in [connect.url("http", "me:p%40ss@"), socks.url("socks5", "me:p%40ss@")] {
        let call = Call::get(url("https://vendor.test/private?signature=1")).credential(key()).route(Route::Via(proxy));
        client.send(call).await.unwrap().bytes().await.unwrap();
    }
    let expected = "CONNECT 93.184.216.34:443 HTTP/1.1\r\nHost: 93.184.216.34:443\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\n\r\n";
    assert_eq!(connect.asked(), [expected]);
    assert_eq!(socks.asked(), ["me:p@ss 93.184.216.34:443"]);
    let seen = server.requests();
    assert!(seen.iter().all(|seen| seen.header("authorization") == Some("Bearer sk-canary")));
    assert!(seen.iter().all(|seen| seen.header("proxy-authorization").is_none()));
}

#[tokio::test]
async fn a_proxy_may_itself_be_spoken_to_inside_tls() {
    let authority = Authority::new(&["vendor.test", "127.0.0.1"]);
    let server = Server::secure(&authority, |_| answer("through")).await;
    let proxy = Proxy::start_with(Manner::Connect, server.address, Some(&authority)).await;
    let client = client(trusting(&authority));
    let route = Route::Via(proxy.url("https", ""));
    let found = client.send(configured(url("https://vendor.test/")).route(route)).await.unwrap();
    assert_eq!((found.bytes().await.unwrap().as_ref(), proxy.asked().len()), (b"through".as_slice(), 1));
}

#[tokio::test]
async fn a_proxy_that_fails_is_named_and_the_server_saw_nothing() {
    let (_authority, server, options) = vendor().await;
    let refusing = Proxy::start(Manner::Refuse, server.address).await;
    let silent = Proxy::start(Manner::Silent, server.address).await;
    let not_one = Server::plain(|_| answer("x")).await;
    let client = client(options);
    let failures = [
        (refusing.url("http", "me:secret@"), "it answered 403"),
        (refusing.url("socks5", ""), "it"),
        (ProxyUrl::parse("http://127.0.0.1:1").unwrap(), "refused"),
        (ProxyUrl::parse(&format!("socks5://{}", not_one.address)).unwrap(), "it"),
    ];
    let limits = Limits { connect: SHORT, ..FAR };
    for (proxy, text) in failures {
        let error = client.send(Call::get(url("https://vendor.test/")).route(Route::Via(proxy)).limits(limits)).await.unwrap_err();
        assert!(matches!(&error, Error::Proxy { detail, .. } if detail.contains(text)) || text == "it", "{error}");
        assert!(!error.to_string().contains("secret"));
        assert_eq!(error.reached(), Reached::No);
    }
    let call = Call::get(url("https://vendor.test/")).route(Route::Via(silent.url("http", ""))).limits(limits);
    let error = client.send(call).await.unwrap_err();
    assert!(matches!(error, Error::ConnectTimeout { .. }), "{error}");
    assert_eq!((error.reached(), server.connections()), (Reached::No, 0));
}

#[tokio::test]
async fn the_environments_proxy_serves_the_default_route_and_its_exceptions_go_around() {
    let authority = Authority::new(&["vendor.test", "house.test", "127.0.0.1", "localhost"]);
    let server = Server::secure(&authority, |_| answer("here")).await;
    let plain = Server::plain(|_| answer("here")).await;
    let proxy = Proxy::start(Manner::Connect, server.address).await;
    let client = client(Options {
        https_proxy: Some(proxy.url("http", "")),
        no_proxy: NoProxy::parse("other.test, .house.test").unwrap(),
        ..trusting(&authority)
    });
    let through = named("vendor.test", &server, "/");
    client.send(Call::get(through.clone())).await.unwrap();
    assert_eq!(proxy.asked().len(), 1);
    // Exceptions, this machine, plain http, and the straight route.
    let around = [
        Call::get(named("house.test", &server, "/")),
        Call::get(named("127.0.0.1", &server, "/")),
        Call::get(named("localhost", &server, "/")),
        configured(url(&format!("http://vendor.test:{}/", plain.address.port()))),
        Call::get(through.clone()).route(Route::Direct),
    ];
    for call in around {
        client.send(call).await.unwrap();
    }
    client.download(&through, &Route::Direct, &Limits::DOWNLOAD).await.unwrap();
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn a_straight_call_never_uses_a_connection_through_the_proxy() {
    let authority = Authority::new(&["vendor.test"]);
    let server = Server::secure(&authority, |_| answer("here")).await;
    let proxy = Proxy::start(Manner::Connect, server.address).await;
    let client = client(Options { https_proxy: Some(proxy.url("http", "")), ..trusting(&authority) });
    for route in [Route::Default, Route::Direct, Route::Default, Route::Direct] {
        client.send(Call::get(named("vendor.test", &server, "/")).route(route)).await.unwrap().bytes().await.unwrap();
    }
    assert_eq!((proxy.asked().len(), server.connections()), (1, 2));
}

#[test]
fn a_proxys_address_is_read_as_people_write_it_and_shown_without_its_password() {
    let read = |text: &str| ProxyUrl::parse(text).unwrap();
    assert_eq!(format!("{:?}", read("http://me:secret@proxy.test:3128")), "ProxyUrl(Http proxy.test:3128)");
    assert_eq!((read("proxy.test:3128").kind(), read("proxy.test:3128").to_string()), (ProxyKind::Http, "proxy.test:3128".to_owned()));
    assert_eq!(read(" http://proxy.test/ ").to_string(), "proxy.test:80");
    assert_eq!(read("https://proxy.test").to_string(), "proxy.test:443");
    assert_eq!((read("socks5h://[::1]").kind(), read("socks5h://[::1]").to_string()), (ProxyKind::Socks5, "[::1]:1080".to_owned()));
    for wrong in ["", "socks4://proxy.test", "ftp://proxy.test", "http://", "socks5://", "http://%ff:x@proxy.test"] {
        assert!(ProxyUrl::parse(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn exceptions_are_read_as_curl_and_go_read_them() {
    let proxy = ProxyUrl::parse("http://127.0.0.1:1").unwrap();
    let resolver = Names::always(&["127.0.0.3"]).resolver();
    let cases: [(&str, &[&str], &[&str]); 7] = [
        ("*", &["https://a.test/", "https://10.0.0.1/"], &[]),
        ("a.test", &["https://a.test/", "https://b.a.test/", "https://A.test./"], &["https://ba.test/", "https://a.test.b/"]),
        (".a.test,*.b.test", &["https://a.test/", "https://x.b.test/"], &["https://c.test/"]),
        ("10.0.0.0/8", &["https://10.1.2.3/", "https://[::ffff:10.0.0.1]/"], &["https://11.0.0.1/", "https://a.test/"]),
        ("192.168.0.1 , fd00::/8", &["https://192.168.0.1/", "https://[fd00::1]/"], &["https://192.168.0.2/"]),
        ("a.test:8443", &["https://a.test:8443/"], &["https://a.test/"]),
        ("", &["https://localhost/", "https://x.localhost/", "https://127.0.0.9/", "https://[::1]/"], &["https://a.test/"]),
    ];
    for (list, around, through) in cases {
        let no_proxy = NoProxy::parse(list).unwrap();
        let client = client(Options { https_proxy: Some(proxy.clone()), no_proxy, resolver: resolver.clone(), ..options() });
        let limits = Limits { connect: SHORT, ..FAR };
        for (addresses, goes_through) in [(around, false), (through, true)] {
            for address in addresses {
                let call = Call::get(url(address)).reach(Reach::Configured).limits(limits);
                let error = client.send(call).await.unwrap_err();
                assert_eq!(matches!(error, Error::Proxy { .. }), goes_through, "{list:?} {address}: {error}");
            }
        }
    }
    for wrong in ["a.test:x", "http://a.test", "10.0.0.0/33"] {
        assert!(NoProxy::parse(wrong).is_err(), "{wrong}");
    }
}
