//! A line for each provider. A new one is four lines here.

use fake_vendors::{Fault, Vendor};
use providers::{Began, Class};

use crate::comfyui;
use crate::expected::End;
use crate::suite::{Line, every_fault};

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
    a1111: Line { provider: "a1111", vendor: Vendor::A1111, model: "dreamshaper_8.safetensors [879db523c3]", size: "512x512", ..Line::DEFAULT };
    comfyui: Line { provider: "comfyui", vendor: Vendor::ComfyUi, model: "sd_xl_base_1.0.safetensors", options: comfyui::OPTIONS, size: "512x512", links: true, ..Line::DEFAULT };
}

/// With one picture, for of several those before a fault are delivered. A stream that closes without its picture is a
/// failure of the vendor that another try may mend, as its contract says; half an event is no event.
const STREAMED: &[(Fault, End)] =
    &[(Fault::EmptyData, End::Fails(Class::ProviderError, Began::Ended)), (Fault::BadJson, End::Fails(Class::ProviderError, Began::Ended))];
