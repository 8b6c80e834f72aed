//! A studio with accounts at fake vendors.

use std::time::Duration;

use fake_vendors::{FakeVendors, Recorded, RecordedBody, Vendor};
use serde_json::{Value, json};

use super::{Client, TestApp, id};

/// Long enough to be found wherever it should not be.
pub const KEY: &str = "sk-thekeyoftheoperatorthatnobodysees";

/// Three models: two of OpenAI, the first by default, and one of a gateway that may stand in for the first.
pub const MODELS: &str = r#"
price_version = "of the test"
[[model]]
id = "first"
provider = "openai"
name = { zh-CN = "甲", en = "First" }
task_types = ["text_to_image", "image_edit"]
price = 10
takes = ["quality", "background", "outputFormat"]
[model.vendor]
wire_id = "gpt-image-2"
sizes = { kind = "free", multiple_of = 16, min_side = 256, max_side = 3840, min_pixels = 655360, max_pixels = 3686400, max_aspect = 3.0, default_side = 1024 }
max_count = 4
prompt_languages = ["zh", "en"]
seconds = 30
cost = { currency = "USD", million_text_tokens = 5.0, million_image_tokens = 8.0, million_output_tokens = 30.0 }

[[model]]
id = "sibling"
provider = "openai"
name = { zh-CN = "乙", en = "Sibling" }
task_types = ["image_edit"]
price = 10
takes = ["quality"]
choices = { quality = ["draft", "standard"] }
[model.vendor]
wire_id = "gpt-image-1.5"
sizes = { kind = "fixed", sizes = ["1024x1024", "1536x1024", "1024x1536"] }
max_count = 2
seconds = 30

[[model]]
id = "stand-in"
provider = "openai-compatible"
name = { zh-CN = "丙", en = "Stand-in" }
task_types = ["text_to_image"]
price = 8
takes = ["outputFormat"]
[model.vendor]
wire_id = "gpt-image-1-mini"
sizes = { kind = "fixed", sizes = ["1024x1024", "1536x1024", "1024x1536"] }
max_count = 4
seconds = 30

[[model]]
id = "dear"
provider = "openai-compatible"
name = { zh-CN = "丁", en = "Dear" }
task_types = ["text_to_image"]
price = 11
[model.vendor]
wire_id = "gpt-image-1.5"
max_count = 4
seconds = 30

[[model]]
id = "linked"
provider = "siliconflow"
name = { zh-CN = "戊", en = "Linked" }
task_types = ["text_to_image"]
price = 9
takes = ["seed", "negativePrompt"]
[model.vendor]
wire_id = "Kwai-Kolors/Kolors"
sizes = { kind = "fixed", sizes = ["1024x1024", "960x1280", "768x1024", "720x1440", "720x1280"] }
max_count = 4
seconds = 10
cost = { currency = "USD", picture = 0.02 }

[[model]]
id = "span"
provider = "embedded"
name = { zh-CN = "内置放大", en = "Embedded upscaler" }
task_types = ["upscale"]
price = "default"
takes = ["scale", "content", "quality"]
"#;

/// A studio whose vendors are played by this process.
pub struct Studio {
    /// The application.
    pub app: TestApp,
    /// Plays OpenAI and SiliconFlow.
    pub fakes: FakeVendors,
    /// Plays the gateway.
    pub gateway: FakeVendors,
    /// Somebody with 100 credits.
    pub user: Client,
}

impl Studio {
    /// With the models of [`MODELS`].
    pub async fn open() -> Self {
        Self::with(&[]).await
    }

    /// The same with further settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let (fakes, gateway) = (house().await, house().await);
        let addresses = [Vendor::OpenAi, Vendor::SiliconFlow].map(|vendor| fakes.base_url(vendor));
        let gateway_address = gateway.base_url(Vendor::OpenAi);
        let vendors = [
            ("NEW_USER_CREDITS", "100"),
            ("OPENAI_API_KEY", KEY),
            ("OPENAI_BASE_URL", &addresses[0]),
            ("SILICONFLOW_API_KEY", KEY),
            ("SILICONFLOW_BASE_URL", &addresses[1]),
            ("OPENAI_COMPATIBLE_API_KEY", KEY),
            ("OPENAI_COMPATIBLE_BASE_URL", &gateway_address),
        ];
        let app = TestApp::with_models(&[&vendors[..], settings].concat(), Some(MODELS)).await;
        let user = app.user("li").await;
        Self { app, fakes, gateway, user }
    }

    /// Asks for a picture of these words, and runs what is due.
    pub async fn draw(&self, prompt: &str, more: Value) -> Value {
        let task = self.ask(prompt, more).await;
        self.app.run_jobs().await;
        self.user.task(&id(&task)).await
    }

    /// Asks for a picture of these words, which must be accepted.
    pub async fn ask(&self, prompt: &str, more: Value) -> Value {
        self.user.post("/api/tasks", order(prompt, more)).await.expect(202)
    }

    /// Lets the time pass that a task rests at most, and runs what is due then.
    pub async fn run_later(&self, seconds: u64) {
        self.app.pass(Duration::from_secs(seconds));
        self.app.run_jobs().await;
    }

    /// What was charged for a task so far, refunds deducted.
    pub async fn net(&self) -> i64 {
        100 - self.user.balance().await
    }

    /// How often OpenAI was asked for pictures.
    pub fn paid(&self) -> usize {
        paid(&self.fakes, Vendor::OpenAi)
    }

    /// How often the gateway was asked for pictures.
    pub fn paid_at_gateway(&self) -> usize {
        paid(&self.gateway, Vendor::OpenAi)
    }

    /// The books add up, no contract was broken and nothing was reached that may not be.
    pub async fn verify(&self) {
        self.app.verify_ledger().await;
        for fakes in [&self.fakes, &self.gateway] {
            assert_eq!(fakes.violations().iter().map(|violation| format!("{violation:?}")).collect::<Vec<_>>(), Vec::<String>::new());
            assert_eq!(fakes.forbidden_connections(), 0);
        }
    }
}

/// Fake vendors that take [`KEY`].
pub async fn house() -> FakeVendors {
    let options = fake_vendors::Options { key: KEY.to_owned(), ..fake_vendors::Options::default() };
    FakeVendors::start_with(options).await.unwrap()
}

fn paid(fakes: &FakeVendors, vendor: Vendor) -> usize {
    fakes.requests(vendor).iter().filter(|recorded| recorded.method == "POST").count()
}

/// The body that asks for a picture of these words; `more` are further parameters, and `model` at the top.
pub fn order(prompt: &str, more: Value) -> Value {
    let mut order = json!({ "taskType": "text_to_image", "parameters": { "prompt": prompt } });
    for (name, value) in more.as_object().unwrap() {
        if name == "model" { order["model"] = value.clone() } else { order["parameters"][name] = value.clone() }
    }
    order
}

/// The JSON that a vendor was sent.
pub fn json_of(recorded: &Recorded) -> Value {
    match &recorded.body {
        RecordedBody::Json { value } => value.clone(),
        other => panic!("no JSON: {other:?}"),
    }
}
