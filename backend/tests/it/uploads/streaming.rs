//! Uploads are read piece by piece, and no further than need be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use bytes::Bytes;
use futures::{StreamExt, stream};
use image::{ImageFormat, Rgb, RgbImage};

use super::files::{assert_nothing_stored, written};
use crate::support::{Answer, Client, TestApp, form};

const MIB: usize = 1 << 20;
const KIND: (&str, &str) = ("content-type", "multipart/form-data; boundary=edge");

/// The head of a part with a file.
const HEAD: &[u8] = b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";

/// The head of a form with a file, and 64 pieces of a mebibyte, of which `asked` counts those that were asked for.
fn pieces(asked: &Arc<AtomicUsize>) -> impl stream::Stream<Item = Result<Bytes, std::io::Error>> + use<> {
    pieces_after(Bytes::from_static(HEAD), asked)
}

/// The same with another beginning.
fn pieces_after(first: Bytes, asked: &Arc<AtomicUsize>) -> impl stream::Stream<Item = Result<Bytes, std::io::Error>> + use<> {
    let asked = Arc::clone(asked);
    stream::iter(0..64).map(move |piece: usize| {
        asked.store(piece, Ordering::Relaxed);
        Ok(if piece == 0 { first.clone() } else { Bytes::from(vec![0; MIB]) })
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

#[tokio::test]
async fn a_form_whose_first_part_never_begins_is_not_read_to_its_end() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    for beginning in [&b"no edge"[..], b"--edge", &HEAD[..HEAD.len() - 2]] {
        let asked = Arc::default();
        let problem = send(&li, Body::from_stream(pieces_after(Bytes::from_static(beginning), &asked))).await.expect(400);
        assert_eq!(problem["code"], "invalid_request");
        let asked = asked.load(Ordering::Relaxed);
        assert!(asked < 8, "{asked} MiB were read after {}", String::from_utf8_lossy(beginning));
    }
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn what_has_arrived_is_used_before_more_is_asked_for() {
    let app = TestApp::with(&[("MAX_FILES_PER_TASK", "90")]).await;
    let li = app.user("li").await;
    let asked = Arc::default();
    let parts = [HEAD, b"x\r\n"].concat().repeat(91);
    let problem = send(&li, Body::from_stream(pieces_after(Bytes::from(parts), &asked))).await.expect(400);
    assert_eq!(problem["code"], "too_many_files");
    // One more may be asked for while the beginning of the form is looked for.
    let asked = asked.load(Ordering::Relaxed);
    assert!(asked <= 1, "{asked} pieces were read after the one that held all parts");
}

#[tokio::test]
async fn many_pictures_may_arrive_in_large_pieces() {
    let app = TestApp::with(&[("MAX_FILES_PER_TASK", "10")]).await;
    let li = app.user("li").await;
    let noise = |x: u32, y: u32| Rgb([x * y, x * 57 + y * y, y * 91 + x * x].map(|c| (c.wrapping_mul(2_654_435_761) >> 24) as u8));
    let picture = written(&RgbImage::from_fn(600, 600, noise).into(), ImageFormat::Png);
    let files: Vec<(&str, &[u8])> = (0..10).map(|_| ("a.png", picture.as_slice())).collect();
    let (kind, body) = form::files(&files);
    assert!(body.len() > 8 * MIB, "{}", body.len());
    let pieces: Vec<Result<Bytes, std::io::Error>> = body.chunks(2 * MIB).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    let answer = li.send(Method::POST, "/api/uploads", &[("content-type", &kind)], Body::from_stream(stream::iter(pieces))).await;
    assert_eq!(answer.expect(201)["files"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn an_upload_that_stops_or_only_drips_is_given_up() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    // A byte after each 29 seconds: it never stops, and never ends.
    let clock = app.app.clock.clone();
    let dripping = stream::repeat_with(move || {
        clock.advance(Duration::from_secs(29));
        Ok::<_, std::io::Error>(Bytes::from_static(b"x"))
    });
    let begun = || stream::iter([Ok(Bytes::from_static(HEAD))]);
    assert_eq!(send(&li, Body::from_stream(begun().chain(dripping))).await.code(408), "upload_timeout");
    // The session's short token is over by now.
    li.post("/api/auth/refresh", serde_json::json!({})).await.expect(200);
    let clock = app.app.clock.clone();
    let stopping = stream::poll_fn(move |context| {
        clock.advance(Duration::from_secs(31));
        context.waker().wake_by_ref();
        Poll::Pending
    });
    assert_eq!(send(&li, Body::from_stream(begun().chain(stopping))).await.code(408), "upload_timeout");
    assert_nothing_stored(&app).await;
}
