//! What a vendor keeps ready is written as it comes, and never held whole.

use fake_vendors::Vendor;
use providers::{Class, ImageProvider, Output, Source, Way};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{account, fakes};

/// A picture of so many bytes, of which a part comes before the line breaks.
async fn broken_off(announced: usize, part: usize) -> Output {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let link = format!("http://{}/a.png", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // All of the request: what is left unread would reset the connection, and take what was sent along.
            let _length = stream.read(&mut [0; 4096]).await.expect("a request");
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {announced}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.expect("a reader");
            stream.write_all(&vec![7; part]).await.expect("a reader");
        }
    });
    Output { source: Source::Link(link.parse().expect("an address")), seed: None, revised_prompt: None }
}

#[tokio::test]
async fn what_came_before_the_line_broke_has_been_written() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    let output = broken_off(4 << 20, 1 << 20).await;
    let mut written = Vec::new();
    let error = providers::replicate::Replicate.fetch(&account, &output, &mut written).await.unwrap_err();
    assert_eq!((error.class, error.way, written.len()), (Class::Network, None, 1 << 20));
}

#[tokio::test]
async fn a_full_disk_of_ours_is_told_from_a_line_that_breaks() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::Replicate);
    let inside = Output { source: Source::Bytes(vec![7; 1000].into()), seed: None, revised_prompt: None };
    for output in [broken_off(1000, 1000).await, inside] {
        let mut full = tokio::fs::File::options().write(true).open("/dev/full").await.unwrap();
        let error = providers::replicate::Replicate.fetch(&account, &output, &mut full).await.unwrap_err();
        assert_eq!(error.way, Some(Way::Writing), "{error}");
    }
}
