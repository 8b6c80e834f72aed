//! The vendors, each with an ordinary model. What is said of a model is what `catalogue/models.toml` would say.

use fake_vendors::{Fault, Vendor};

use super::promise::{Promise, failed, whole};

/// A vendor as the suite asks it.
pub struct Line {
    /// Its name in the catalogue.
    pub provider: &'static str,
    /// Its interface, where it is another one than the catalogue's: servers of one's own come in several kinds.
    pub wire: Option<&'static str>,
    /// Who plays it.
    pub vendor: Vendor,
    /// `[model.vendor]` of its model.
    pub model: &'static str,
    /// The model's options, as JSON.
    pub options: &'static str,
    /// Pictures of a task: 2 where the vendor makes so many at once.
    pub count: u32,
    /// Whether it answers with an id that is asked about, where it can do both.
    pub tasks: bool,
    /// Where its contract lets it promise something else than the table of all.
    pub except: &'static [(Fault, Promise)],
}

impl Line {
    const fn new(provider: &'static str, vendor: Vendor, model: &'static str) -> Self {
        Self { provider, wire: None, vendor, model, options: "{}", count: 2, tasks: false, except: &[] }
    }

    const fn single(self) -> Self {
        Self { count: 1, ..self }
    }

    const fn in_tasks(self, options: &'static str) -> Self {
        Self { tasks: true, options, ..self }
    }

    /// The name of its interface.
    pub fn wire(&self) -> &'static str {
        self.wire.unwrap_or(self.provider)
    }

    /// Whether the fault means something to it.
    pub fn supports(&self, fault: Fault) -> bool {
        if self.tasks { self.vendor.supports_in_tasks(fault) } else { self.vendor.supports(fault) }
    }
}

const QWEN: &str = r#"wire_id = "qwen-image-2.0"
sizes = { kind = "fixed", sizes = ["1024x1024"] }"#;

pub fn dashscope() -> Line {
    Line::new("dashscope", Vendor::DashScope, QWEN)
}

pub fn dashscope_messages_task() -> Line {
    let model = "wire_id = \"wan2.6-t2i\"\nsizes = { kind = \"fixed\", sizes = [\"1024x1024\"] }";
    Line::new("dashscope", Vendor::DashScope, model).in_tasks(r#"{"protocol":"messages_task"}"#)
}

pub fn dashscope_text2image() -> Line {
    let model = "wire_id = \"wan2.5-t2i-preview\"\nsizes = { kind = \"fixed\", sizes = [\"1024x1024\"] }";
    Line::new("dashscope", Vendor::DashScope, model).in_tasks(r#"{"protocol":"text2image"}"#)
}

const SEEDREAM: &str = r#"wire_id = "doubao-seedream-4-0-250828"
sizes = { kind = "fixed", sizes = ["1024x1024"] }"#;

pub fn volcengine() -> Line {
    Line::new("volcengine", Vendor::Volcengine, SEEDREAM).single()
}

pub fn volcengine_streamed() -> Line {
    Line { options: r#"{"groups":true}"#, ..volcengine() }
}

pub fn zhipu() -> Line {
    let model = "wire_id = \"cogview-4-250304\"\nsizes = { kind = \"fixed\", sizes = [\"768x768\"] }";
    Line::new("zhipu", Vendor::Zhipu, model).single()
}

pub fn zhipu_task() -> Line {
    let model = "wire_id = \"glm-image\"\nsizes = { kind = \"fixed\", sizes = [\"1280x1280\"] }";
    Line::new("zhipu", Vendor::Zhipu, model).single().in_tasks(r#"{"task":true}"#)
}

pub fn siliconflow() -> Line {
    let model = "wire_id = \"Kwai-Kolors/Kolors\"\nsizes = { kind = \"fixed\", sizes = [\"1024x1024\"] }";
    Line::new("siliconflow", Vendor::SiliconFlow, model)
}

const GPT_IMAGE: &str = r#"wire_id = "gpt-image-2"
sizes = { kind = "fixed", sizes = ["816x816"] }"#;

pub fn openai() -> Line {
    Line::new("openai", Vendor::OpenAi, GPT_IMAGE)
}

/// One picture comes with partial ones. What became of it when the stream closes without it nobody knows.
pub fn openai_streamed() -> Line {
    const CLOSED: &[(Fault, Promise)] = &[(Fault::EmptyData, failed("unknown_outcome", 1))];
    Line { except: CLOSED, ..openai().single() }
}

pub fn gemini() -> Line {
    let model = r#"wire_id = "gemini-3.1-flash-image"
sizes = { kind = "ratio", ratios = ["1:1"], pixels = 1048576 }"#;
    Line::new("gemini", Vendor::Gemini, model).single()
}

pub fn stability() -> Line {
    let model = r#"wire_id = "generate/core"
sizes = { kind = "ratio", ratios = ["1:1"], pixels = 1572864 }"#;
    Line::new("stability", Vendor::Stability, model).single()
}

pub fn bfl() -> Line {
    let model = "wire_id = \"flux-2-pro\"\nsizes = { kind = \"fixed\", sizes = [\"512x512\"] }";
    Line::new("bfl", Vendor::Bfl, model).single()
}

pub fn fal() -> Line {
    let model = r#"wire_id = "fal-ai/flux/dev"
inputs = { prompt = "prompt", count = "num_images", width = "image_size.width", height = "image_size.height" }
sizes = { kind = "fixed", sizes = ["512x512"] }"#;
    Line::new("fal", Vendor::Fal, model)
}

/// A create is never repeated after 5xx, since it may have begun.
pub fn replicate() -> Line {
    const ONCE: &[(Fault, Promise)] = &[
        (Fault::Failing, failed("unknown_outcome", 1)),
        (Fault::BadGateway, failed("unknown_outcome", 1)),
        (Fault::Unavailable, failed("unknown_outcome", 1)),
        (Fault::Http200Error, failed("unknown_outcome", 1)),
    ];
    let model = r#"wire_id = "black-forest-labs/flux-schnell"
inputs = { prompt = "prompt", count = "num_outputs", width = "width", height = "height" }
sizes = { kind = "fixed", sizes = ["512x512"] }"#;
    Line { except: ONCE, ..Line::new("replicate", Vendor::Replicate, model) }
}

pub fn replicate_waited_for() -> Line {
    Line { options: r#"{"wait":5}"#, ..replicate() }
}

pub fn gateway() -> Line {
    Line::new("openai-compatible", Vendor::OpenAi, GPT_IMAGE)
}

pub fn localai() -> Line {
    let model = "wire_id = \"stablediffusion\"\nsizes = { kind = \"fixed\", sizes = [\"512x512\"] }";
    Line { wire: Some("localai"), ..Line::new("openai-compatible", Vendor::LocalAi, model) }
}

pub fn sd_server() -> Line {
    let model = "wire_id = \"sd-cpp-local\"\nsizes = { kind = \"fixed\", sizes = [\"512x512\"] }";
    Line { wire: Some("sd-server"), ..Line::new("openai-compatible", Vendor::SdServer, model) }
}

pub fn a1111() -> Line {
    let model = r#"wire_id = "dreamshaper_8.safetensors [879db523c3]"
sizes = { kind = "fixed", sizes = ["512x512"] }"#;
    Line::new("a1111", Vendor::A1111, model)
}

pub fn comfyui() -> Line {
    let model = "wire_id = \"sd_xl_base_1.0.safetensors\"\nsizes = { kind = \"fixed\", sizes = [\"512x512\"] }";
    Line { options: WORKFLOW, except: LOOKED_UP, ..Line::new("comfyui", Vendor::ComfyUi, model) }
}

/// A request whose answer was lost is looked up: the server has it, and it is waited for.
const LOOKED_UP: &[(Fault, Promise)] = &[
    (Fault::Hang, whole(1)),
    (Fault::HangHeaders, whole(1)),
    (Fault::Slowloris, whole(1)),
    (Fault::StreamHang, whole(1)),
    (Fault::Drop, whole(1)),
    (Fault::DropMid, whole(1)),
    (Fault::Reset, whole(1)),
    (Fault::BadJson, whole(1)),
    (Fault::Html200, whole(1)),
    (Fault::Utf16, whole(1)),
    (Fault::DeepJson, whole(1)),
    (Fault::HugeBody, whole(1)),
    (Fault::ChunkForever, whole(1)),
    (Fault::GzipBomb, whole(1)),
];

const WORKFLOW: &str = r#"{ "workflows": { "text_to_image": {
    "graph": {
        "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "example" } },
        "2": { "class_type": "CLIPTextEncode", "inputs": { "text": "example", "clip": ["1", 1] } },
        "3": { "class_type": "EmptyLatentImage", "inputs": { "width": 512, "height": 512, "batch_size": 1 } },
        "4": { "class_type": "KSampler", "inputs": { "model": ["1", 0], "positive": ["2", 0], "negative": ["2", 0], "latent_image": ["3", 0],
            "seed": 0, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0 } },
        "5": { "class_type": "VAEDecode", "inputs": { "samples": ["4", 0], "vae": ["1", 2] } },
        "6": { "class_type": "SaveImage", "inputs": { "images": ["5", 0], "filename_prefix": "example" } }
    },
    "slots": {
        "model": [{ "node": "1", "input": "ckpt_name" }], "prompt": [{ "node": "2", "input": "text" }],
        "width": [{ "node": "3", "input": "width" }], "height": [{ "node": "3", "input": "height" }],
        "count": [{ "node": "3", "input": "batch_size" }], "seed": [{ "node": "4", "input": "seed" }],
        "request_id": [{ "node": "6", "input": "filename_prefix" }]
    }
} } }"#;
