//! A credential goes to its own host, inside TLS, and nowhere else.

use egress::http::HeaderName;
use egress::http::header::{AUTHORIZATION, COOKIE, HOST, HeaderValue, TRANSFER_ENCODING};
use egress::{Call, Credential, Error, Limits, Reach, Reached, Route};

use crate::secure::Authority;
use crate::server::{Server, answer, redirect};
use crate::setup::{at, client, configured, named, open, trusting};

fn key(host: &str) -> Credential {
    Credential::bearer("sk-canary", host).unwrap()
}

#[tokio::test]
async fn it_goes_to_its_host_and_to_what_stands_below_it_inside_tls() {
    let authority = Authority::new(&["vendor.test", "eu.vendor.test"]);
    let server = Server::secure(&authority, |_| answer("ok")).await;
    let client = client(trusting(&authority));
    for host in ["vendor.test", "eu.vendor.test", "VENDOR.test.", "vendor.test."] {
        client.send(Call::get(named(host, &server, "/")).credential(key("Vendor.test"))).await.unwrap().bytes().await.unwrap();
    }
    let seen = server.requests();
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|seen| seen.header("authorization") == Some("Bearer sk-canary")));
}

#[tokio::test]
async fn a_call_to_another_host_is_not_sent() {
    let authority = Authority::new(&["vendor.test", "evilvendor.test", "vendor.test.evil.test", "test"]);
    let server = Server::secure(&authority, |_| answer("ok")).await;
    let client = client(trusting(&authority));
    for host in ["evilvendor.test", "vendor.test.evil.test", "test", "other.test", "127.0.0.1"] {
        for reach in [Reach::Public, Reach::Configured] {
            let call = Call::get(named(host, &server, "/")).credential(key("vendor.test")).reach(reach);
            let error = client.send(call).await.unwrap_err();
            assert!(matches!(error, Error::CredentialElsewhere { .. }), "{host}: {error}");
            assert_eq!(error.reached(), Reached::No);
        }
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn in_clear_it_goes_only_to_the_configured_host_itself() {
    let server = Server::plain(|_| answer("ok")).await;
    let port = server.address.port();
    let client = client(egress::Options { resolver: crate::setup::Names::always(&["127.0.0.1"]).resolver(), ..open() });
    client.send(configured(at(&server, "/")).credential(key("127.0.0.1"))).await.unwrap();
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer sk-canary"));
    let url = |host: &str| crate::setup::url(&format!("http://{host}:{port}/"));
    let refused = [
        Call::get(at(&server, "/")).credential(key("127.0.0.1")),
        Call::get(url("house.test")).credential(key("house.test")),
        configured(url("below.house.test")).credential(key("house.test")),
    ];
    for call in refused {
        let error = client.send(call).await.unwrap_err();
        assert!(matches!(error, Error::CredentialInClear { .. }), "{error}");
        assert_eq!(error.reached(), Reached::No);
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn nothing_is_below_an_address() {
    let server = Server::plain(|_| answer("ok")).await;
    let error = client(open()).send(configured(at(&server, "/")).credential(key("0.0.1"))).await.unwrap_err();
    assert!(matches!(error, Error::CredentialElsewhere { .. }), "{error}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_download_carries_none_wherever_it_is_led() {
    let second = Server::plain(|_| answer("picture")).await;
    let location = at(&second, "/picture?signature=1").to_string();
    let first = Server::plain(move |_| redirect(&location)).await;
    let found = client(open()).download(&at(&first, "/"), &Route::Default, &Limits::DOWNLOAD).await.unwrap();
    assert_eq!(found.bytes().await.unwrap(), "picture");
    for seen in [&first.requests()[0], &second.requests()[0]] {
        for name in ["authorization", "cookie", "referer", "proxy-authorization"] {
            assert_eq!(seen.header(name), None);
        }
    }
}

#[tokio::test]
async fn a_call_with_a_credential_does_not_carry_it_over_a_redirect() {
    let second = Server::plain(|_| answer("elsewhere")).await;
    let location = at(&second, "/").to_string();
    let first = Server::plain(move |_| redirect(&location)).await;
    let found = client(open()).send(configured(at(&first, "/")).credential(key("127.0.0.1"))).await.unwrap();
    assert_eq!((found.status.as_u16(), second.connections()), (302, 0));
}

#[tokio::test]
async fn no_secret_and_no_framing_goes_around_it_as_an_ordinary_header() {
    let server = Server::plain(|_| answer("ok")).await;
    let client = client(open());
    for name in [AUTHORIZATION, COOKIE, HOST, TRANSFER_ENCODING, HeaderName::from_static("content-length")] {
        let call = configured(at(&server, "/")).header(name.clone(), HeaderValue::from_static("1"));
        let error = client.send(call).await.unwrap_err();
        assert!(matches!(error, Error::Request(_)), "{name}: {error}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn every_form_of_key_arrives_as_the_vendor_wants_it() {
    let server = Server::plain(|_| answer("ok")).await;
    let client = client(open());
    let forms = [
        (Credential::basic("sk", "", "127.0.0.1").unwrap(), "authorization", "Basic c2s6"),
        (Credential::new(HeaderName::from_static("x-key"), "abc", "127.0.0.1").unwrap(), "x-key", "abc"),
    ];
    for (turn, (credential, name, value)) in forms.into_iter().enumerate() {
        assert_eq!(credential.host(), "127.0.0.1");
        client.send(configured(at(&server, "/")).credential(credential)).await.unwrap().bytes().await.unwrap();
        assert_eq!(server.requests()[turn].header(name), Some(value));
    }
    assert!(Credential::bearer("two\nlines", "vendor.test").is_err());
    assert!(Credential::bearer("key", "https://vendor.test/").is_err());
}
