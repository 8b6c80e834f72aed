//! What a task keeps of its words.

use fake_vendors::Vendor;
use serde_json::{Value, json};

use super::order;
use crate::support::studio::{Studio, json_of};
use crate::support::{Client, id};

fn told(studio: &Studio) -> Vec<Value> {
    studio.fakes.requests(Vendor::OpenAi).iter().map(|sent| json_of(sent)["prompt"].clone()).collect()
}

#[tokio::test]
async fn a_task_keeps_template_version_style_slots_and_final_prompt_beside_the_own_words() {
    let studio = Studio::open().await;
    let more = json!({ "template": "poster", "style": "pixel-art", "slots": { "headline": "春游" }, "originalPrompt": "去春游", "avoidInWords": true });
    let task = studio.user.post("/api/tasks", order("孩子们在草地上放风筝", more)).await.expect(202);
    assert_eq!((&task["style"], &task["parameters"]["prompt"]), (&json!("pixel-art"), &json!("孩子们在草地上放风筝")));
    assert_eq!(
        task["promptDetails"],
        json!({ "template": { "id": "poster", "version": 1 }, "slots": { "headline": "春游" }, "style": { "id": "pixel-art", "version": 1 },
            "avoidInWords": true, "originalPrompt": "去春游", "negativePrompt": null, "language": "zh" })
    );
    let prompt = task["prompt"].as_str().unwrap();
    for part in ["孩子们在草地上放风筝", "“春游”", "像素画", "画面中不要出现：错别字"] {
        assert!(prompt.contains(part), "{prompt}");
    }
    studio.app.run_jobs().await;
    assert_eq!(told(&studio), [task["prompt"].clone()]);
    // Found by own words and by the names of style and template, not by what they add.
    for (words, found) in [("放风筝", 1), ("像素画", 1), ("poster", 1), ("调色板", 0)] {
        let page = studio.user.get(&format!("/api/tasks?q={}", urlencoded(words))).await.expect(200);
        assert_eq!(page["total"], json!(found), "{words}");
    }
    studio.verify().await;
}

#[tokio::test]
async fn own_words_alone_are_told_letter_by_letter() {
    let studio = Studio::open().await;
    let words = "  A {cat}. <b>of</b> [glass] \n";
    let task = studio.draw(words, json!({})).await;
    assert_eq!((&task["prompt"], &task["parameters"]["prompt"]), (&json!(words), &json!(words)));
    assert_eq!(told(&studio), [json!(words)]);
    assert_eq!((&task["promptDetails"]["template"], &task["promptDetails"]["style"]), (&json!(null), &json!(null)));
}

#[tokio::test]
async fn a_task_is_repeated_with_the_same_prompt_after_its_style_and_template_are_gone() {
    let studio = Studio::open().await;
    let more = json!({ "template": "portrait", "style": "gongbi", "model": "first", "originalPrompt": "女子" });
    let task = studio.user.post("/api/tasks", order("宫装女子", more)).await.expect(202);
    studio.app.run_jobs().await;
    let folder = studio.app.app.config.app.data_dir.join("catalogue");
    for file in ["prompts.toml", "prompt-styles.toml"] {
        std::fs::write(folder.join(file), "").unwrap();
    }
    let later = studio.app.beside();
    let client = Client::new(danqing::router::router(later.clone()));
    for cookie in ["danqing_session", "danqing_refresh"] {
        client.set_cookie(cookie, &studio.user.cookie(cookie));
    }
    let gone = client.post("/api/tasks", order("宫装女子", json!({ "style": "gongbi" }))).await.code(400);
    assert_eq!(gone, "style_unknown");
    let again = client.post(&format!("/api/tasks/{}/retry", id(&task)), json!({})).await.expect(202);
    assert_ne!(again["id"], task["id"]);
    assert_eq!((&again["prompt"], &again["promptDetails"], &again["style"]), (&task["prompt"], &task["promptDetails"], &task["style"]));
    studio.app.run_jobs().await;
    assert_eq!(told(&studio), [task["prompt"].clone(), task["prompt"].clone()]);
    studio.verify().await;
}

#[tokio::test]
async fn whoever_stands_in_is_told_in_its_own_way_and_the_task_shows_that() {
    let studio = Studio::open().await;
    studio.fakes.inject(Vendor::OpenAi, "[401]");
    let task = studio.user.post("/api/tasks", order("a fox", json!({ "style": "ink-wash" }))).await.expect(202);
    studio.app.run_jobs().await;
    let task = studio.user.task(&id(&task)).await;
    assert_eq!(task["model"], json!("stand-in"), "{task}");
    let sent = studio.gateway.requests(Vendor::OpenAi);
    assert_eq!(json_of(&sent[0])["prompt"], task["prompt"]);
    studio.verify().await;
}

#[tokio::test]
async fn a_wiped_task_has_no_words_left() {
    let studio = Studio::open().await;
    let task = studio.user.post("/api/tasks", order("a secret garden", json!({ "style": "oil" }))).await.expect(202);
    studio.app.run_jobs().await;
    studio.user.delete(&format!("/api/tasks/{}", id(&task))).await.expect(200);
    studio.run_later(3600).await;
    let wanted = id(&task).parse().unwrap();
    let read =
        studio.app.app.database.read::<_, danqing::error::Failure, _>(move |conn| Ok(danqing::database::tasks::by_id(conn, &wanted)?));
    let row = read.await.unwrap().unwrap();
    assert_eq!((row.prompt, row.prompt_details.as_str(), row.input_parameters.as_str()), (None, "{}", "{}"));
}

fn urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn a_task_without_words_keeps_none() {
    let studio = Studio::open().await;
    let file = studio.user.stamp().await;
    let task = studio.user.post("/api/tasks", json!({ "taskType": "upscale", "inputFiles": [file] })).await.expect(202);
    assert_eq!((&task["prompt"], &task["promptDetails"]), (&json!(null), &json!(null)));
}
