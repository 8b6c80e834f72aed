//! The models that are shipped, each at its vendor.

use fake_vendors::{FakeVendors, Vendor};
use serde_json::{Value, json};

use crate::support::studio::{KEY, order};
use crate::support::{TestApp, id};

const VENDORS: [(&str, Vendor); 9] = [
    ("DASHSCOPE", Vendor::DashScope),
    ("VOLCENGINE", Vendor::Volcengine),
    ("ZHIPU", Vendor::Zhipu),
    ("SILICONFLOW", Vendor::SiliconFlow),
    ("OPENAI", Vendor::OpenAi),
    ("GEMINI", Vendor::Gemini),
    ("STABILITY", Vendor::Stability),
    ("BFL", Vendor::Bfl),
    ("FAL", Vendor::Fal),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_model_of_the_catalogue_makes_a_picture_of_words_and_is_paid_once() {
    let options = fake_vendors::Options { key: KEY.to_owned(), ..fake_vendors::Options::default() };
    let fakes = FakeVendors::start_with(options).await.unwrap();
    let mut settings = vec![("NEW_USER_CREDITS".to_owned(), "1000".to_owned()), ("MAX_TASKS_PER_DAY".to_owned(), "0".to_owned())];
    for (name, vendor) in VENDORS {
        settings.push((format!("{name}_API_KEY"), KEY.to_owned()));
        settings.push((format!("{name}_BASE_URL"), fakes.base_url(vendor)));
    }
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let app = TestApp::with(&settings).await;
    let user = app.user("li").await;
    let tools = user.get("/api/tools").await.expect(200);
    let tool = tools["tools"].as_array().unwrap().iter().find(|tool| tool["taskType"] == "text_to_image").unwrap();
    let models: Vec<&Value> = tool["models"].as_array().unwrap().iter().collect();
    assert!(models.len() >= 16, "{}", models.len());
    let mut spent = 0;
    for model in models {
        assert_eq!(model["available"], json!(true), "{model}");
        let asked = user.post("/api/tasks", order("a heron at dawn", json!({ "model": model["id"] }))).await.expect(202);
        app.run_jobs().await;
        let task = user.task(&id(&asked)).await;
        assert_eq!(task["status"], json!("completed"), "{task}");
        assert_eq!((&task["model"], task["results"].as_array().unwrap().len()), (&model["id"], 1));
        spent += model["price"].as_i64().unwrap();
    }
    assert_eq!(user.balance().await, 1000 - spent);
    let violations: Vec<String> = fakes.violations().iter().map(|violation| format!("{violation:?}")).collect();
    assert_eq!((violations, fakes.forbidden_connections()), (Vec::new(), 0));
    app.verify_ledger().await;
}
