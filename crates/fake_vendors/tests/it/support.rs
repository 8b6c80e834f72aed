//! A plain client, and forms written by hand.

use std::time::Duration;

use fake_vendors::{FakeVendors, Options, Vendor};
use serde_json::Value;
use tokio::runtime::Runtime;

/// The vendors in a runtime of their own, so that tests can be plain functions.
pub struct House {
    pub fakes: FakeVendors,
    _runtime: Runtime,
}

pub fn house() -> House {
    house_with(Options::default())
}

pub fn house_with(options: Options) -> House {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let fakes = runtime.block_on(FakeVendors::start_with(options)).expect("ports");
    House { fakes, _runtime: runtime }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl House {
    /// A request with headers; the path follows the vendor's base address.
    pub fn send(&self, method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, ureq::Error> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(3)))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build()
            .into();
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = agent.run(request.body(body.to_vec()).expect("a request"))?;
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let status = answer.status().as_u16();
        let bytes = answer.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        Ok(Answer { status, headers, bytes })
    }

    pub fn get(&self, vendor: Vendor, path: &str) -> Answer {
        self.send("GET", &self.url(vendor, path), &[auth(vendor)], b"").expect("an answer")
    }

    pub fn post(&self, vendor: Vendor, path: &str, body: &Value) -> Answer {
        self.try_post(vendor, path, body, &[]).expect("an answer")
    }

    pub fn try_post(&self, vendor: Vendor, path: &str, body: &Value, more: &[(&str, &str)]) -> Result<Answer, ureq::Error> {
        let headers = [&[auth(vendor), ("content-type", "application/json")], more].concat();
        self.send("POST", &self.url(vendor, path), &headers, body.to_string().as_bytes())
    }

    pub fn post_form(&self, vendor: Vendor, path: &str, form: &Form, more: &[(&str, &str)]) -> Answer {
        let headers = [&[auth(vendor), ("content-type", "multipart/form-data; boundary=xXx")], more].concat();
        self.send("POST", &self.url(vendor, path), &headers, &form.finish()).expect("an answer")
    }

    fn url(&self, vendor: Vendor, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.fakes.base_url(vendor)) }
    }

    /// Everything so far was right.
    pub fn assert_clean(&self) {
        let violations = self.fakes.violations();
        assert!(violations.is_empty(), "{violations:?}");
    }

    /// The last request was wrong in this way.
    pub fn assert_blamed(&self, words: &str) {
        let violations = self.fakes.violations();
        let last = violations.last().map(|violation| violation.message.as_str()).unwrap_or_default();
        assert!(last.contains(words), "{last:?} does not say {words:?}");
    }
}

/// The header with the key.
pub fn auth(vendor: Vendor) -> (&'static str, &'static str) {
    match vendor {
        Vendor::Fal => ("authorization", "Key fake-key"),
        Vendor::Bfl => ("x-key", "fake-key"),
        Vendor::Gemini => ("x-goog-api-key", "fake-key"),
        // user:fake-key
        Vendor::A1111 => ("authorization", "Basic dXNlcjpmYWtlLWtleQ=="),
        _ => ("authorization", "Bearer fake-key"),
    }
}

/// A multipart body.
#[derive(Default)]
pub struct Form(Vec<u8>);

impl Form {
    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.0.extend(format!("--xXx\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        self
    }

    pub fn file(mut self, name: &str, file_name: &str, mime: &str, bytes: &[u8]) -> Self {
        let head =
            format!("--xXx\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\ncontent-type: {mime}\r\n\r\n");
        self.0.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        self
    }

    fn finish(&self) -> Vec<u8> {
        [self.0.as_slice(), b"--xXx--\r\n"].concat()
    }
}

/// A PNG of this size, with or without alpha.
pub fn png(width: u32, height: u32, alpha: bool) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    if alpha {
        image::RgbaImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    } else {
        image::RgbImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    }
    bytes.into_inner()
}

/// The type and size of a picture.
pub fn facts(bytes: &[u8]) -> (String, u32, u32) {
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().expect("bytes can be read");
    let mime = reader.format().expect("a picture").to_mime_type().to_owned();
    let picture = reader.decode().expect("a whole picture");
    (mime, picture.width(), picture.height())
}

pub fn decoded(value: &Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(value.as_str().expect("a string")).expect("base64")
}

pub fn data_url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes))
}
