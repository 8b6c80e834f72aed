//! The models that are shipped, each with each of its tasks, at a vendor that takes nothing which its contract does not
//! have.

use fake_vendors::Vendor;
use serde_json::{Map, Value, json};
use tokio::time::{Duration, sleep};

use crate::support::studio::{KEY, house};
use crate::support::{Client, TestApp, id, photo};

/// Orders of every model of a vendor: for each task all that the model takes, and for the first model of a task only what it
/// needs as well.
async fn orders(user: &Client, provider: &str) -> Vec<(Value, i64)> {
    let upload = async |name: &str| id(&user.upload(name, &photo(288, 256)).await.expect(201)["files"][0]);
    let (picture, other) = (upload("a.png").await, upload("b.png").await);
    let tools = user.get("/api/tools").await.expect(200);
    let mut orders = Vec::new();
    for tool in tools["tools"].as_array().unwrap() {
        let models = tool["models"].as_array().unwrap().iter().filter(|model| model["provider"] == provider);
        for (index, model) in models.enumerate() {
            assert_eq!(model["available"], json!(true), "{model}");
            let ways: &[bool] = if index == 0 { &[false, true] } else { &[true] };
            for &all in ways {
                let parameters = parameters(&tool["parameters"], model, &other, all);
                let inputs = if tool["inputs"]["max"] == 0 { Vec::new() } else { vec![&picture] };
                let body = json!({ "taskType": tool["taskType"], "model": model["id"], "inputFiles": inputs, "parameters": parameters });
                orders.push((body, model["price"].as_i64().unwrap()));
            }
        }
    }
    orders
}

/// What a model needs, or all that it takes.
fn parameters(schema: &Value, model: &Value, picture: &str, all: bool) -> Value {
    let is_in = |list: &Value, name: &str| list.as_array().unwrap().iter().any(|one| one == name);
    let mut given = Map::new();
    for (name, property) in schema["properties"].as_object().unwrap() {
        let taken = property["x-by-model"] != true || is_in(&model["parameters"], name);
        // Pixels of one side are needed, a format that is converted here shows nothing.
        if !taken || !(all || is_in(&schema["required"], name) || name == "expandLeft" || name == "styleImage") || name == "count" {
            continue;
        }
        let value = match property["format"].as_str() {
            Some("prompt") => json!("a heron at dawn"),
            Some("file-id") => json!(picture),
            _ if !property["oneOf"].is_null() => choice(property, &model["choices"][name]),
            _ if name == "seed" => json!(7),
            _ if property["type"] == "string" => json!("the heron"),
            _ if property["type"] == "number" => json!(0.4),
            _ => json!(64),
        };
        given.insert(name.clone(), value);
    }
    given.into()
}

/// The last value of a choice that the model makes.
fn choice(property: &Value, made: &Value) -> Value {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut values = property["oneOf"].as_array().unwrap().iter().map(|option| option["const"].clone());
    let made = made.as_array();
    values.rfind(|value| made.is_none_or(|made| made.iter().any(|one| one == &text(value)))).unwrap()
}

async fn every_model_makes_a_picture(provider: &str, vendor: Vendor, least: usize) {
    if db::testing::on_postgres() {
        return; // What vendors are asked for does not depend on where rows lie, and it takes minutes.
    }
    let fakes = house().await;
    let variable = provider.to_uppercase().replace('-', "_");
    let (key, address, url) = (format!("{variable}_API_KEY"), format!("{variable}_BASE_URL"), fakes.base_url(vendor));
    // HTTP Basic where the server has a name besides the password.
    let secret = if vendor == Vendor::A1111 { format!("danqing:{KEY}") } else { KEY.to_owned() };
    let app = TestApp::with(&[
        ("NEW_USER_CREDITS", "100000"),
        ("MAX_TASKS_PER_DAY", "0"),
        ("MAX_TASKS_PER_USER", "0"),
        (&key, &secret),
        (&address, &url),
    ])
    .await;
    let user = app.user("li").await;
    let orders = orders(&user, provider).await;
    assert!(orders.len() >= least, "{} orders at {provider}", orders.len());
    let _worker = app.start_worker();
    let (mut tasks, mut spent) = (Vec::new(), 0);
    for (body, price) in &orders {
        let answer = user.post("/api/tasks", body.clone()).await;
        assert_eq!(answer.status, 202, "{body}: {}", answer.json());
        tasks.push(id(&answer.json()));
        spent += price;
    }
    for (task, (body, _)) in tasks.iter().zip(&orders) {
        let ended = loop {
            let task = user.task(task).await;
            if !["pending", "processing"].contains(&task["status"].as_str().unwrap()) {
                break task;
            }
            sleep(Duration::from_millis(50)).await;
        };
        let violations: Vec<String> = fakes.violations().iter().map(|violation| format!("{violation:?}")).collect();
        assert_eq!(ended["status"], json!("completed"), "{body}: {ended} {violations:?}");
        assert_eq!((&ended["model"], ended["results"].as_array().unwrap().len()), (&body["model"], 1), "{body}");
    }
    assert_eq!(user.balance().await, 100_000 - spent);
    let violations: Vec<String> = fakes.violations().iter().map(|violation| format!("{violation:?}")).collect();
    assert_eq!((violations, fakes.forbidden_connections()), (Vec::new(), 0));
    app.verify_ledger().await;
}

macro_rules! vendors {
    ($($name:ident: $provider:literal, $vendor:ident, $least:literal;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                every_model_makes_a_picture($provider, Vendor::$vendor, $least).await;
            }
        )*

        #[test]
        fn no_vendor_of_the_catalogue_is_left_out() {
            let catalogue = danqing::services::catalogue::Catalogue::load(std::path::Path::new("/nonexistent")).unwrap();
            let tried = [$($provider),*];
            let left_out = catalogue.models.iter().find(|model| model.vendor.is_some() && !tried.contains(&model.provider.as_str()));
            assert!(left_out.is_none(), "{left_out:?}");
        }
    };
}

vendors! {
    every_model_of_dashscope_does_its_tasks: "dashscope", DashScope, 40;
    every_model_of_volcengine_does_its_tasks: "volcengine", Volcengine, 40;
    every_model_of_zhipu_does_its_tasks: "zhipu", Zhipu, 3;
    every_model_of_siliconflow_does_its_tasks: "siliconflow", SiliconFlow, 4;
    every_model_of_openai_does_its_tasks: "openai", OpenAi, 70;
    every_model_of_gemini_does_its_tasks: "gemini", Gemini, 40;
    every_model_of_stability_does_its_tasks: "stability", Stability, 20;
    every_model_of_bfl_does_its_tasks: "bfl", Bfl, 60;
    every_model_of_fal_does_its_tasks: "fal", Fal, 10;
    every_model_of_replicate_does_its_tasks: "replicate", Replicate, 6;
    every_model_of_a_compatible_server_does_its_tasks: "openai-compatible", OpenAi, 1;
    own_server_that_is_sd_server: "openai-compatible", SdServer, 1;
    every_model_of_a1111_does_its_tasks: "a1111", A1111, 6;
    every_model_of_comfyui_does_its_tasks: "comfyui", ComfyUi, 4;
}
