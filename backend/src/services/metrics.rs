//! What the process counts, for Prometheus to fetch. Each application has its own counts, so that several may live in one
//! process. Labels are names of the catalogue and of this program; nothing that people or vendors wrote becomes one.

use std::sync::Arc;

use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// Tries at vendors, by how they ended.
const ATTEMPTS: &str = "danqing_provider_attempts_total";
/// Requests that were refunded and that the vendor may have charged for.
const DOUBLE_COSTS: &str = "danqing_provider_possible_double_cost_total";
/// Events of the payment gateway that were not signed as it signs.
const REFUSED_EVENTS: &str = "danqing_payment_events_refused_total";
/// Tries again at keeping what is paid for.
const INSISTED: &str = "danqing_result_retries_total";
/// How long requests took, from sending to the stored pictures.
const SECONDS: &str = "danqing_provider_request_seconds";
/// From a fast engine on this machine to the time after which a request is given up.
const BUCKETS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 600.0, 1800.0];

/// The counts. Clones share them.
#[derive(Clone)]
pub struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
}

impl Default for Metrics {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "the list of buckets is not empty, which is all that is refused")]
        let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &BUCKETS).expect("buckets");
        let recorder = builder.build_recorder();
        let described = [
            (ATTEMPTS, "Tries at AI vendors, by provider, model and outcome."),
            (DOUBLE_COSTS, "Requests whose outcome is unknown: refunded, and possibly charged for by the vendor."),
            (REFUSED_EVENTS, "Calls to the webhook of payments with a wrong, old or missing signature."),
            (INSISTED, "Tries again at storing what a vendor made, because the store or the database failed."),
        ];
        for (name, text) in described {
            recorder.describe_counter(name.into(), None, text.into());
        }
        recorder.describe_histogram(SECONDS.into(), None, "Seconds from sending a request to a vendor to its end, by provider.".into());
        Self { handle: recorder.handle(), recorder: Arc::new(recorder) }
    }
}

impl Metrics {
    /// Counts a try at a vendor's model. `outcome` is `succeeded`, `cancelled` or the class of a failure.
    pub fn attempt(&self, provider: &str, model: &str, outcome: &'static str) {
        let labels = vec![
            Label::new("provider", provider.to_owned()),
            Label::new("model", model.to_owned()),
            Label::from_static_parts("outcome", outcome),
        ];
        self.recorder.register_counter(&Key::from_parts(ATTEMPTS, labels), &METADATA).increment(1);
    }

    /// Notes how long a request took that has ended.
    pub fn request_took(&self, provider: &str, seconds: f64) {
        let labels = vec![Label::new("provider", provider.to_owned())];
        self.recorder.register_histogram(&Key::from_parts(SECONDS, labels), &METADATA).record(seconds);
        // What was recorded waits in memory until it is added up.
        self.handle.run_upkeep();
    }

    /// Counts a call to the webhook of payments that was refused.
    pub fn refused_event(&self) {
        self.recorder.register_counter(&Key::from_static_name(REFUSED_EVENTS), &METADATA).increment(1);
    }

    /// Counts a try again at keeping what is paid for.
    pub fn insisted(&self) {
        self.recorder.register_counter(&Key::from_static_name(INSISTED), &METADATA).increment(1);
    }

    /// All counts in Prometheus' text form, with the number of requests that may have cost twice.
    #[must_use]
    pub fn render(&self, possible_double_costs: u64) -> String {
        self.recorder.register_counter(&Key::from_static_name(DOUBLE_COSTS), &METADATA).absolute(possible_double_costs);
        self.handle.render()
    }
}

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_kept_apart_by_label_and_by_application() {
        let (metrics, other) = (Metrics::default(), Metrics::default());
        metrics.attempt("openai", "gpt-image-2", "succeeded");
        metrics.attempt("openai", "gpt-image-2", "succeeded");
        metrics.attempt("openai", "gpt-image-2", "timeout");
        metrics.request_took("openai", 3.0);
        let text = metrics.render(2);
        for line in [
            r#"danqing_provider_attempts_total{provider="openai",model="gpt-image-2",outcome="succeeded"} 2"#,
            r#"danqing_provider_attempts_total{provider="openai",model="gpt-image-2",outcome="timeout"} 1"#,
            "danqing_provider_possible_double_cost_total 2",
            r#"danqing_provider_request_seconds_bucket{provider="openai",le="2"} 0"#,
            r#"danqing_provider_request_seconds_bucket{provider="openai",le="5"} 1"#,
            r#"danqing_provider_request_seconds_count{provider="openai"} 1"#,
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(other.render(0).contains("danqing_provider_possible_double_cost_total 0") && !other.render(0).contains("openai"));
    }
}
