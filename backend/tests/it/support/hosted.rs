//! A studio with accounts at fake vendors that work in the background and can call back.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use danqing::database::schema::{ai_tasks, external_events};
use danqing::error::Failure;
use diesel::prelude::*;
use fake_vendors::{FakeVendors, Letter, News, Recorded, Signing, Vendor};
use serde_json::{Value, json};

use super::studio::{KEY, house, order};
use super::{Answer, Client, TestApp, id};

/// A model of each vendor that is waited for, named after it, at 10 credits a picture.
pub const MODELS: &str = r#"
[[model]]
id = "replicate"
provider = "replicate"
name = { zh-CN = "甲", en = "Replicate" }
task_types = ["text_to_image"]
price = 10
[model.vendor]
wire_id = "black-forest-labs/flux-schnell"
inputs = { prompt = "prompt", count = "num_outputs", width = "width", height = "height" }
sizes = { kind = "fixed", sizes = ["256x256"] }
max_count = 4
seconds = 10

[[model]]
id = "fal"
provider = "fal"
name = { zh-CN = "乙", en = "fal" }
task_types = ["text_to_image"]
price = 10
[model.vendor]
wire_id = "fal-ai/flux/dev"
inputs = { prompt = "prompt", count = "num_images", width = "image_size.width", height = "image_size.height" }
sizes = { kind = "fixed", sizes = ["256x256"] }
max_count = 4
seconds = 10

[[model]]
id = "bfl"
provider = "bfl"
name = { zh-CN = "丙", en = "BFL" }
task_types = ["text_to_image"]
price = 10
[model.vendor]
wire_id = "flux-2-pro"
sizes = { kind = "fixed", sizes = ["256x256"] }
max_count = 1
seconds = 10

[[model]]
id = "comfyui"
provider = "comfyui"
name = { zh-CN = "丁", en = "ComfyUI" }
task_types = ["text_to_image"]
price = 10
[model.vendor]
wire_id = "sd_xl_base_1.0.safetensors"
sizes = { kind = "fixed", sizes = ["256x256"] }
max_count = 1
seconds = 10
[model.vendor.options.workflows.text_to_image.graph]
1 = { class_type = "CheckpointLoaderSimple", inputs = { ckpt_name = "example" } }
2 = { class_type = "CLIPTextEncode", inputs = { text = "example", clip = ["1", 1] } }
4 = { class_type = "EmptyLatentImage", inputs = { width = 1024, height = 1024, batch_size = 1 } }
5 = { class_type = "KSampler", inputs = { model = ["1", 0], positive = ["2", 0], negative = ["2", 0], latent_image = ["4", 0], seed = 0, steps = 20, cfg = 7.0, sampler_name = "euler", scheduler = "normal", denoise = 1.0 } }
6 = { class_type = "VAEDecode", inputs = { samples = ["5", 0], vae = ["1", 2] } }
7 = { class_type = "SaveImage", inputs = { images = ["6", 0], filename_prefix = "example" } }
[model.vendor.options.workflows.text_to_image.slots]
model = [{ node = "1", input = "ckpt_name" }]
prompt = [{ node = "2", input = "text" }]
width = [{ node = "4", input = "width" }]
height = [{ node = "4", input = "height" }]
seed = [{ node = "5", input = "seed" }]
request_id = [{ node = "7", input = "filename_prefix" }]
"#;

/// No test waits until an answer that does not come is given up.
const PATIENT: egress::Limits = egress::Limits {
    connect: Duration::from_secs(5),
    first_byte: Duration::from_secs(60),
    idle: Duration::from_secs(60),
    total: Duration::from_secs(120),
    max_body_bytes: 8 << 20,
    max_event_bytes: 8 << 20,
};

/// The vendors as they are shipped.
const PROVIDERS: &str = include_str!("../../../../catalogue/providers.toml");
/// Where fal publishes its keys.
const KEYS_OF_FAL: &str = "https://rest.fal.ai/.well-known/jwks.json";

/// Those who call back, with the names of their models.
pub const CALLERS: [(&str, Vendor); 3] = [("replicate", Vendor::Replicate), ("fal", Vendor::Fal), ("bfl", Vendor::Bfl)];

/// A studio whose vendors are played by this process. They finish nothing before they are told to, or asked twice.
pub struct Hosted {
    /// The application.
    pub app: TestApp,
    /// Plays all vendors.
    pub fakes: FakeVendors,
    /// Somebody with 10,000 credits.
    pub user: Client,
}

impl Hosted {
    /// With everything that callbacks need, and further settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::with_weights(settings, &[]).await
    }

    /// The same with weights of vendors.
    pub async fn with_weights(settings: &[(&str, &str)], weights: &[(&str, u32)]) -> Self {
        let fakes = house().await;
        let address = |vendor| fakes.base_url(vendor);
        let (replicate, fal, bfl, comfyui) =
            (address(Vendor::Replicate), address(Vendor::Fal), address(Vendor::Bfl), address(Vendor::ComfyUi));
        let secret = fakes.webhook_secret(Vendor::Replicate).unwrap();
        let all = [
            ("DOMAIN", "https://studio.test"),
            ("NEW_USER_CREDITS", "10000"),
            ("MAX_TASKS_PER_DAY", "0"),
            ("MAX_TASKS_PER_USER", "0"),
            ("REPLICATE_API_KEY", KEY),
            ("REPLICATE_BASE_URL", &replicate),
            ("REPLICATE_WEBHOOK_SECRET", &secret),
            ("FAL_API_KEY", KEY),
            ("FAL_BASE_URL", &fal),
            ("BFL_API_KEY", KEY),
            ("BFL_BASE_URL", &bfl),
            ("COMFYUI_API_KEY", KEY),
            ("COMFYUI_BASE_URL", &comfyui),
        ];
        let keys = format!("{}/.well-known/jwks.json", fakes.origin(Vendor::Fal));
        let mut providers = roomy(&PROVIDERS.replace(KEYS_OF_FAL, &keys));
        for (vendor, weight) in weights {
            let named = format!("id = \"{vendor}\"\n");
            providers = providers.replace(&named, &format!("{named}weight = {weight}\n"));
        }
        let files = [("models.toml", MODELS), ("providers.toml", &providers)];
        let app = TestApp::with_limits(&[&all[..], settings].concat(), &files, PATIENT).await;
        let user = app.user("li").await;
        Self { app, fakes, user }
    }

    /// With everything that callbacks need.
    pub async fn open() -> Self {
        Self::with(&[]).await
    }

    /// Asks a model for a picture of these words, and returns the task.
    pub async fn ask(&self, model: &str, prompt: &str) -> String {
        id(&self.user.post("/api/tasks", order(prompt, json!({ "model": model }))).await.expect(202))
    }

    /// What was charged so far, refunds deducted.
    pub async fn net(&self) -> i64 {
        10_000 - self.user.balance().await
    }

    /// The name of a task at its vendor, once it has taken the request.
    pub async fn accepted(&self, task: &str) -> String {
        until(async || self.known(task).await.0).await
    }

    /// When the vendor of a task called back last.
    pub async fn called_back(&self, task: &str) -> Option<i64> {
        self.known(task).await.1
    }

    /// A worker beside the one that runs what is due; it may be stopped, and another one started.
    pub fn work(&self) -> jobs::Running {
        danqing::jobs::worker(&self.app.app, "for a while").start()
    }

    /// A task whose request lies with its vendor while no worker has it: the task and its name there.
    pub async fn left_alone(&self, model: &str, prompt: &str) -> (String, String) {
        let worker = self.work();
        let task = self.ask(model, prompt).await;
        let vendor_id = self.accepted(&task).await;
        worker.drain(Duration::from_secs(20)).await.unwrap();
        (task, vendor_id)
    }

    /// Has the only job rest for so many seconds.
    pub async fn let_rest(&self, seconds: u64) {
        let later = self.app.app.clock.now().after(Duration::from_secs(seconds)).0;
        let change = self.app.app.database.write::<_, Failure, _>(move |conn| {
            Ok(diesel::update(jobs::jobs_table::table).set(jobs::jobs_table::run_at.eq(later)).execute(conn)?)
        });
        assert_eq!(change.await.unwrap(), 1);
    }

    /// The task, once it has ended.
    pub async fn ended(&self, task: &str) -> Value {
        until(async || Some(self.user.task(task).await).filter(|task| !task["completedAt"].is_null())).await
    }

    /// How many calls were noted.
    pub async fn noted(&self) -> i64 {
        let count = self.app.app.database.read::<_, Failure, _>(|conn| Ok(external_events::table.count().get_result(conn)?));
        count.await.unwrap()
    }

    /// The path that a vendor may call.
    pub fn path(&self, provider: &str) -> String {
        let seat = self.app.app.accounts.of(provider).remove(0);
        seat.account.callback.as_ref().unwrap().path().to_owned()
    }

    /// A right call that a task has ended, made now.
    pub fn letter(&self, delivery: &str) -> Letter {
        let timestamp = u64::try_from(self.app.app.clock.now().0 / 1000).unwrap();
        Letter { news: News::Ended, signing: Signing::Right, timestamp, delivery_id: delivery.to_owned() }
    }

    /// Makes a vendor's call about a request of its own.
    pub async fn deliver(&self, (provider, vendor): (&str, Vendor), vendor_id: &str, letter: &Letter) -> Answer {
        self.deliver_to(&self.app.anonymous(), (provider, vendor), vendor_id, letter).await
    }

    /// The same to another process.
    pub async fn deliver_to(&self, to: &Client, (provider, vendor): (&str, Vendor), vendor_id: &str, letter: &Letter) -> Answer {
        let (headers, body) = self.fakes.seal(vendor, vendor_id, letter);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        to.send(Method::POST, &self.path(provider), &headers, Body::from(body)).await
    }

    /// How often a vendor was asked for pictures.
    pub fn paid(&self, vendor: Vendor) -> usize {
        paid(&self.fakes, vendor)
    }

    /// The books add up, no contract was broken and nothing was reached that may not be.
    pub async fn verify(&self) {
        self.app.verify_ledger().await;
        assert_eq!(self.fakes.violations().iter().map(|violation| format!("{violation:?}")).collect::<Vec<_>>(), Vec::<String>::new());
        assert_eq!(self.fakes.forbidden_connections(), 0);
    }

    /// What the database knows of a task's vendor: its name for the task, and when it called back last.
    async fn known(&self, task: &str) -> (Option<String>, Option<i64>) {
        let task = task.to_owned();
        let known = self.app.app.database.read::<_, Failure, _>(move |conn| {
            Ok(ai_tasks::table.find(&task).select((ai_tasks::ai_task_id, ai_tasks::called_back_at)).first(conn)?)
        });
        known.await.unwrap()
    }
}

/// How often a vendor was asked for pictures.
pub fn paid(fakes: &FakeVendors, vendor: Vendor) -> usize {
    fakes.requests(vendor).iter().filter(|recorded| submits(recorded)).count()
}

/// Whether a request is one for pictures.
pub fn submits(recorded: &Recorded) -> bool {
    recorded.method == "POST"
        && !recorded.path.ends_with("/cancel")
        && !["/api/queue", "/api/interrupt", "/queue", "/interrupt"].contains(&recorded.path.as_str())
}

/// Looks again and again until there is something, for half a minute.
pub async fn until<T>(look: impl AsyncFn() -> Option<T>) -> T {
    let looking = async {
        loop {
            match look().await {
                Some(found) => return found,
                None => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), looking).await.expect("it comes within half a minute")
}

/// Accounts with room for many requests at once.
fn roomy(providers: &str) -> String {
    let lines = providers.lines().map(|line| if line.starts_with("concurrency") { "concurrency = 40" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}
