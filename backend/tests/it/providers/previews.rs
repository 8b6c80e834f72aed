//! What a vendor shows of a picture while it works.

use serde_json::json;

use crate::support::id;
use crate::support::studio::{Studio, json_of};

#[tokio::test]
async fn a_partial_picture_is_shown_while_the_vendor_works_and_gone_afterwards() {
    let studio = Studio::open().await;
    let mut stream = studio.user.watch(None).await;
    // The vendor shows something and then falls silent, until it is given up.
    let task = id(&studio.ask("a cat [streamhang]", json!({ "model": "first" })).await);
    let looking = async {
        let told = stream.until(|event| event.is_task(&task) && !event.data["previewUrl"].is_null()).await;
        let link = told.last().unwrap().data["previewUrl"].as_str().unwrap().to_owned();
        (studio.user.get(&link).await, link)
    };
    let ((shown, link), _) = tokio::join!(looking, studio.app.run_jobs());
    assert_eq!(
        (shown.status.as_u16(), &shown.headers["content-type"], &shown.headers["cache-control"]),
        (200, &"image/webp".parse().unwrap(), &"private, no-store".parse().unwrap())
    );
    assert!(imaging::decode(&shown.bytes, &imaging::Limits::default()).is_ok());
    let sent = json_of(&studio.fakes.requests(fake_vendors::Vendor::OpenAi)[0]);
    assert_eq!((&sent["stream"], &sent["partial_images"]), (&json!(true), &json!(2)));
    let task = studio.user.task(&task).await;
    assert_eq!((&task["error"]["code"], &task["previewUrl"]), (&json!("unknown_outcome"), &json!(null)));
    // Who looks a moment too late has made no mistake.
    assert_eq!((studio.user.get(&link).await.status.as_u16(), studio.app.files_in("objects").len()), (204, 0));
}
