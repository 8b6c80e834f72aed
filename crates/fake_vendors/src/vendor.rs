//! The vendors whose wire contracts are spoken here.

use serde::{Serialize, Serializer};

/// One wire shape. Servers that differ on the wire are separate, even where they imitate the same vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    /// OpenAI Images API.
    OpenAi,
    /// LocalAI, compatible with OpenAI.
    LocalAi,
    /// The server of stable-diffusion.cpp: OpenAI family, native jobs and a few `sdapi` routes.
    SdServer,
    /// Stability AI v2beta and v1.
    Stability,
    /// Replicate predictions.
    Replicate,
    /// fal queue.
    Fal,
    /// Black Forest Labs.
    Bfl,
    /// Google Gemini `generateContent`.
    Gemini,
    /// Alibaba DashScope.
    DashScope,
    /// Volcengine Ark.
    Volcengine,
    /// Zhipu.
    Zhipu,
    /// SiliconFlow.
    SiliconFlow,
    /// AUTOMATIC1111 and Forge.
    A1111,
    /// ComfyUI.
    ComfyUi,
}

impl Vendor {
    /// All of them, in the order of their ports.
    pub const ALL: [Vendor; 14] = [
        Vendor::OpenAi,
        Vendor::LocalAi,
        Vendor::SdServer,
        Vendor::Stability,
        Vendor::Replicate,
        Vendor::Fal,
        Vendor::Bfl,
        Vendor::Gemini,
        Vendor::DashScope,
        Vendor::Volcengine,
        Vendor::Zhipu,
        Vendor::SiliconFlow,
        Vendor::A1111,
        Vendor::ComfyUi,
    ];

    /// The name in answers of the control port.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Vendor::OpenAi => "openai",
            Vendor::LocalAi => "localai",
            Vendor::SdServer => "sdserver",
            Vendor::Stability => "stability",
            Vendor::Replicate => "replicate",
            Vendor::Fal => "fal",
            Vendor::Bfl => "bfl",
            Vendor::Gemini => "gemini",
            Vendor::DashScope => "dashscope",
            Vendor::Volcengine => "volcengine",
            Vendor::Zhipu => "zhipu",
            Vendor::SiliconFlow => "siliconflow",
            Vendor::A1111 => "a1111",
            Vendor::ComfyUi => "comfyui",
        }
    }

    /// The vendor with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.name() == name)
    }

    /// What follows the origin in the vendor's documented base address.
    #[must_use]
    pub const fn base_path(self) -> &'static str {
        match self {
            Vendor::OpenAi | Vendor::LocalAi | Vendor::SdServer | Vendor::Replicate | Vendor::SiliconFlow => "/v1",
            Vendor::Gemini => "/v1beta",
            Vendor::Volcengine => "/api/v3",
            Vendor::Zhipu => "/api/paas/v4",
            Vendor::Stability | Vendor::Fal | Vendor::Bfl | Vendor::DashScope | Vendor::A1111 | Vendor::ComfyUi => "",
        }
    }

    /// Whether work can go on after the first answer: there is an id to ask about.
    #[must_use]
    pub const fn has_tasks(self) -> bool {
        match self {
            Vendor::SdServer
            | Vendor::Stability
            | Vendor::Replicate
            | Vendor::Fal
            | Vendor::Bfl
            | Vendor::DashScope
            | Vendor::Zhipu
            | Vendor::ComfyUi => true,
            Vendor::OpenAi | Vendor::LocalAi | Vendor::Gemini | Vendor::Volcengine | Vendor::SiliconFlow | Vendor::A1111 => false,
        }
    }

    /// Whether it calls back when work has ended.
    #[must_use]
    pub const fn has_webhooks(self) -> bool {
        matches!(self, Vendor::Replicate | Vendor::Fal | Vendor::Bfl)
    }
}

impl Serialize for Vendor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
