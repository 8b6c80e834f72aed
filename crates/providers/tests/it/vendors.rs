//! A line for each provider. A new one is four lines here.

use fake_vendors::{Fault, Vendor};
use providers::size::Size;
use providers::{Began, Class, ImageRequest, TaskType};
use serde_json::{Value, json};

use crate::comfyui;
use crate::expected::End;
use crate::suite::{Line, every_fault};
use crate::support::picture;

macro_rules! lines {
    ($($name:ident: $line:expr;)+) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            every_fault($line).await;
        })+
    };
}

lines! {
    openai: Line { provider: "openai", vendor: Vendor::OpenAi, model: "gpt-image-2", ..Line::DEFAULT };
    openai_streamed: Line { provider: "openai", vendor: Vendor::OpenAi, model: "gpt-image-2", count: 1, previews: 2, except: STREAMED, ..Line::DEFAULT };
    gateway: Line { provider: "openai-compatible", vendor: Vendor::OpenAi, model: "gpt-image-2", ..Line::DEFAULT };
    localai: Line { provider: "localai", vendor: Vendor::LocalAi, model: "stablediffusion", size: "512x512", ..Line::DEFAULT };
    sd_server: Line { provider: "sd-server", vendor: Vendor::SdServer, model: "sd-cpp-local", size: "512x512", ..Line::DEFAULT };
    siliconflow: Line { provider: "siliconflow", vendor: Vendor::SiliconFlow, model: "Kwai-Kolors/Kolors", links: true, ..Line::DEFAULT };
    replicate: REPLICATE;
    replicate_waited_for: Line { options: r#"{"wait":5}"#, ..REPLICATE };
    fal: FAL;
    dashscope: Line { provider: "dashscope", vendor: Vendor::DashScope, model: "qwen-image-2.0", links: true, ..Line::DEFAULT };
    dashscope_messages_task: Line {
        provider: "dashscope", vendor: Vendor::DashScope,
        model: "wan2.6-t2i", links: true, tasks: true, options: r#"{"protocol":"messages_task"}"#,
        ..Line::DEFAULT
    };
    dashscope_text2image: Line {
        provider: "dashscope", vendor: Vendor::DashScope,
        model: "wan2.5-t2i-preview", links: true, tasks: true, options: r#"{"protocol":"text2image"}"#,
        ..Line::DEFAULT
    };
    volcengine: Line { provider: "volcengine", vendor: Vendor::Volcengine, model: "doubao-seedream-4-0-250828", count: 1, ..Line::DEFAULT };
    volcengine_streamed: Line {
        provider: "volcengine", vendor: Vendor::Volcengine,
        model: "doubao-seedream-4-0-250828", count: 1, options: r#"{"groups":true}"#,
        ..Line::DEFAULT
    };
    gemini: Line { provider: "gemini", vendor: Vendor::Gemini, model: "gemini-3.1-flash-image", count: 1, ..Line::DEFAULT };
    zhipu: Line { provider: "zhipu", vendor: Vendor::Zhipu, model: "cogview-4-250304", count: 1, links: true, ..Line::DEFAULT };
    zhipu_task: Line {
        provider: "zhipu", vendor: Vendor::Zhipu,
        model: "glm-image", size: "1280x1280", count: 1, links: true, tasks: true, options: r#"{"task":true}"#,
        ..Line::DEFAULT
    };
    stability: Line { provider: "stability", vendor: Vendor::Stability, model: "generate/core", count: 1, ..Line::DEFAULT };
    stability_tasks: Line {
        provider: "stability", vendor: Vendor::Stability,
        model: "upscale/creative", count: 1, tasks: true, reshape: enlarged, except: STABILITY_TASKS,
        ..Line::DEFAULT
    };
    bfl: Line { provider: "bfl", vendor: Vendor::Bfl, model: "flux-2-pro", count: 1, links: true, except: JUDGED_LATER, ..Line::DEFAULT };
    a1111: Line { provider: "a1111", vendor: Vendor::A1111, model: "dreamshaper_8.safetensors [879db523c3]", size: "512x512", ..Line::DEFAULT };
    comfyui: Line {
        provider: "comfyui", vendor: Vendor::ComfyUi,
        model: "sd_xl_base_1.0.safetensors", size: "512x512", links: true, options: comfyui::OPTIONS,
        ..Line::DEFAULT
    };
}

/// With one picture, for of several those before a fault are delivered. What became of it when the stream closes without
/// it nobody knows.
const STREAMED: &[(Fault, End)] = &[(Fault::EmptyData, End::Fails(Class::ProviderError, Began::Unknown))];

fn on_replicate(request: ImageRequest) -> ImageRequest {
    hosted(request, json!({ "prompt": "prompt", "count": "num_outputs", "width": "width", "height": "height" }))
}

fn on_fal(request: ImageRequest) -> ImageRequest {
    hosted(request, json!({ "prompt": "prompt", "count": "num_images", "width": "image_size.width", "height": "image_size.height" }))
}

/// With the model's names of its fields, and with its size in pixels.
fn hosted(mut request: ImageRequest, inputs: Value) -> ImageRequest {
    request.model.inputs = serde_json::from_value(inputs).expect("known parameters");
    request.size = request.size.map(|size| Size { ratio: None, ..size });
    request
}

const REPLICATE: Line = Line {
    provider: "replicate",
    vendor: Vendor::Replicate,
    model: "black-forest-labs/flux-schnell",
    links: true,
    reshape: on_replicate,
    except: ONCE,
    ..Line::DEFAULT
};

/// A create is never repeated after 5xx, since it may have begun; and content rules are applied only once a prediction
/// runs, in words that do not tell whether input or output broke them.
const ONCE: &[(Fault, End)] = &[
    (Fault::Failing, End::Fails(Class::ProviderError, Began::Unknown)),
    (Fault::BadGateway, End::Fails(Class::ProviderError, Began::Unknown)),
    (Fault::Unavailable, End::Fails(Class::Overloaded, Began::Unknown)),
    (Fault::Http200Error, End::Fails(Class::ProviderError, Began::Unknown)),
    (Fault::Refusal, End::Fails(Class::ContentPolicyOutput, Began::Ended)),
];

const FAL: Line = Line {
    provider: "fal",
    vendor: Vendor::Fal,
    model: "fal-ai/flux/dev",
    links: true,
    reshape: on_fal,
    except: JUDGED_LATER,
    ..Line::DEFAULT
};

/// Every request is taken; that its words are refused is told by its result.
const JUDGED_LATER: &[(Fault, End)] = &[(Fault::Refusal, End::Fails(Class::ContentPolicyInput, Began::Ended))];

/// The vendor documents no failed result, only 500, which may as well be a failure to answer: asking again may help.
const STABILITY_TASKS: &[(Fault, End)] = &[(Fault::TaskFailed, End::Fails(Class::ProviderError, Began::No))];

fn enlarged(request: ImageRequest) -> ImageRequest {
    ImageRequest { task_type: TaskType::Upscale, images: vec![picture(64, 64, "image/png")], size: None, ..request }
}
