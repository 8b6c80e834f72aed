//! Nothing that this crate says about itself holds a key, a query or what was sent.

use egress::http::header::{HeaderName, HeaderValue};
use egress::{Body, Call, Credential, Form, Limits, Options, ProxyUrl, Reach, Route};

use crate::server::{Server, Step, answer, answer_with, redirect, send};
use crate::setup::{FAR, SHORT, client, open, url};

/// A call that is full of secrets.
fn call(address: &str) -> Call {
    Call::post(url(&format!("{address}/canary-path?signature=canary#canary")))
        .reach(Reach::Configured)
        .credential(Credential::bearer("canary", "127.0.0.1").unwrap())
        .header(HeaderName::from_static("x-other"), HeaderValue::from_static("canary"))
        .body(Body::Bytes("canary".into()))
        .limits(Limits { first_byte: SHORT, idle: SHORT, max_body_bytes: 100, ..FAR })
}

#[tokio::test]
async fn no_error_tells_a_secret() {
    let client = client(open());
    let ends: Vec<Vec<Step>> = vec![
        vec![Step::Close],
        vec![Step::Hang],
        vec![send("canary canary\r\n\r\n")],
        vec![send("HTTP/1.1 200 OK\r\ncanary canary\r\n\r\n")],
        vec![send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\ncanary"), Step::Close],
        vec![send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\ncanary"), Step::Hang],
        vec![send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\ncanary\r\n"), Step::Hang],
        answer_with("200 OK", "content-encoding: canary\r\n", "canary"),
        answer_with("200 OK", "content-encoding: gzip\r\n", "canary"),
        answer("canary".repeat(100)),
        answer("\"canary\""),
        redirect("http://canary:canary@x/"),
        redirect("http://127.0.0.1:1/canary?canary"),
    ];
    for (turn, steps) in ends.into_iter().enumerate() {
        let server = Server::plain(move |_| steps.clone()).await;
        let address = format!("http://{}", server.address);
        let sent = match client.send(call(&address)).await {
            Ok(found) => {
                assert!(!format!("{found:?}").contains("canary"));
                found.json::<u8>().await.map(|_| ())
            }
            Err(error) => Err(error),
        };
        let error = sent.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{turn}: {error:?}");
        let address = url(&format!("{address}/canary?canary"));
        if let Err(error) = client.download(&address, &Route::Direct, &Limits { first_byte: SHORT, ..FAR }).await {
            assert!(!format!("{error} {error:?}").contains("canary"), "{turn}: {error:?}");
        }
    }
}

#[test]
fn nothing_shows_a_secret_when_it_is_printed() {
    let form = Form::new().text("canary", "canary").file("canary", "canary", "text/plain", "canary".into()).unwrap();
    let proxy = ProxyUrl::parse("http://canary:canary@127.0.0.1:1").unwrap();
    let call = call("http://127.0.0.1").form(form.clone()).route(Route::Via(proxy.clone()));
    let options = Options { https_proxy: Some(proxy.clone()), ..open() };
    let shown = format!("{call:?} {form:?} {proxy:?} {proxy} {:?} {options:?} {:?}", call.credential, client(options.clone()));
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn a_key_that_is_refused_is_not_told() {
    let error = Credential::bearer("canary\n", "127.0.0.1").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
    let error = client(open()).send(call("http://127.0.0.2")).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
}
