//! Accounts at the fake vendors, requests, pictures, and what was recorded.

use std::time::Duration;

use egress::{Egress, Limits, Options, Route};
use fake_vendors::{FakeVendors, Recorded, RecordedBody, RecordedPart, Vendor};
use image::{ExtendedColorType, ImageEncoder as _};
use providers::{Account, CallLimits, Error, ImageProvider, ImageRequest, Model, Output, Picture, Secret, Settings, TaskType};
use serde_json::Value;

/// Long enough to be found wherever it should not be.
pub const KEY: &str = "sk-verysecretkeyoftheoperator";

/// Where fal publishes its keys.
pub const KEY_SET: &str = "/.well-known/jwks.json";

pub async fn fakes() -> FakeVendors {
    let options = fake_vendors::Options { key: KEY.to_owned(), ..fake_vendors::Options::default() };
    FakeVendors::start_with(options).await.expect("loopback ports can be opened")
}

/// An account with limits so short that what never ends still ends here soon, and so long that a busy machine keeps them.
pub fn account(fakes: &FakeVendors, vendor: Vendor) -> Account {
    let short = Limits {
        connect: Duration::from_secs(2),
        first_byte: Duration::from_secs(3),
        idle: Duration::from_millis(1500),
        total: Duration::from_secs(5),
        max_body_bytes: 8 << 20,
        max_event_bytes: 8 << 20,
    };
    // The vendors, and the host of their links; not the address that nobody may reach.
    let allow = ["127.0.0.1/32", "127.0.0.2/32"].map(|net| net.parse().expect("a network")).to_vec();
    let options = Options { allow, allow_plain_http: true, ..Options::new("test") };
    Account {
        id: format!("{vendor:?}"),
        base_url: fakes.base_url(vendor).parse().expect("an address"),
        key: key_for(vendor),
        webhook_secret: fakes.webhook_secret(vendor).or_else(|| told_secret(vendor)).map(Secret::new),
        webhook_keys_url: (vendor == Vendor::Fal).then(|| fakes.origin(vendor) + KEY_SET).map(|url| url.parse().expect("an address")),
        callback: None,
        egress: Egress::new(options).expect("a client"),
        route: Route::Direct,
        limits: CallLimits { api: short, generation: short, download: short },
    }
}

/// The bytes of an output.
pub async fn fetched(provider: &dyn ImageProvider, account: &Account, output: &Output) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    provider.fetch(account, output, &mut bytes).await.map(|()| bytes)
}

/// The key in the form that an account with this vendor has it.
fn key_for(vendor: Vendor) -> Option<Secret> {
    match vendor {
        Vendor::SdServer | Vendor::ComfyUi => None,
        Vendor::A1111 => Some(Secret::new(format!("user:{KEY}"))),
        _ => Some(Secret::new(KEY)),
    }
}

/// The secret of webhooks where the account chooses it and tells the vendor with each request.
fn told_secret(vendor: Vendor) -> Option<String> {
    (vendor == Vendor::Bfl).then(|| "secret-of-the-webhooks".to_owned())
}

/// A request for one picture of words.
pub fn request(model: &str, prompt: &str) -> ImageRequest {
    ImageRequest {
        task_type: TaskType::TextToImage,
        model: Model { wire_id: model.to_owned(), ..Model::default() },
        prompt: prompt.to_owned(),
        negative_prompt: None,
        images: Vec::new(),
        mask: None,
        references: Vec::new(),
        style_image: None,
        size: None,
        count: 1,
        seed: None,
        settings: Settings::default(),
        previews: 0,
        end_user: None,
        request_id: "attempt_1".to_owned(),
    }
}

/// A plain picture that a vendor takes: a PNG, or a JPEG when `mime` says so.
pub fn picture(width: u32, height: u32, mime: &'static str) -> Picture {
    let pixels = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 128]));
    let format = image::ImageFormat::from_mime_type(mime).expect("a known type");
    let mut file = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut file, format).expect("a picture");
    Picture { bytes: file.into_inner().into(), mime, width, height }
}

/// A mask in our own form, its left half white.
pub fn mask(width: u32, height: u32) -> Picture {
    let levels: Vec<u8> = (0..width * height).map(|index| if index % width < width / 2 { 255 } else { 0 }).collect();
    let mut file = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut file);
    encoder.write_image(&levels, width, height, ExtendedColorType::L8).expect("a picture");
    Picture { bytes: file.into(), mime: "image/png", width, height }
}

/// The JSON that was sent.
pub fn json_of(recorded: &Recorded) -> Value {
    match &recorded.body {
        RecordedBody::Json { value } => value.clone(),
        other => panic!("no JSON: {other:?}"),
    }
}

/// The form that was sent.
pub fn parts_of(recorded: &Recorded) -> Vec<RecordedPart> {
    match &recorded.body {
        RecordedBody::Parts { parts } => parts.clone(),
        other => panic!("no form: {other:?}"),
    }
}

/// Nothing that was sent so far broke the vendor's contract.
pub fn assert_clean(fakes: &FakeVendors) {
    assert_eq!(fakes.violations().iter().map(|violation| format!("{violation:?}")).collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(fakes.forbidden_connections(), 0, "a connection that must never be made");
}
