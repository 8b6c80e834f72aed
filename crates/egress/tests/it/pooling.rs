//! Connections are used again, but never for another kind of call, and no request is sent twice.

use egress::{Call, Error, Limits, Reach, Reached};

use crate::server::{Seen, Server, Step, answer, answer_with, send};
use crate::setup::{FAR, at, client, configured, open};

fn post(server: &Server) -> Call {
    Call::post(at(server, "/")).reach(Reach::Configured).limits(FAR).json(&1).unwrap()
}

#[tokio::test]
async fn a_connection_is_used_again_after_its_answer_was_read() {
    let server = Server::plain(|_| answer("here")).await;
    let client = client(open());
    for _ in 0..5 {
        client.send(post(&server)).await.unwrap().bytes().await.unwrap();
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 5));
}

#[tokio::test]
async fn a_connection_of_a_configured_call_is_not_given_to_a_public_one() {
    let server = Server::plain(|_| answer("here")).await;
    let client = client(open());
    for _ in 0..2 {
        client.send(configured(at(&server, "/"))).await.unwrap().bytes().await.unwrap();
        client.send(Call::get(at(&server, "/"))).await.unwrap().bytes().await.unwrap();
    }
    assert_eq!((server.connections(), server.requests().len()), (2, 4));
}

#[tokio::test]
async fn an_answer_that_is_dropped_half_read_closes_its_connection() {
    let server = Server::plain(|_| vec![send("HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n"), Step::Repeat(vec![7; 4096])]).await;
    let client = client(open());
    let limits = Limits { max_body_bytes: u64::MAX, ..FAR };
    let mut found = client.send(configured(at(&server, "/")).limits(limits)).await.unwrap();
    found.chunk().await.unwrap().unwrap();
    drop(found);
    server.closed(1).await;
}

#[tokio::test]
async fn a_call_that_is_given_up_closes_its_connection() {
    let server = Server::plain(|_| vec![Step::Hang]).await;
    let client = client(open());
    let address = at(&server, "/");
    let calling = tokio::spawn(async move { client.send(configured(address)).await.map(|_| ()) });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    calling.abort();
    server.closed(1).await;
}

#[tokio::test]
async fn a_post_on_a_connection_that_the_server_closed_while_it_waited_arrives_once() {
    let server = Server::plain(|_| [answer("here"), vec![Step::Close]].concat()).await;
    let client = client(open());
    for turn in 1..=20 {
        // Whether the client has noticed the closing yet is chance, so this is tried often, and once surely after.
        if turn == 20 {
            server.closed(turn - 1).await;
        }
        let before = server.requests().len();
        match client.send(post(&server)).await {
            Ok(found) => {
                found.bytes().await.unwrap();
                assert_eq!(server.requests().len(), before + 1);
            }
            Err(error) => {
                assert!(matches!(error, Error::Disconnected { .. }), "{error}");
                assert_eq!(error.reached(), Reached::Maybe);
            }
        }
    }
}

#[tokio::test]
async fn a_post_that_was_read_and_not_answered_is_not_sent_again() {
    // The first answer is given, the second request is read and the connection closed.
    let server = Server::plain(|seen: &Seen| match seen.head.starts_with("GET") {
        true => answer("here"),
        false => vec![Step::Close],
    })
    .await;
    let client = client(open());
    client.send(configured(at(&server, "/"))).await.unwrap().bytes().await.unwrap();
    let error = client.send(post(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Disconnected { .. }), "{error}");
    assert_eq!(error.reached(), Reached::Maybe);
    let posts = server.requests().iter().filter(|seen| seen.head.starts_with("POST")).count();
    assert_eq!((posts, server.connections()), (1, 1));
}

#[tokio::test]
async fn a_connection_that_says_more_than_it_was_asked_is_not_used_again() {
    // The answer to a question that nobody asked must not answer the next one.
    let smuggled = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhereHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong";
    let server = Server::plain(move |_| vec![send(smuggled)]).await;
    let client = client(open());
    for _ in 0..5 {
        match client.send(configured(at(&server, "/")).limits(FAR)).await {
            Ok(found) => assert_eq!(found.bytes().await.unwrap(), "here"),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(server.connections(), 5);
}

#[tokio::test]
async fn a_server_that_wants_to_close_is_not_asked_again_on_the_same_connection() {
    let server = Server::plain(|_| answer_with("200 OK", "connection: close\r\n", "here")).await;
    let client = client(open());
    for _ in 0..3 {
        client.send(post(&server)).await.unwrap().bytes().await.unwrap();
    }
    assert_eq!(server.connections(), 3);
}
