//! Every fault of a fake vendor against its provider: it ends, with the right class, having asked for money at most
//! once, having broken no contract and told no secret.

use std::time::Duration;

use fake_vendors::{FakeVendors, Fault, Vendor};
use futures::StreamExt as _;
use providers::size::{Size, parse_pixels};
use providers::{Account, Class, Delivery, Error, Handle, ImageProvider, ImageRequest, Progress, Submitted, Watch};
use serde_json::Value;

use crate::expected::{End, expected};
use crate::support::{KEY, account, assert_clean, fakes, fetched, request};

/// A provider and an ordinary request to it.
#[derive(Clone, Copy)]
pub struct Line {
    /// Its name in the registry.
    pub provider: &'static str,
    /// Who plays the vendor.
    pub vendor: Vendor,
    /// The model's name there.
    pub model: &'static str,
    /// The model's options, as JSON.
    pub options: &'static str,
    /// `WIDTHxHEIGHT`.
    pub size: &'static str,
    /// Pictures in one call; 2 where the vendor makes so many.
    pub count: u32,
    /// Partial pictures.
    pub previews: u8,
    /// Whether its answers are links.
    pub links: bool,
    /// Whether it is answered with a task and polled, where the vendor can do both.
    pub tasks: bool,
    /// Makes another request of the ordinary one.
    pub reshape: fn(ImageRequest) -> ImageRequest,
    /// Where its contract differs from the table of all.
    pub except: &'static [(Fault, End)],
}

impl Line {
    /// For `..Line::DEFAULT`.
    pub const DEFAULT: Self = Self {
        provider: "",
        vendor: Vendor::OpenAi,
        model: "",
        options: "{}",
        size: "1024x1024",
        count: 2,
        previews: 0,
        links: false,
        tasks: false,
        reshape: |request| request,
        except: &[],
    };
}

/// No case takes longer, whatever the fault; the limits of the account end it much sooner.
const DEADLINE: Duration = Duration::from_secs(60);
/// Questions after which a caller would give up.
const MOST_POLLS: usize = 12;
/// The token of an address for calls.
const TOKEN: &str = "00112233445566778899aabbccddeeff";
/// Cases at once: few, so that a busy machine does not make time-outs of healthy ones.
const AT_ONCE: usize = 4;

/// Runs an ordinary request and every fault that means something to the vendor.
pub async fn every_fault(line: Line) {
    let fakes = fakes().await;
    let provider = providers::named(line.provider).expect("a registered provider");
    // Nobody listens there: what a webhook says is found by polling.
    let callback = provider.abilities().webhooks.then(|| format!("http://127.0.0.1:9/{TOKEN}").parse().expect("an address"));
    let account = Account { callback, ..account(&fakes, line.vendor) };
    let healthy = Case { line, provider: provider.as_ref(), account: &account, fakes: &fakes, mark: "", expected: End::Done };
    healthy.run().await;
    let supports = if line.tasks { Vendor::supports_in_tasks } else { Vendor::supports };
    let faults = Fault::ALL.iter().filter(|fault| supports(line.vendor, **fault));
    let cases = faults.map(|fault| {
        let exception = line.except.iter().find(|(known, _)| known == fault).map(|(_, end)| *end);
        Case { mark: fault.sample(), expected: exception.unwrap_or_else(|| expected(*fault, line.links)), ..healthy }
    });
    futures::stream::iter(cases).for_each_concurrent(AT_ONCE, |case| async move { case.run().await }).await;
    assert_clean(&fakes);
    check(provider.as_ref(), &account).await;
}

/// The free test of the account tells a good key from a bad one.
async fn check(provider: &dyn ImageProvider, account: &Account) {
    let named = provider.check(account).await.expect("a good account");
    assert!(!named.is_empty() && !named.contains(KEY), "{named}");
    if account.key.is_some() {
        let wrong = Account { key: Some(providers::Secret::new("user:wrong-key")), ..account.clone() };
        let error = provider.check(&wrong).await.expect_err("a bad key");
        assert!(error.class == Class::Auth && !error.message.contains("wrong-key"), "{error:?}");
    }
}

#[derive(Clone, Copy)]
struct Case<'a> {
    line: Line,
    provider: &'a dyn ImageProvider,
    account: &'a Account,
    fakes: &'a FakeVendors,
    mark: &'static str,
    expected: End,
}

impl Case<'_> {
    async fn run(self) {
        let name = format!("{} {}", self.line.provider, if self.mark.is_empty() { "[healthy]" } else { self.mark });
        let request = self.request();
        let (ended, told) = tokio::time::timeout(DEADLINE, self.end(&request)).await.unwrap_or_else(|_| panic!("{name} has no end"));
        assert_eq!(ended, self.expected, "{name}: {told}");
        assert!(!told.contains(KEY) && !told.contains(TOKEN), "{name} tells the key, or where to call: {told}");
        assert_eq!(self.paid_requests(&request.prompt), 1, "{name}: paid requests");
    }

    fn request(&self) -> ImageRequest {
        let (width, height) = parse_pixels(self.line.size).expect("a size");
        let mut plain = request(self.line.model, &format!("a cat {}", self.mark));
        plain.model.options = serde_json::from_str(self.line.options).expect("options");
        let ordinary = ImageRequest {
            // Some vendors ask for a running request by it.
            request_id: format!("attempt_{}", self.mark),
            // A vendor that takes only ratios has this one.
            size: Some(Size { width, height, ratio: (width == height).then(|| "1:1".to_owned()), tier: None }),
            count: self.line.count,
            previews: self.line.previews,
            ..plain
        };
        (self.line.reshape)(ordinary)
    }

    /// How it ends, and all that it tells about it.
    async fn end(&self, request: &ImageRequest) -> (End, String) {
        let watch = Watch::nothing();
        let delivery = match self.provider.submit(self.account, request, &watch).await {
            Ok(Submitted::Done(delivery)) => delivery,
            Ok(Submitted::Accepted(handle)) => match self.poll(&handle, &watch).await {
                Ok(Some(delivery)) => delivery,
                Ok(None) => return (End::Forever, String::new()),
                Err(error) => return failed(&error),
            },
            Err(error) => return failed(&error),
        };
        self.plausible(&delivery, request.count);
        let told = format!("{:?} {:?}", delivery.refused, delivery.usage);
        for output in &delivery.outputs {
            match fetched(self.provider, self.account, output).await {
                Ok(bytes) => assert!(!bytes.is_empty(), "{}: an empty picture", self.mark),
                Err(error) => return (End::FetchFails(error.class), format!("{told} {error:?}")),
            }
        }
        (End::Done, told)
    }

    async fn poll(&self, handle: &Handle, watch: &Watch) -> Result<Option<Box<Delivery>>, Error> {
        for _ in 0..MOST_POLLS {
            if let Progress::Done(delivery) = self.provider.poll(self.account, handle, watch).await? {
                return Ok(Some(delivery));
            }
        }
        Ok(None)
    }

    /// As many pictures as were asked for, fewer only where the fault says so, and no absurd numbers.
    fn plausible(&self, delivery: &Delivery, count: u32) {
        let fewer = u32::from(count > 1 && self.mark == Fault::Fewer.sample());
        assert_eq!(delivery.outputs.len(), (count - fewer) as usize, "{}", self.mark);
        let usage = delivery.usage;
        let counted = [usage.input_megapixels, usage.output_megapixels, usage.seconds, usage.credits].into_iter().flatten();
        assert!(counted.into_iter().all(|number| number.is_finite() && number >= 0.0), "{usage:?}");
        if self.mark == Fault::NegativeUsage.sample() {
            assert_eq!((usage.output_tokens, usage.images, usage.credits), (None, None, None), "a negative number is no number");
        }
    }

    /// Requests that carried these words: each would have been paid for.
    fn paid_requests(&self, prompt: &str) -> usize {
        let posts = self.fakes.requests(self.line.vendor).into_iter().filter(|recorded| recorded.method == "POST");
        posts.filter(|recorded| says(&serde_json::to_value(&recorded.body).expect("a record is JSON"), prompt.trim())).count()
    }
}

/// Whether a text anywhere in the body is exactly these words, but for the escapes of engines.
fn says(body: &Value, words: &str) -> bool {
    match body {
        Value::String(text) => text.replace('\\', "").trim() == words,
        Value::Array(items) => items.iter().any(|item| says(item, words)),
        Value::Object(fields) => fields.values().any(|item| says(item, words)),
        _ => false,
    }
}

fn failed(error: &Error) -> (End, String) {
    let limited = error.class == Class::RateLimited;
    assert!(!limited || error.retry_after.is_some_and(|wait| wait <= Duration::from_secs(3)), "{error:?}");
    (End::Fails(error.class, error.began), format!("{error} {error:?}"))
}
