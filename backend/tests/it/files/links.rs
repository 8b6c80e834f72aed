//! Signed links: what opens and what does not.

use std::time::Duration;

use serde_json::Value;

use crate::support::{Client, TestApp};

async fn file(client: &Client) -> Value {
    let id = client.photo().await;
    client.get(&format!("/api/files/{id}")).await.expect(200)
}

#[tokio::test]
async fn nothing_in_a_link_can_be_changed() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let (mine, other) = (file(&li).await, file(&li).await);
    let link = mine["url"].as_str().unwrap();
    let (path, query) = link.split_once('?').unwrap();
    let [variant, expires, signature] = query.split('&').collect::<Vec<_>>()[..] else { panic!("{link}") };
    let later: i64 = expires[2..].parse::<i64>().unwrap() + 3600;
    let flipped = if signature.starts_with("s=A") { "B" } else { "A" };
    let changed = [
        format!("{path}?v=t&{expires}&{signature}"),
        format!("{path}?v=d&{expires}&{signature}"),
        format!("{path}?v=x&{expires}&{signature}"),
        format!("{path}?{variant}&e={later}&{signature}"),
        format!("{path}?{variant}&{expires}&s="),
        format!("{path}?{variant}&{expires}&s={flipped}{}", &signature[3..]),
        format!("{path}?{variant}&{expires}&{}", &signature[..signature.len() - 4]),
        format!("/files/{}?{query}", other["id"].as_str().unwrap()),
        format!("/files/nonsense?{query}"),
    ];
    for forged in changed {
        assert_eq!(li.get(&forged).await.code(404), "not_found", "{forged}");
    }
    let malformed = [
        path.to_owned(),
        format!("{path}?{variant}&{expires}"),
        format!("{path}?{variant}&{expires}&s=%00"),
        format!("{link}&x=1"),
        format!("{path}?{variant}&e=soon&{signature}"),
    ];
    for link in malformed {
        assert_eq!(li.get(&link).await.status, 400, "{link}");
    }
    assert_eq!(li.get(link).await.status, 200);
}

#[tokio::test]
async fn a_link_lives_as_long_as_it_says() {
    let app = TestApp::start().await;
    let li = app.user("li").await;
    let file = file(&li).await;
    let link = file["url"].as_str().unwrap();
    let expires: i64 = link.split_once("e=").unwrap().1.split('&').next().unwrap().parse().unwrap();
    let left = expires - app.app.clock.now().0 / 1000;
    assert!((900..=4500).contains(&left), "links of {left} s");
    app.app.clock.advance(Duration::from_secs(left as u64 - 1));
    assert_eq!(app.anonymous().get(link).await.status, 200);
    app.app.clock.advance(Duration::from_secs(2));
    assert_eq!(app.anonymous().get(link).await.code(403), "link_expired");
}

#[tokio::test]
async fn links_of_another_studio_open_nothing() {
    let (app, other) = (TestApp::start().await, TestApp::start().await);
    let link = file(&other.user("li").await).await["url"].as_str().unwrap().to_owned();
    let li = app.user("li").await;
    assert_eq!(li.get(&link).await.code(404), "not_found");
}
