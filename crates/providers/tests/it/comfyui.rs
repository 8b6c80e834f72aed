//! What ComfyUI is sent, and what is made of its answers.

use fake_vendors::{FakeVendors, Vendor};
use providers::comfyui::ComfyUi;
use providers::size::Size;
use providers::{
    Account, Began, Cancelled, Class, Delivery, Error, Expand, Handle, ImageProvider as _, ImageRequest, Output, Progress, Quality, Secret,
    Settings, Source, Submitted, TaskType, Watch,
};
use serde_json::{Value, json};

use crate::support::{KEY, account, assert_clean, fakes, fetched, json_of, mask, parts_of, picture, request};

const MODEL: &str = "sd_xl_base_1.0.safetensors";

/// Workflows as a catalogue has them: from words, from a picture, and inside a mask.
pub const OPTIONS: &str = r#"{ "workflows": {
    "text_to_image": {
        "graph": {
            "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "example" } },
            "2": { "class_type": "CLIPTextEncode", "inputs": { "text": "example", "clip": ["1", 1] } },
            "3": { "class_type": "CLIPTextEncode", "inputs": { "text": "watermark", "clip": ["1", 1] } },
            "4": { "class_type": "EmptyLatentImage", "inputs": { "width": 1024, "height": 1024, "batch_size": 1 } },
            "5": { "class_type": "KSampler", "inputs": { "model": ["1", 0], "positive": ["2", 0], "negative": ["3", 0],
                "latent_image": ["4", 0], "seed": 0, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0 } },
            "6": { "class_type": "VAEDecode", "inputs": { "samples": ["5", 0], "vae": ["1", 2] } },
            "7": { "class_type": "SaveImage", "inputs": { "images": ["6", 0], "filename_prefix": "example" } }
        },
        "slots": {
            "model": [{ "node": "1", "input": "ckpt_name" }], "prompt": [{ "node": "2", "input": "text" }],
            "negative_prompt": [{ "node": "3", "input": "text" }], "width": [{ "node": "4", "input": "width" }],
            "height": [{ "node": "4", "input": "height" }], "count": [{ "node": "4", "input": "batch_size" }],
            "seed": [{ "node": "5", "input": "seed" }], "steps": [{ "node": "5", "input": "steps" }],
            "guidance": [{ "node": "5", "input": "cfg" }], "sampler": [{ "node": "5", "input": "sampler_name" }],
            "scheduler": [{ "node": "5", "input": "scheduler" }], "denoise": [{ "node": "5", "input": "denoise" }],
            "request_id": [{ "node": "7", "input": "filename_prefix" }]
        }
    },
    "inpaint": {
        "graph": {
            "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "sd_xl_base_1.0.safetensors" } },
            "2": { "class_type": "CLIPTextEncode", "inputs": { "text": "example", "clip": ["1", 1] } },
            "3": { "class_type": "LoadImage", "inputs": { "image": "example.png" } },
            "4": { "class_type": "LoadImageMask", "inputs": { "image": "mask.png", "channel": "red" } },
            "5": { "class_type": "VAEEncodeForInpaint", "inputs": { "pixels": ["3", 0], "vae": ["1", 2], "mask": ["4", 0] } },
            "6": { "class_type": "KSampler", "inputs": { "model": ["1", 0], "positive": ["2", 0], "negative": ["2", 0],
                "latent_image": ["5", 0], "seed": 0, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0 } },
            "7": { "class_type": "VAEDecode", "inputs": { "samples": ["6", 0], "vae": ["1", 2] } },
            "8": { "class_type": "SaveImage", "inputs": { "images": ["7", 0], "filename_prefix": "example" } }
        },
        "slots": {
            "prompt": [{ "node": "2", "input": "text" }], "image": [{ "node": "3", "input": "image" }],
            "mask": [{ "node": "4", "input": "image" }], "seed": [{ "node": "6", "input": "seed" }],
            "strength": [{ "node": "6", "input": "denoise" }], "request_id": [{ "node": "8", "input": "filename_prefix" }]
        }
    }
} }"#;

/// The id that `attempt_1` has at the server, and the seed that it has when nobody chooses one.
const ID: &str = "6d4468a8-0979-8b27-bcd1-9e026aa52ac9";
const SEED: u32 = 1_833_199_784;

/// A request to the model with the workflows.
fn asks(prompt: &str) -> ImageRequest {
    let mut request = request(MODEL, prompt);
    request.model.options = serde_json::from_str(OPTIONS).expect("options");
    request
}

fn inpaint() -> ImageRequest {
    ImageRequest { task_type: TaskType::Inpaint, images: vec![picture(64, 48, "image/jpeg")], mask: Some(mask(64, 48)), ..asks("a hat") }
}

/// The workflow of a task as it stands in the options.
fn graph(task: &str) -> Value {
    let options: Value = serde_json::from_str(OPTIONS).expect("options");
    options["workflows"][task]["graph"].clone()
}

async fn submit(account: &Account, request: &ImageRequest) -> Result<Handle, Error> {
    match ComfyUi.submit(account, request, &Watch::nothing()).await? {
        Submitted::Accepted(handle) => Ok(handle),
        Submitted::Done(delivery) => panic!("done at once: {delivery:?}"),
    }
}

async fn poll(account: &Account, handle: &Handle) -> Result<Progress, Error> {
    ComfyUi.poll(account, handle, &Watch::nothing()).await
}

/// The second question of the fake is answered with the end.
async fn done(account: &Account, handle: &Handle) -> Result<Delivery, Error> {
    poll(account, handle).await?;
    match poll(account, handle).await? {
        Progress::Done(delivery) => Ok(*delivery),
        other => panic!("not done: {other:?}"),
    }
}

/// The last body that was posted to a path.
fn posted(fakes: &FakeVendors, path: &str) -> Value {
    json_of(&fakes.requests(Vendor::ComfyUi).into_iter().rfind(|sent| sent.path == path && sent.method == "POST").expect("a call"))
}

#[tokio::test]
async fn every_slot_is_filled_and_nothing_else_is_touched() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    let mut request = ImageRequest {
        negative_prompt: Some("dogs embedding:x".to_owned()),
        size: Some(Size { width: 512, height: 768, ratio: None, tier: None }),
        count: 2,
        seed: Some(7),
        settings: Settings {
            steps: Some(30),
            guidance: Some(6.5),
            sampler: Some("dpmpp_2m".to_owned()),
            scheduler: Some("karras".to_owned()),
            ..Settings::default()
        },
        ..asks(r#"a {red|blue} cat ["4", 0] ../../x"#)
    };
    request.settings.extra = json!({ "denoise": 0.5, "steps": 99 }).as_object().cloned().unwrap();
    let handle = submit(&account, &request).await.unwrap();
    assert_eq!(handle, Handle::id(ID));
    let mut expected = graph("text_to_image");
    expected["1"]["inputs"]["ckpt_name"] = json!(MODEL);
    expected["2"]["inputs"]["text"] = json!(r#"a ｛red|blue｝ cat ["4", 0] ../../x"#);
    expected["3"]["inputs"]["text"] = json!("dogs embedding x");
    expected["4"]["inputs"] = json!({ "width": 512, "height": 768, "batch_size": 2 });
    let sampler = [("seed", json!(7)), ("steps", json!(30)), ("cfg", json!(6.5)), ("sampler_name", json!("dpmpp_2m"))];
    for (name, value) in sampler.into_iter().chain([("scheduler", json!("karras")), ("denoise", json!(0.5))]) {
        expected["5"]["inputs"][name] = value;
    }
    expected["7"]["inputs"]["filename_prefix"] = json!(ID);
    let sent = json!({ "prompt": expected, "prompt_id": ID, "extra_data": { "requested": { "count": 2, "seed": 7 } } });
    assert_eq!(posted(&fakes, "/api/prompt"), sent);
    let delivery = done(&account, &handle).await.unwrap();
    assert_eq!(delivery.outputs.iter().map(|output| output.seed).collect::<Vec<_>>(), [Some(7), None]);
    assert!(fetched(&ComfyUi, &account, &delivery.outputs[0]).await.unwrap().starts_with(b"\x89PNG"));
    assert!(fakes.requests(Vendor::ComfyUi).iter().all(|sent| sent.credentials.is_empty()));
    assert_clean(&fakes);
}

#[tokio::test]
async fn what_nothing_is_asked_for_stays_as_it_stands_except_the_seed() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    submit(&account, &asks("a cat")).await.unwrap();
    let mut expected = graph("text_to_image");
    expected["1"]["inputs"]["ckpt_name"] = json!(MODEL);
    expected["2"]["inputs"]["text"] = json!("a cat");
    expected["5"]["inputs"]["seed"] = json!(SEED);
    expected["7"]["inputs"]["filename_prefix"] = json!(ID);
    assert_eq!(posted(&fakes, "/api/prompt")["prompt"], expected);
    // The same words and seed again are no graph that the server has seen.
    let again = ImageRequest { seed: Some(SEED), request_id: "attempt_2".to_owned(), ..asks("a cat") };
    let handle = submit(&account, &again).await.unwrap();
    assert_eq!(done(&account, &handle).await.unwrap().outputs.len(), 1);
    assert_clean(&fakes);
}

#[tokio::test]
async fn pictures_are_uploaded_and_the_graph_has_the_names_they_were_given() {
    let fakes = fakes().await;
    let account = Account { key: Some(Secret::new(KEY)), ..account(&fakes, Vendor::ComfyUi) };
    let handle = submit(&account, &inpaint()).await.unwrap();
    let sent = fakes.requests(Vendor::ComfyUi);
    let paths: Vec<_> = sent.iter().map(|sent| sent.path.as_str()).collect();
    assert_eq!(paths, ["/api/upload/image", "/api/upload/image", "/api/prompt"]);
    assert!(sent.iter().all(|sent| sent.credentials == [("authorization".to_owned(), format!("Bearer {KEY}"))]));
    let graph = posted(&fakes, "/api/prompt")["prompt"].clone();
    for (index, (mime, ending, alpha, node)) in [("image/jpeg", "jpg", false, "3"), ("image/png", "png", true, "4")].into_iter().enumerate()
    {
        let parts = parts_of(&sent[index]);
        let texts: Vec<_> = parts.iter().filter_map(|part| Some((part.name.as_str(), part.text.as_deref()?))).collect();
        assert_eq!(texts, [("type", "input"), ("overwrite", "true")]);
        let file = parts.iter().find(|part| part.name == "image").unwrap();
        let (stem, facts) = (&file.sha256[..32], file.picture.clone().unwrap());
        assert_eq!(file.file_name.as_deref(), Some(format!("{stem}.{ending}").as_str()));
        assert_eq!((facts.mime, facts.width, facts.height, facts.alpha), (mime, 64, 48, alpha));
        assert_eq!(graph[node]["inputs"]["image"], json!(format!("{stem} (1).{ending}")));
    }
    let delivery = done(&account, &handle).await.unwrap();
    fetched(&ComfyUi, &account, &delivery.outputs[0]).await.unwrap();
    assert_clean(&fakes);
}

#[tokio::test]
async fn borders_are_filled_by_the_workflow_of_a_mask() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    let settings = Settings { expand: Some(Expand { right: 16, bottom: 8, ..Expand::default() }), ..Settings::default() };
    let mut request = ImageRequest { task_type: TaskType::Outpaint, mask: None, settings, ..inpaint() };
    let workflow = request.model.options["workflows"]["inpaint"].clone();
    request.model.options["workflows"]["outpaint"] = workflow;
    submit(&account, &request).await.unwrap();
    for sent in &fakes.requests(Vendor::ComfyUi)[..2] {
        let file = parts_of(sent).pop().and_then(|part| part.picture).unwrap();
        assert_eq!((file.width, file.height, file.alpha), (80, 56, true));
    }
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_failed_upload_is_no_begun_request() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    for (fault, class) in [("[500x:1@upload]", Class::ProviderError), ("[429:1@upload]", Class::RateLimited), ("[drop]", Class::Network)] {
        fakes.inject(Vendor::ComfyUi, fault);
        let error = submit(&account, &inpaint()).await.unwrap_err();
        assert_eq!((error.class, error.began), (class, Began::No), "{fault}");
    }
    assert!(fakes.requests(Vendor::ComfyUi).iter().all(|sent| sent.path == "/api/upload/image"));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_question_that_fails_says_nothing_of_the_prompt() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    let handle = submit(&account, &asks("a cat [500x:1@poll]")).await.unwrap();
    let error = poll(&account, &handle).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::ProviderError, Began::Unknown));
    assert!(matches!(poll(&account, &handle).await.unwrap(), Progress::Done(_)));
    for id in ["../queue", "a?b", ""] {
        let error = poll(&account, &Handle::id(id)).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::ProviderError, Began::Unknown), "{id}");
    }
    assert_clean(&fakes);
}

#[tokio::test]
async fn what_waits_is_taken_back_and_what_runs_is_interrupted() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    let waiting = submit(&account, &asks("a cat")).await.unwrap();
    assert_eq!(ComfyUi.cancel(&account, &waiting).await.unwrap(), Cancelled::Stopped);
    assert_eq!(posted(&fakes, "/api/queue"), json!({ "delete": [ID] }));
    let running = submit(&account, &ImageRequest { request_id: "attempt_2".to_owned(), ..asks("a cat [pforever]") }).await.unwrap();
    assert!(matches!(poll(&account, &running).await.unwrap(), Progress::Running { fraction: None }));
    assert_eq!(ComfyUi.cancel(&account, &running).await.unwrap(), Cancelled::Asked);
    assert_eq!(posted(&fakes, "/api/interrupt"), json!({ "prompt_id": running.id }));
    let error = poll(&account, &running).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Cancelled, Began::Ended));
    assert_eq!(ComfyUi.cancel(&account, &running).await.unwrap(), Cancelled::TooLate);
    let orders = fakes.requests(Vendor::ComfyUi).into_iter().filter(|sent| ["/api/queue", "/api/interrupt"].contains(&sent.path.as_str()));
    assert_eq!(orders.filter(|sent| sent.method == "POST").count(), 2);
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_lost_answer_is_found_by_our_own_id() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    assert_eq!(ComfyUi.look_up(&account, "attempt_1").await.unwrap(), None);
    let error = submit(&account, &asks("a cat [drop]")).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Network, Began::Unknown));
    let handle = ComfyUi.look_up(&account, "attempt_1").await.unwrap().unwrap();
    assert_eq!(done(&account, &handle).await.unwrap().outputs.len(), 1);
    assert_eq!(ComfyUi.look_up(&account, "attempt_1").await.unwrap(), Some(handle));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_kept_picture_is_only_ever_asked_of_the_accounts_own_server() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    let kept = |place: &str| Output { source: Source::Kept(place.to_owned()), seed: None, revised_prompt: None };
    for place in ["http://127.0.0.66/x", "filename=gone.png&subfolder=&type=output&preview=webp"] {
        fetched(&ComfyUi, &account, &kept(place)).await.unwrap_err();
    }
    let asked = fakes.requests(Vendor::ComfyUi);
    assert!(asked.iter().all(|sent| sent.path == "/api/view"), "{asked:?}");
    let names: Vec<_> = asked[1].query.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["filename", "subfolder", "type"]);
    assert_eq!(fakes.forbidden_connections(), 0);
}

#[tokio::test]
async fn a_value_that_the_server_refuses_is_the_users_only_in_a_slot_of_his() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    let sampler = Settings { sampler: Some("nonsense".to_owned()), ..Settings::default() };
    let error = submit(&account, &ImageRequest { settings: sampler, ..asks("a cat") }).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    assert!(error.message.contains("value_not_in_list"), "{error:?}");
    let mut missing_file = asks("a cat");
    missing_file.model.wire_id = "missing.safetensors".to_owned();
    let mut missing_node = asks("a cat");
    missing_node.model.options["workflows"]["text_to_image"]["graph"]["5"]["class_type"] = json!("Unknown");
    for request in [missing_file, missing_node] {
        let error = submit(&account, &request).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::ModelUnavailable, Began::No), "{error:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_before_anything_is_sent() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::ComfyUi);
    let with = |settings: Settings| ImageRequest { settings, ..asks("a cat") };
    let extra = |value: Value| with(Settings { extra: json!({ "denoise": value }).as_object().cloned().unwrap(), ..Settings::default() });
    let wrong = [
        with(Settings { strength: Some(0.5), ..Settings::default() }),
        with(Settings { quality: Some(Quality::High), ..Settings::default() }),
        with(Settings { style_preset: Some("ink".to_owned()), ..Settings::default() }),
        extra(json!(["1", 0])),
        extra(json!({ "class_type": "LoadImage" })),
        extra(json!("/etc/passwd")),
        with(Settings { extra: json!({ "unknown": 1 }).as_object().cloned().unwrap(), ..Settings::default() }),
        ImageRequest { task_type: TaskType::ImageToImage, ..inpaint() },
        ImageRequest { images: inpaint().images, ..asks("a cat") },
        ImageRequest { negative_prompt: Some("dogs".to_owned()), ..inpaint() },
        ImageRequest { size: Some(Size { width: 64, height: 48, ratio: None, tier: None }), ..inpaint() },
        ImageRequest { count: 2, ..inpaint() },
        ImageRequest { mask: None, ..inpaint() },
        ImageRequest { images: Vec::new(), mask: None, ..inpaint() },
        ImageRequest { images: vec![picture(64, 48, "image/png"); 2], ..inpaint() },
        ImageRequest { references: inpaint().images, ..inpaint() },
    ];
    for request in wrong {
        let error = submit(&account, &request).await.unwrap_err();
        assert_eq!((error.class, error.began), (Class::InvalidRequest, Began::No), "{error:?}");
    }
    let error = submit(&account, &request(MODEL, "a cat")).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::ModelUnavailable, Began::No), "a model without workflows");
    assert_eq!(fakes.requests(Vendor::ComfyUi).len(), 0);
}

#[tokio::test]
async fn the_check_says_who_answered_and_what_is_wrong() {
    let fakes = fakes().await;
    let good = account(&fakes, Vendor::ComfyUi);
    assert_eq!(ComfyUi.check(&good).await.unwrap(), "ComfyUI 0.3.64 on cuda:0");
    let wrong = Account { key: Some(Secret::new("wrong-key")), ..good.clone() };
    let error = ComfyUi.check(&wrong).await.unwrap_err();
    assert!(error.class == Class::Auth && !error.message.contains("wrong-key"), "{error:?}");
    let elsewhere = Account { base_url: good.url("ui"), ..good.clone() };
    assert!(ComfyUi.check(&elsewhere).await.unwrap_err().message.contains("address"));
    let nobody = Account { base_url: "http://127.0.0.1:9".parse().unwrap(), ..good };
    let error = submit(&nobody, &asks("a cat")).await.unwrap_err();
    assert_eq!((error.class, error.began), (Class::Network, Began::No));
}
