//! How much may come back: bodies, whatever hides their size, and heads.

use std::io::Write;

use egress::{Error, Limits, Reached};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use crate::server::{Server, Step, answer, answer_with, send};
use crate::setup::{FAR, at, client, configured, open};

/// What the calls of this file allow.
const MAX_BYTES: u64 = 100_000;
const SMALL: Limits = Limits { max_body_bytes: MAX_BYTES, ..FAR };

/// Reads the whole answer of a server that does this.
async fn read(steps: Vec<Step>) -> (Server, Result<bytes::Bytes, Error>) {
    let server = Server::plain(move |_| steps.clone()).await;
    let found = match client(open()).send(configured(at(&server, "/")).limits(SMALL)).await {
        Ok(found) => found.bytes().await,
        Err(error) => Err(error),
    };
    (server, found)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn packed(encoding: &str, body: &[u8]) -> Vec<Step> {
    answer_with("200 OK", &format!("content-encoding: {encoding}\r\n"), body)
}

#[tokio::test]
async fn a_body_of_the_limit_passes_and_a_byte_more_does_not() {
    let (_, found) = read(answer(vec![7; MAX_BYTES as usize])).await;
    assert_eq!(found.unwrap().len() as u64, MAX_BYTES);
    let (server, found) = read(answer(vec![7; MAX_BYTES as usize + 1])).await;
    let error = found.unwrap_err();
    assert!(matches!(error, Error::BodyTooLarge { max_bytes: MAX_BYTES, .. }), "{error}");
    assert_eq!(error.reached(), Reached::Maybe);
    server.closed(1).await;
}

#[tokio::test]
async fn a_length_that_is_too_large_is_refused_before_a_byte_is_read() {
    let (server, found) = read(vec![send("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"), Step::Hang]).await;
    assert!(matches!(found, Err(Error::BodyTooLarge { .. })));
    server.closed(1).await;
}

#[tokio::test]
async fn a_body_without_end_is_cut_off_and_the_connection_closed() {
    let chunk = [b"1000\r\n".as_slice(), &[7; 4096], b"\r\n"].concat();
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let (server, found) = read(vec![send(head), Step::Repeat(chunk)]).await;
    assert!(matches!(found, Err(Error::BodyTooLarge { .. })));
    server.closed(1).await;
    let (server, found) = read(vec![send("HTTP/1.0 200 OK\r\n\r\n"), Step::Repeat(vec![7; 4096])]).await;
    assert!(matches!(found, Err(Error::BodyTooLarge { .. })));
    server.closed(1).await;
}

#[tokio::test]
async fn a_bomb_is_counted_after_decompression_and_unfolds_only_as_far_as_it_is_read() {
    let bomb = gzip(&vec![0; 64 << 20]);
    assert!(bomb.len() < 1 << 20);
    let server = Server::plain(move |_| packed("gzip", &bomb)).await;
    let mut found = client(open()).send(configured(at(&server, "/")).limits(SMALL)).await.unwrap();
    let mut read_bytes = 0;
    let error = loop {
        match found.chunk().await {
            Ok(piece) => {
                let piece = piece.unwrap();
                assert!(piece.len() <= 64 << 10);
                read_bytes += piece.len() as u64;
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::BodyTooLarge { .. }), "{error}");
    assert!(read_bytes <= MAX_BYTES);
    server.closed(1).await;
    assert!(matches!(found.chunk().await, Err(Error::Disconnected { .. })));
}

#[tokio::test]
async fn gzip_deflate_and_brotli_are_undone_and_no_longer_announced() {
    let text = "picture ".repeat(1_000);
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(text.as_bytes()).unwrap();
    // "hello" as brotli writes it without compressing.
    let brotli = b"\x0b\x02\x80hello\x03";
    let two = [gzip(text.as_bytes()), gzip(b"end")].concat();
    let bodies = [
        ("gzip", gzip(text.as_bytes()), text.clone()),
        ("X-GZIP", two, format!("{text}end")),
        ("deflate", zlib.finish().unwrap(), text.clone()),
        ("br", brotli.to_vec(), "hello".to_owned()),
        ("identity", b"as it is".to_vec(), "as it is".to_owned()),
    ];
    for (encoding, body, expected) in bodies {
        let server = Server::plain(move |_| packed(encoding, &body)).await;
        let found = client(open()).send(configured(at(&server, "/")).limits(SMALL)).await.unwrap();
        assert_eq!(found.headers.contains_key("content-length"), encoding == "identity");
        assert_eq!(found.bytes().await.unwrap(), expected, "{encoding}");
        assert_eq!(server.requests()[0].header("accept-encoding"), Some("gzip, br"));
    }
}

#[tokio::test]
async fn compression_that_is_broken_unknown_or_nested_is_a_fault_of_its_own() {
    let whole = gzip(&[7; 10_000]);
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
    raw.write_all(b"raw").unwrap();
    let bodies = [
        ("gzip", b"not compressed".to_vec()),
        ("gzip", whole[..whole.len() / 2].to_vec()),
        ("br", b"\xff\xff\xff".to_vec()),
        ("deflate", raw.finish().unwrap()),
        ("zstd", whole.clone()),
        ("gzip, gzip", whole.clone()),
        ("gzip\r\ncontent-encoding: gzip", whole),
    ];
    for (encoding, body) in bodies {
        let (_, found) = read(packed(encoding, &body)).await;
        assert!(matches!(found, Err(Error::Encoding { .. })), "{encoding}: {found:?}");
    }
}

#[tokio::test]
async fn an_answer_whose_body_cannot_be_read_still_has_a_status() {
    let server = Server::plain(|_| answer_with("401 Unauthorized", "content-encoding: zstd\r\n", "no")).await;
    let found = client(open()).send(configured(at(&server, "/"))).await.unwrap();
    assert_eq!(found.status.as_u16(), 401);
    assert!(matches!(found.bytes().await, Err(Error::Encoding { .. })));
    let (_, found) = read(answer_with("200 OK", "content-encoding: gzip\r\n", "")).await;
    assert!(found.unwrap().is_empty());
}

#[tokio::test]
async fn a_head_that_is_too_large_or_has_too_many_headers_is_refused() {
    let heads = [
        vec![send("HTTP/1.1 200 OK\r\n"), Step::Repeat(b"x-bomb: 0123456789\r\n".to_vec())],
        vec![send("HTTP/1.1 200 OK\r\nx-bomb: "), Step::Repeat(vec![b'x'; 4096])],
        vec![send(&format!("HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n", "a: b\r\n".repeat(150)))],
        vec![send(&format!("HTTP/1.1 200 OK\r\nx-bomb: {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(70_000)))],
    ];
    for (turn, steps) in heads.into_iter().enumerate() {
        let (server, found) = read(steps).await;
        let error = found.unwrap_err();
        assert!(matches!(error, Error::HeadersTooLarge { .. }), "{turn}: {error}");
        assert_eq!(error.reached(), Reached::Maybe);
        server.closed(1).await;
    }
}

#[tokio::test]
async fn trailers_and_chunk_extensions_without_end_do_not_pass() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    for tail in ["1;", "0\r\n"] {
        let (server, found) = read(vec![send(head), send(tail), Step::Repeat(b"x-bomb: 0123456789\r\n".to_vec())]).await;
        assert!(matches!(found, Err(Error::Disconnected { .. })), "{tail}: {found:?}");
        server.closed(1).await;
    }
}
