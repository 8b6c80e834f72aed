//! Which fault has a meaning for which vendor.
//!
//! | faults | vendors |
//! |---|---|
//! | `[url…]` | those that answer with links; OpenAI, LocalAI and sd-server then answer links instead of base64. ComfyUI serves files itself: only `[urldead]`, `[urlhuge]`, `[urlredirectprivate]` |
//! | `[fewer]`, `[more]` | those that give several pictures for one request; `[more]` also where the answer is a list |
//! | `[negusage]` | those that state usage, cost or metrics |
//! | `[401]`, `[echokey]` | all but sd-server, which knows no keys |
//! | `[402]`, `[billing]`, `[refusal]`, `[refusal200]` | hosted vendors; engines of one's own have neither |
//! | `[429quota]` | OpenAI, Gemini, DashScope, Volcengine, Zhipu |
//! | `[p…]` | those with tasks |
//! | `[wh…]` | Replicate, fal, BFL; `[whold]` not for BFL, whose signature has no time; `[whorder]` only for Replicate, which alone tells of the begin |
//! | `[paced]` | those that stream: OpenAI, Volcengine |
//! | all others | all |

use super::Fault;
use crate::vendor::Vendor;

impl Vendor {
    /// Whether the fault has a meaning for an ordinary text-to-image request to this vendor.
    #[must_use]
    pub fn supports(self, fault: Fault) -> bool {
        match fault {
            Fault::TaskLost | Fault::TaskForever | Fault::TaskStrange | Fault::TaskFailed => {
                matches!(self, Vendor::Replicate | Vendor::Fal | Vendor::Bfl | Vendor::ComfyUi)
            }
            other => self.supports_in_tasks(other),
        }
    }

    /// The same for the vendor's operations that give a task id: jobs of sd-server, upscale/creative of Stability,
    /// asynchronous models of DashScope and Zhipu.
    #[must_use]
    pub fn supports_in_tasks(self, fault: Fault) -> bool {
        let own_engine = matches!(self, Vendor::LocalAi | Vendor::SdServer | Vendor::A1111 | Vendor::ComfyUi);
        let one_picture = matches!(self, Vendor::Stability | Vendor::Bfl);
        match fault {
            Fault::TaskLost | Fault::TaskForever | Fault::TaskStrange | Fault::TaskFailed => self.has_tasks(),
            Fault::HookOrder => self == Vendor::Replicate,
            Fault::HookOld => self.has_webhooks() && self != Vendor::Bfl,
            Fault::HookTwice
            | Fault::HookLate
            | Fault::HookBadSignature
            | Fault::HookEmpty
            | Fault::HookForeign
            | Fault::HookFlip
            | Fault::HookNone => self.has_webhooks(),
            Fault::UrlDead | Fault::UrlHuge | Fault::UrlRedirectPrivate => {
                !matches!(self, Vendor::Stability | Vendor::Gemini | Vendor::A1111)
            }
            Fault::UrlPrivate | Fault::UrlFile => !matches!(self, Vendor::Stability | Vendor::Gemini | Vendor::A1111 | Vendor::ComfyUi),
            Fault::Fewer => !one_picture && !matches!(self, Vendor::Gemini | Vendor::Zhipu),
            Fault::More => !one_picture,
            Fault::Paced => matches!(self, Vendor::OpenAi | Vendor::Volcengine),
            Fault::NegativeUsage => matches!(
                self,
                Vendor::OpenAi
                    | Vendor::LocalAi
                    | Vendor::Gemini
                    | Vendor::DashScope
                    | Vendor::Volcengine
                    | Vendor::Bfl
                    | Vendor::Replicate
            ),
            Fault::Unauthorized | Fault::EchoKey => self != Vendor::SdServer,
            Fault::PaymentRequired | Fault::Billing | Fault::Refusal | Fault::Refusal200 => !own_engine,
            Fault::RateLimitedQuota => {
                matches!(self, Vendor::OpenAi | Vendor::Gemini | Vendor::DashScope | Vendor::Volcengine | Vendor::Zhipu)
            }
            _ => true,
        }
    }
}
