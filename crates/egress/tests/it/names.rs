//! Names are resolved once, and what is connected to was checked. Where two servers share a port, they have addresses that
//! no other test uses.

use egress::{Call, Error, Options, Reached, Resolver};
use futures::FutureExt;

use crate::server::{Server, answer_with};
use crate::setup::{Names, client, configured, open, options, url};

/// Everything that is said here ends its connection, so that the next call resolves anew.
fn last(body: &str) -> Vec<crate::server::Step> {
    answer_with("200 OK", "connection: close\r\n", body)
}

#[tokio::test]
async fn a_name_that_changes_after_the_check_leads_where_it_was_checked() {
    let checked = Server::start("127.0.1.1:0", None, |_| last("checked")).await;
    let port = checked.address.port();
    let inside = Server::start(&format!("127.0.1.2:{port}"), None, |_| last("inside")).await;
    let names = Names::then(&[&["127.0.1.1"], &["127.0.1.2"]]);
    let client = client(Options { allow: vec!["127.0.1.1/32".parse().unwrap()], resolver: names.resolver(), ..open() });
    let address = url(&format!("http://rebound.test:{port}/"));
    let found = client.send(Call::get(address.clone())).await.unwrap();
    assert_eq!((found.bytes().await.unwrap().as_ref(), names.asked()), (b"checked".as_slice(), 1));
    // The second call asks again, and now the name leads inside.
    let error = client.send(Call::get(address)).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    assert_eq!((error.reached(), names.asked(), inside.connections()), (Reached::No, 2, 0));
}

#[tokio::test]
async fn of_a_mixed_answer_only_what_is_public_is_connected_to() {
    let port = Server::start("127.0.1.3:0", None, |_| last("public")).await.address.port();
    let inside = Server::start(&format!("127.0.1.4:{port}"), None, |_| last("inside")).await;
    for order in [["127.0.1.4", "127.0.1.3"], ["127.0.1.3", "127.0.1.4"], ["::1", "127.0.1.3"]] {
        let resolver = Names::always(&order).resolver();
        let client = client(Options { allow: vec!["127.0.1.3/32".parse().unwrap()], resolver, ..open() });
        let found = client.send(Call::get(url(&format!("http://mixed.test:{port}/")))).await.unwrap();
        assert_eq!(found.bytes().await.unwrap(), "public");
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn when_the_public_address_does_not_answer_the_private_one_is_not_tried() {
    let inside = Server::plain(|_| last("inside")).await;
    let port = inside.address.port();
    let resolver = Names::always(&["127.0.0.3", "127.0.0.1"]).resolver();
    let client = client(Options { allow: vec!["127.0.0.3/32".parse().unwrap()], resolver, ..open() });
    let error = client.send(Call::get(url(&format!("http://mixed.test:{port}/")))).await.unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error}");
    assert_eq!((error.reached(), inside.connections()), (Reached::No, 0));
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_refuses() {
    let server = Server::plain(|_| last("here")).await;
    let client = client(Options { resolver: Names::always(&["127.0.0.3", "127.0.0.1"]).resolver(), ..open() });
    let found = client.send(Call::get(url(&format!("http://two.test:{}/", server.address.port())))).await.unwrap();
    assert_eq!(found.bytes().await.unwrap(), "here");
}

#[tokio::test]
async fn a_name_without_an_address_is_a_fault_of_its_own() {
    let nothing = client(Options { resolver: Names::always(&[]).resolver(), ..options() });
    let error = nothing.send(Call::get(url("https://nowhere.test/"))).await.unwrap_err();
    assert!(matches!(&error, Error::Dns { host, .. } if host == "nowhere.test"), "{error}");
    assert_eq!(error.reached(), Reached::No);
    let resolver = Resolver::from_fn(|_| async { Err(std::io::Error::other("no such name")) }.boxed());
    let failing = client(Options { resolver, ..options() });
    let error = failing.send(configured(url("http://nowhere.test/"))).await.unwrap_err();
    assert!(matches!(&error, Error::Dns { detail, .. } if detail == "no such name"), "{error}");
}

#[tokio::test]
async fn the_systems_names_of_this_machine_are_not_public() {
    let server = Server::plain(|_| last("inside")).await;
    let client = client(Options { allow_plain_http: true, ..options() });
    for name in ["localhost", "localhost."] {
        let error = client.send(Call::get(url(&format!("http://{name}:{}/", server.address.port())))).await.unwrap_err();
        assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    }
    assert_eq!(server.connections(), 0);
    let found = client.send(configured(url(&format!("http://localhost:{}/", server.address.port())))).await.unwrap();
    assert_eq!(found.bytes().await.unwrap(), "inside");
}
