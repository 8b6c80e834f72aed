//! A private bucket behind the S3 protocol: Amazon, R2, MinIO, Aliyun OSS, Tencent COS and their like.

use std::fmt;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use egress::http::header::{ACCEPT_ENCODING, CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use egress::http::{Method, StatusCode};
use egress::{Answer, Body, Call, Egress, FileBody, Reach, Url};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum as Algorithm};
use object_store::{BackoffConfig, RetryConfig};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::Error;
use crate::key::ObjectKey;
use crate::outgoing::{Outgoing, object, small};
use crate::presigned::Presigner;

/// A bucket and the key that opens it.
#[derive(Clone)]
pub struct BucketOptions {
    /// Where the bucket is, with its name in it: `https://account.r2.cloudflarestorage.com/pictures` or
    /// `https://pictures.oss-cn-hangzhou.aliyuncs.com`.
    pub address: Url,
    /// The same as those reach it who are given links. Often the same.
    pub public_address: Url,
    /// Its name.
    pub name: String,
    /// The region that signatures name; R2 knows only `auto`.
    pub region: String,
    /// The key's id.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: String,
    /// What is sent along so that the bucket can check what arrived.
    pub checksum: Checksum,
    /// How long it may be silent.
    pub patience: Patience,
}

/// How long the bucket may leave whoever asks without an answer.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For reading, listing and deleting. Somebody waits for the picture, and an answer begins within a second.
    pub reads: Duration,
    /// For storing, counted from when all was sent: the bucket may copy it elsewhere before it answers.
    pub writes: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { reads: Duration::from_secs(10), writes: Duration::from_secs(30) }
    }
}

/// What is sent along so that the bucket can check what arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// `x-amz-checksum-sha256`.
    Sha256,
    /// Nothing: some servers that speak the protocol refuse headers that they do not know.
    None,
}

impl fmt::Debug for BucketOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketOptions").field("address", &self.address.as_str()).field("region", &self.region).finish_non_exhaustive()
    }
}

/// Why a bucket is of no use as it is set up. What it means for the operator is said by the application.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Nobody answers. It may be over in a moment.
    #[error("{0}")]
    Unreachable(String),
    /// It answers that it cannot, with this status. It may be over in a moment.
    #[error("the bucket answers {0}")]
    Unavailable(u16),
    /// It refuses for good, with this status and this code of its own, such as `NoSuchBucket`.
    #[error("the bucket answers {status} {code}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// May be empty.
        code: String,
    },
}

/// Tries at a request that may be made twice.
const TRIES: u32 = 3;
/// After this time nothing is tried again: whoever waits is told, and tasks have their own patience.
const TRIED_WITHIN: Duration = Duration::from_secs(10);
/// The pause before the second; the third comes after twice as long.
const PAUSE: Duration = Duration::from_millis(200);
/// For how long a request to the bucket that was signed by us for us may be on its way before it begins.
const OWN_LINK: Duration = Duration::from_secs(300);
/// How long an answer to the question whether the bucket is there is believed.
const BELIEVED: Duration = Duration::from_secs(5);
/// How long whoever asks waits for it.
const PATIENCE: Duration = Duration::from_secs(2);
/// The type of what we store: what it is, is written in the database, and nobody reads it straight from the bucket.
const BYTES: &str = "application/octet-stream";
/// The header with which the bucket checks what arrived.
const SUM: &str = "x-amz-checksum-sha256";
/// Bytes of an error's text that are looked at.
const ERROR_BYTES: usize = 4096;

/// The bucket.
pub struct Bucket {
    /// The protocol; deletes one by one, which every server can.
    pub(crate) s3: AmazonS3,
    /// Only where checksums are taken: that request comes with one always.
    deletes_many: Option<DeletesMany>,
    presigner: Presigner,
    /// Signs for others.
    public: Presigner,
    egress: Egress,
    checksum: Checksum,
    patience: Patience,
    origin: String,
    seen: Mutex<Option<(Instant, bool)>>,
}

/// The protocol with `DeleteObjects`, which deletes many with one request.
pub(crate) struct DeletesMany {
    pub(crate) protocol: AmazonS3,
    /// Set once the bucket turned out not to know it.
    pub(crate) is_refused: AtomicBool,
}

impl Bucket {
    /// What deletes many with one request, where the bucket knows it as far as is known.
    pub(crate) fn deletes_many(&self) -> Option<&DeletesMany> {
        self.deletes_many.as_ref().filter(|many| !many.is_refused.load(Relaxed))
    }

    /// Nothing is asked of it yet.
    pub(crate) fn open(options: BucketOptions, egress: Egress) -> Result<Self, Error> {
        let host = options.address.host_str().unwrap_or_default().to_owned();
        let (patience, outgoing) = (options.patience, Outgoing { egress: egress.clone(), host, patience: options.patience });
        let backoff = BackoffConfig { init_backoff: PAUSE, max_backoff: Duration::from_secs(2), base: 2.0 };
        let retry = RetryConfig { backoff, max_retries: TRIES as usize - 1, retry_timeout: TRIED_WITHIN };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&options.name)
            .with_region(&options.region)
            .with_access_key_id(&options.access_key_id)
            .with_secret_access_key(&options.secret_access_key)
            // The library takes such an address as it is, so both styles are one thing for it.
            .with_virtual_hosted_style_request(true)
            .with_endpoint(options.address.as_str().trim_end_matches('/'))
            .with_allow_http(true)
            .with_retry(retry)
            .with_http_connector(outgoing);
        if options.checksum == Checksum::Sha256 {
            builder = builder.with_checksum_algorithm(Algorithm::SHA256);
        }
        let deletes_many = match options.checksum {
            Checksum::Sha256 => Some(DeletesMany { protocol: builder.clone().build()?, is_refused: AtomicBool::new(false) }),
            Checksum::None => None,
        };
        let s3 = builder.with_disable_bulk_delete(true).build()?;
        let checksum = options.checksum;
        let origin = options.public_address.origin().ascii_serialization();
        let BucketOptions { address: bucket, public_address, region, access_key_id, secret_access_key, .. } = options;
        let presigner = Presigner { bucket, region, access_key_id, secret_access_key };
        let public = Presigner { bucket: public_address, ..presigner.clone() };
        Ok(Self { s3, deletes_many, presigner, public, egress, checksum, patience, origin, seen: Mutex::default() })
    }

    /// Scheme, host and port that browsers put pictures to.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// A link that takes one object of exactly this type and length, by PUT, until it expires. Who holds it can put no
    /// other key. The bucket goes by its own clock.
    #[must_use]
    pub fn upload_link(&self, key: &ObjectKey, mime: &str, size_bytes: u64, lifetime: Duration) -> Url {
        let length = size_bytes.to_string();
        self.public.put(key, &[("content-length", &length), ("content-type", mime)], Timestamp::now(), lifetime)
    }

    /// Puts a file, read while it is sent. One request, however large: it leaves nothing behind when it fails.
    pub(crate) async fn put_file(&self, key: &ObjectKey, file: &Path) -> Result<(), Error> {
        let body = FileBody::new(file).await?;
        let sum = match self.checksum {
            Checksum::Sha256 => Some(digest(file).await?),
            Checksum::None => None,
        };
        self.put_body(key, sum.as_deref(), body.bytes(), || Body::File(body.clone())).await
    }

    /// The same with bytes.
    pub(crate) async fn put(&self, key: &ObjectKey, bytes: &Bytes) -> Result<(), Error> {
        let sum = match self.checksum {
            Checksum::Sha256 => Some(BASE64.encode(Sha256::digest(bytes))),
            Checksum::None => None,
        };
        self.put_body(key, sum.as_deref(), bytes.len() as u64, || Body::Bytes(bytes.clone())).await
    }

    async fn put_body(&self, key: &ObjectKey, sum: Option<&str>, length: u64, body: impl Fn() -> Body) -> Result<(), Error> {
        let (mut pause, began) = (PAUSE, Instant::now());
        for _ in 1..TRIES {
            match self.put_once(key, sum, length, body()).await {
                Err(error) if may_pass(&error) && began.elapsed() < TRIED_WITHIN => tracing::debug!(%key, %error, "an object is put again"),
                done => return done,
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.put_once(key, sum, length, body()).await
    }

    async fn put_once(&self, key: &ObjectKey, sum: Option<&str>, length: u64, body: Body) -> Result<(), Error> {
        let length = length.to_string();
        let mut signed = vec![("content-length", length.as_str()), ("content-type", BYTES)];
        signed.extend(sum.map(|sum| (SUM, sum)));
        let link = self.presigner.put(key, &signed, Timestamp::now(), OWN_LINK);
        let mut call = Call::new(Method::PUT, link).reach(Reach::Configured).limits(object(self.patience.writes)).body(body);
        call = call.header(CONTENT_TYPE, HeaderValue::from_static(BYTES));
        if let Some(sum) = sum.and_then(|sum| HeaderValue::from_str(sum).ok()) {
            call = call.header(HeaderName::from_static(SUM), sum);
        }
        let answer = self.egress.send(call).await?;
        if answer.status.is_success() {
            return Ok(());
        }
        let status = answer.status;
        let code = code(answer).await;
        if status == StatusCode::INSUFFICIENT_STORAGE {
            return Err(Error::Full(code));
        }
        Err(Error::Answer { status: status.as_u16(), code })
    }

    /// Whether the bucket lets itself be read, by asking once for a list of what is not there. Returns what its clock says, in
    /// Unix milliseconds, when it says so.
    ///
    /// # Errors
    /// [`Trouble`], when it does not.
    pub async fn look(&self) -> Result<Option<i64>, Trouble> {
        let url = self.presigner.list_one("check/", Timestamp::now(), OWN_LINK);
        let call = Call::get(url)
            .reach(Reach::Configured)
            .limits(small(self.patience.reads))
            .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let answer = self.egress.send(call).await.map_err(|error| Trouble::Unreachable(error.to_string()))?;
        let (status, date) = (answer.status, answer.headers.get(DATE).and_then(|date| date.to_str().ok()).map(str::to_owned));
        let code = code(answer).await;
        match status.as_u16() {
            200 => Ok(date.and_then(|date| rfc2822::parse(&date).ok()).map(|date| date.timestamp().as_millisecond())),
            429 | 500.. => Err(Trouble::Unavailable(status.as_u16())),
            status => Err(Trouble::Refused { status, code }),
        }
    }

    /// The same in a word, and not asked more often than every few seconds.
    pub(crate) async fn is_reachable(&self) -> bool {
        let mut seen = self.seen.lock().await;
        if let Some((_, there)) = seen.filter(|(asked, _)| asked.elapsed() < BELIEVED) {
            return there;
        }
        let there = tokio::time::timeout(PATIENCE, self.look()).await.is_ok_and(|looked| looked.is_ok());
        *seen = Some((Instant::now(), there));
        there
    }
}

/// Whether the next try may go better.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Unreachable(_) => true,
        Error::Answer { status, .. } => matches!(status, 408 | 429 | 500..),
        _ => false,
    }
}

/// SHA-256 of a file in base64, read piece by piece.
async fn digest(file: &Path) -> Result<String, Error> {
    let mut file = tokio::fs::File::open(file).await?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 64 << 10]);
    loop {
        match file.read(&mut piece).await? {
            0 => return Ok(BASE64.encode(hash.finalize())),
            read => hash.update(&piece[..read]),
        }
    }
}

/// The code in an answer that refuses: `<Code>NoSuchBucket</Code>`.
async fn code(answer: Answer) -> String {
    let text = answer.text_prefix(ERROR_BYTES).await;
    let inside = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    inside.map_or_else(String::new, |(code, _)| code.chars().filter(char::is_ascii_alphanumeric).take(64).collect())
}
