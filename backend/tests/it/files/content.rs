//! `GET /files/{id}`: the headers and ranges of a picture.

use axum::body::Body;
use axum::http::Method;
use serde_json::Value;

use crate::support::{Answer, Client, TestApp, photo};

async fn uploaded(client: &Client, name: &str) -> Value {
    client.upload(name, &photo(64, 48)).await.expect(201)["files"][0].clone()
}

async fn ask(client: &Client, method: Method, link: &Value, headers: &[(&str, &str)]) -> Answer {
    client.send(method, link.as_str().unwrap(), headers, Body::empty()).await
}

#[tokio::test]
async fn a_picture_runs_nothing_and_is_kept_by_the_browser_only() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = uploaded(&li, "a.png").await;
    for link in ["url", "thumbnailUrl", "downloadUrl"] {
        let answer = ask(&li, Method::GET, &file[link], &[]).await;
        assert_eq!(answer.headers["content-security-policy"], "default-src 'none'; sandbox");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["content-length"].to_str().unwrap(), answer.bytes.len().to_string());
        assert!(answer.headers["cache-control"].to_str().unwrap().starts_with("private, max-age="));
        assert_eq!(answer.headers.contains_key("content-disposition"), link == "downloadUrl");
    }
}

#[tokio::test]
async fn a_browser_that_has_the_picture_is_not_sent_it_again() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = uploaded(&li, "a.png").await;
    let first = ask(&li, Method::GET, &file["url"], &[]).await;
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    for held in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let again = ask(&li, Method::GET, &file["url"], &[("if-none-match", &held)]).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{held}");
        assert_eq!(again.headers["etag"], tag.as_str());
    }
    assert_eq!(ask(&li, Method::GET, &file["url"], &[("if-none-match", "\"x\"")]).await.status, 200);
    // The preview is another picture and has another tag.
    assert_eq!(ask(&li, Method::GET, &file["thumbnailUrl"], &[("if-none-match", &tag)]).await.status, 200);
}

#[tokio::test]
async fn a_part_of_a_picture_is_answered_as_asked() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = uploaded(&li, "a.png").await;
    let whole = ask(&li, Method::GET, &file["url"], &[]).await;
    assert_eq!(whole.headers["accept-ranges"], "bytes");
    let size = whole.bytes.len();
    let cases = [
        ("bytes=0-9".to_owned(), 0..10),
        ("bytes=10-".to_owned(), 10..size),
        ("bytes=-7".to_owned(), size - 7..size),
        (format!("bytes=5-{}", size + 1000), 5..size),
        (format!("bytes=-{}", size + 1000), 0..size),
    ];
    for (range, expected) in cases {
        let part = ask(&li, Method::GET, &file["url"], &[("range", &range)]).await;
        assert_eq!(part.status, 206, "{range}");
        let told = format!("bytes {}-{}/{size}", expected.start, expected.end - 1);
        assert_eq!(part.headers["content-range"], told.as_str());
        assert_eq!(part.headers["content-length"].to_str().unwrap(), expected.len().to_string());
        assert_eq!(part.bytes, whole.bytes[expected], "{range}");
    }
}

#[tokio::test]
async fn a_part_that_does_not_exist_is_refused_with_the_size() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = uploaded(&li, "a.png").await;
    let size = file["sizeBytes"].as_u64().unwrap();
    for range in [format!("bytes={size}-"), format!("bytes={}-{}", size + 5, size + 9)] {
        let answer = ask(&li, Method::GET, &file["url"], &[("range", &range)]).await;
        assert_eq!(answer.headers.get("content-range").map(|value| value.to_str().unwrap()), Some(&*format!("bytes */{size}")), "{range}");
        assert_eq!(answer.code(416), "range_not_satisfiable", "{range}");
    }
}

#[tokio::test]
async fn several_parts_or_a_range_that_is_none_get_the_whole() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = uploaded(&li, "a.png").await;
    for range in ["bytes=0-1,5-6", "lines=1-2", "bytes=-0", "bytes=9-5", "bytes=", "bytes=a-b"] {
        let answer = ask(&li, Method::GET, &file["url"], &[("range", range)]).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len() as u64), (200, file["sizeBytes"].as_u64().unwrap()), "{range}");
    }
}

#[tokio::test]
async fn head_says_what_get_would() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = uploaded(&li, "a.png").await;
    let (get, head) = (ask(&li, Method::GET, &file["url"], &[]).await, ask(&li, Method::HEAD, &file["url"], &[]).await);
    assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
    for name in ["content-type", "content-length", "etag", "accept-ranges"] {
        assert_eq!(head.headers[name], get.headers[name], "{name}");
    }
    // Its seconds run down between the two.
    assert!(head.headers["cache-control"].to_str().unwrap().starts_with("private, max-age="));
}

#[tokio::test]
async fn head_knows_no_parts() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = uploaded(&li, "a.png").await;
    let whole = ask(&li, Method::HEAD, &file["url"], &[]).await;
    for range in ["bytes=0-9", "bytes=-7", "bytes=99999999-"] {
        let head = ask(&li, Method::HEAD, &file["url"], &[("range", range)]).await;
        assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0), "{range}");
        assert_eq!(head.headers["content-length"], whole.headers["content-length"], "{range}");
        assert!(!head.headers.contains_key("content-range"), "{range}");
    }
}

#[tokio::test]
async fn a_part_is_added_only_to_what_was_held_of_the_same_picture() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = uploaded(&li, "a.png").await;
    let whole = ask(&li, Method::GET, &file["url"], &[]).await;
    let tag = whole.headers["etag"].to_str().unwrap().to_owned();
    let held = |held: String| {
        let (li, url) = (li.clone(), file["url"].clone());
        async move { ask(&li, Method::GET, &url, &[("range", "bytes=10-"), ("if-range", &held)]).await }
    };
    let same = held(tag.clone()).await;
    assert_eq!((same.status.as_u16(), &same.bytes[..]), (206, &whole.bytes[10..]));
    let thumbnail = ask(&li, Method::GET, &file["thumbnailUrl"], &[]).await.headers["etag"].to_str().unwrap().to_owned();
    for other in ["\"x\"".to_owned(), format!("W/{tag}"), thumbnail, "Sun, 22 Nov 2026 08:00:00 GMT".to_owned(), "*".to_owned()] {
        let answer = held(other.clone()).await;
        assert_eq!((answer.status.as_u16(), &answer.bytes), (200, &whole.bytes), "{other}");
        assert!(!answer.headers.contains_key("content-range"), "{other}");
    }
}

#[tokio::test]
async fn a_picture_is_saved_under_the_name_it_came_with_and_the_ending_of_what_it_is() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    for (name, plain, encoded) in [
        ("猫 1.png", "__1.png", "%E7%8C%AB%201.png"),
        ("../../etc/passwd.png", "passwd.png", "passwd.png"),
        ("a;b=c.png", "a_b_c.png", "a%3Bb%3Dc.png"),
        ("x.html", "x.png", "x.png"),
        ("猫\u{202e}gnp.exe", "_gnp.png", "%E7%8C%ABgnp.png"),
    ] {
        let file = uploaded(&li, name).await;
        let answer = ask(&li, Method::GET, &file["downloadUrl"], &[]).await;
        let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
        assert_eq!(answer.headers["content-disposition"].to_str().unwrap(), expected);
    }
}
