//! A line for each provider. A new one is four lines here.

use fake_vendors::{Fault, Vendor};
use providers::{Began, Class, ImageRequest, TaskType};

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
    stability: Line { provider: "stability", vendor: Vendor::Stability, model: "generate/core", count: 1, ..Line::DEFAULT };
    stability_tasks: Line { provider: "stability", vendor: Vendor::Stability, model: "upscale/creative", count: 1, tasks: true, reshape: enlarged, except: STABILITY_TASKS, ..Line::DEFAULT };
    bfl: Line { provider: "bfl", vendor: Vendor::Bfl, model: "flux-2-pro", count: 1, links: true, except: BFL, ..Line::DEFAULT };
}

/// With one picture, for of several those before a fault are delivered. A stream that closes without its picture is a
/// failure of the vendor that another try may mend, as its contract says; half an event is no event.
const STREAMED: &[(Fault, End)] =
    &[(Fault::EmptyData, End::Fails(Class::ProviderError, Began::Ended)), (Fault::BadJson, End::Fails(Class::ProviderError, Began::Ended))];

/// The vendor documents no failed result, only 500, which may as well be a failure to answer: asking again may help.
const STABILITY_TASKS: &[(Fault, End)] = &[(Fault::TaskFailed, End::Fails(Class::ProviderError, Began::No))];

/// The words are judged after the request was taken.
const BFL: &[(Fault, End)] = &[(Fault::Refusal, End::Fails(Class::ContentPolicyInput, Began::Ended))];

fn enlarged(request: ImageRequest) -> ImageRequest {
    ImageRequest { task_type: TaskType::Upscale, images: vec![picture(64, 64, "image/png")], size: None, ..request }
}
