//! Uploads are read piece by piece, and no further than need be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::Method;
use bytes::Bytes;
use futures::{StreamExt, stream};

use super::files::assert_nothing_stored;
use crate::support::{Answer, Client, TestApp};

const MIB: usize = 1 << 20;
const KIND: (&str, &str) = ("content-type", "multipart/form-data; boundary=edge");

/// The head of a form with a file, and 64 pieces of a mebibyte, of which `asked` counts those that were asked for.
fn pieces(asked: &Arc<AtomicUsize>) -> impl stream::Stream<Item = Result<Bytes, std::io::Error>> + use<> {
    let asked = Arc::clone(asked);
    stream::iter(0..64).map(move |piece: usize| {
        asked.store(piece, Ordering::Relaxed);
        if piece == 0 {
            return Ok(Bytes::from_static(b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"));
        }
        Ok(Bytes::from(vec![0; MIB]))
    })
}

async fn send(client: &Client, body: Body) -> Answer {
    client.send(Method::POST, "/api/uploads", &[KIND], body).await
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_while_it_arrives() {
    let app = TestApp::with(&[("MAX_FILE_SIZE_MB", "3")]).await;
    let li = app.user("li").await;
    let asked = Arc::default();
    let problem = send(&li, Body::from_stream(pieces(&asked))).await.expect(413);
    assert_eq!(problem["code"], "file_too_large");
    assert!(problem["detail"].as_str().unwrap().contains("3 MB"), "{problem}");
    let asked = asked.load(Ordering::Relaxed);
    assert!((4..8).contains(&asked), "{asked} MiB were read");
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn what_arrives_lies_in_a_file_and_is_gone_when_the_connection_breaks() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let tmp = app.app.temporary_folder();
    let largest = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&largest);
    let arriving = pieces(&Arc::default()).take(9).map(move |piece| {
        for entry in std::fs::read_dir(&tmp).unwrap().flatten() {
            seen.fetch_max(entry.metadata().map_or(0, |found| found.len() as usize), Ordering::Relaxed);
        }
        piece
    });
    let broken = arriving.chain(stream::iter([Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))]));
    assert_eq!(send(&li, Body::from_stream(broken)).await.code(400), "invalid_request");
    assert!(largest.load(Ordering::Relaxed) >= 4 * MIB, "only {} bytes lay in a file", largest.load(Ordering::Relaxed));
    assert_nothing_stored(&app).await;
}
