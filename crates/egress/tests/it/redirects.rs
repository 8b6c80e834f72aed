//! Redirects: never followed by a call, checked hop by hop by a download.

use egress::{Error, Limits, Options, Reached, Route};

use crate::secure::Authority;
use crate::server::{Seen, Server, answer, answer_with, redirect};
use crate::setup::{at, client, configured, named, open, trusting, url};

#[tokio::test]
async fn a_call_gives_a_redirect_back_as_it_is() {
    let server = Server::plain(|_| redirect("/elsewhere")).await;
    let found = client(open()).send(configured(at(&server, "/"))).await.unwrap();
    assert_eq!((found.status.as_u16(), found.headers["location"].to_str().unwrap()), (302, "/elsewhere"));
    assert_eq!(found.bytes().await.unwrap(), "moved");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_download_follows_up_to_five() {
    let server = Server::plain(|seen: &Seen| match seen.head.split(' ').nth(1).unwrap() {
        "/5" => answer("here"),
        path => redirect(&(path[1..].parse::<u32>().unwrap() + 1).to_string()),
    })
    .await;
    let found = client(open()).download(&at(&server, "/0"), &Route::Default, &Limits::DOWNLOAD).await.unwrap();
    assert_eq!(found.url.path(), "/5");
    assert_eq!(found.bytes().await.unwrap(), "here");
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_loop_ends_after_five() {
    let server = Server::plain(|_| redirect("/again")).await;
    let error = client(open()).download(&at(&server, "/"), &Route::Default, &Limits::DOWNLOAD).await.unwrap_err();
    assert!(matches!(&error, Error::Redirect { detail, .. } if detail.contains("too many")), "{error}");
    assert_eq!((error.reached(), server.requests().len()), (Reached::Maybe, 6));
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let inside = Server::plain(|_| answer("inside")).await;
    let port = inside.address.port();
    let names = crate::setup::Names::always(&["127.0.0.1"]);
    let client = client(Options { allow: vec!["127.0.0.2/32".parse().unwrap()], resolver: names.resolver(), ..open() });
    let targets = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("//127.0.0.1:{port}/"),
        format!("http://looks-fine.test:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ];
    for target in targets {
        let location = target.clone();
        let server = Server::start("127.0.0.2:0", None, move |_| redirect(&location)).await;
        let error = client.download(&at(&server, "/"), &Route::Default, &Limits::DOWNLOAD).await.unwrap_err();
        assert!(matches!(error, Error::Forbidden { .. }), "{target}: {error}");
        assert_eq!(error.reached(), Reached::No);
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn a_redirect_from_https_to_http_is_not_followed() {
    let plain = Server::plain(|_| answer("plain")).await;
    let authority = Authority::new(&["pictures.test"]);
    let location = at(&plain, "/").to_string();
    let server = Server::secure(&authority, move |_| redirect(&location)).await;
    let client = client(trusting(&authority));
    let error = client.download(&named("pictures.test", &server, "/"), &Route::Default, &Limits::DOWNLOAD).await.unwrap_err();
    assert!(matches!(error, Error::PlainHttp { .. }), "{error}");
    assert_eq!(plain.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_what_is_no_web_address_is_not_followed() {
    let client = client(open());
    for location in ["file:///etc/passwd", "ftp://127.0.0.1/", "data:text/plain,x", "http://user:password@127.0.0.1/"] {
        let server = Server::plain(move |_| redirect(location)).await;
        let error = client.download(&at(&server, "/"), &Route::Default, &Limits::DOWNLOAD).await.unwrap_err();
        assert!(matches!(error, Error::Address(_)), "{location}: {error}");
    }
    for headers in ["", "location: http://[\r\n", "location: \u{80}\r\n", "location: http://:0/\r\n"] {
        let server = Server::plain(move |_| answer_with("302 Found", headers, "")).await;
        let error = client.download(&at(&server, "/"), &Route::Default, &Limits::DOWNLOAD).await.unwrap_err();
        assert_eq!(error.reached(), Reached::Maybe, "{headers}: {error}");
    }
}

#[tokio::test]
async fn a_download_takes_https_only_unless_the_operator_allows_more() {
    let server = Server::plain(|_| answer("plain")).await;
    let closed = client(Options { allow_plain_http: false, ..open() });
    let error = closed.download(&at(&server, "/"), &Route::Default, &Limits::DOWNLOAD).await.unwrap_err();
    assert!(matches!(error, Error::PlainHttp { .. }), "{error}");
    assert_eq!(server.connections(), 0);
    let error = closed.download(&url("https://169.254.169.254/"), &Route::Direct, &Limits::DOWNLOAD).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
}

#[tokio::test]
async fn other_answers_of_the_three_hundreds_are_answers() {
    let server = Server::plain(|_| answer_with("300 Multiple Choices", "location: /other\r\n", "choose")).await;
    let found = client(open()).download(&at(&server, "/"), &Route::Default, &Limits::DOWNLOAD).await.unwrap();
    assert_eq!((found.status.as_u16(), server.requests().len()), (300, 1));
}
