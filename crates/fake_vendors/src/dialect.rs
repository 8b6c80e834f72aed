//! What makes a vendor: its routes, its errors, its webhooks.

use crate::answer::{Denial, Served};
use crate::call::Call;
use crate::hooks::{Letter, Sealed};
use crate::shop::{ErrorShape, Shop};
use crate::tasks::Task;
use crate::vendor::Vendor;
use crate::{a1111, bfl, comfyui, dashscope, fal, gemini, localai, openai, replicate, sdserver, siliconflow, stability, volcengine, zhipu};

/// A vendor's part of the conversation.
pub(crate) struct Dialect {
    /// Answers a request.
    pub route: fn(&Shop, &Call) -> Result<Served, Denial>,
    /// Writes an error.
    pub error: ErrorShape,
    /// Writes and signs a webhook.
    pub seal: fn(&Shop, &Task, &Letter) -> Sealed,
}

/// The dialect of a vendor.
pub(crate) fn of(vendor: Vendor) -> Dialect {
    match vendor {
        Vendor::OpenAi => Dialect { route: openai::route, error: openai::error, seal: no_webhooks },
        Vendor::LocalAi => Dialect { route: localai::route, error: localai::error, seal: no_webhooks },
        Vendor::SdServer => Dialect { route: sdserver::route, error: sdserver::error, seal: no_webhooks },
        Vendor::Stability => Dialect { route: stability::route, error: stability::error, seal: no_webhooks },
        Vendor::Replicate => Dialect { route: replicate::route, error: replicate::error, seal: replicate::seal },
        Vendor::Fal => Dialect { route: fal::route, error: fal::error, seal: fal::seal },
        Vendor::Bfl => Dialect { route: bfl::route, error: bfl::error, seal: bfl::seal },
        Vendor::Gemini => Dialect { route: gemini::route, error: gemini::error, seal: no_webhooks },
        Vendor::DashScope => Dialect { route: dashscope::route, error: dashscope::error, seal: no_webhooks },
        Vendor::Volcengine => Dialect { route: volcengine::route, error: volcengine::error, seal: no_webhooks },
        Vendor::Zhipu => Dialect { route: zhipu::route, error: zhipu::error, seal: no_webhooks },
        Vendor::SiliconFlow => Dialect { route: siliconflow::route, error: siliconflow::error, seal: no_webhooks },
        Vendor::A1111 => Dialect { route: a1111::route, error: a1111::error, seal: no_webhooks },
        Vendor::ComfyUi => Dialect { route: comfyui::route, error: comfyui::error, seal: no_webhooks },
    }
}

/// For vendors that never call back.
fn no_webhooks(_: &Shop, _: &Task, _: &Letter) -> Sealed {
    (Vec::new(), Vec::new())
}
