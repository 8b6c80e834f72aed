//! One bucket on a loopback port, behind a real implementation of the S3 protocol (`s3s` with `s3s-fs`): signatures of
//! headers and of links are verified, signed types and lengths are enforced, the bucket's name may stand in the path or
//! in the host. What that library has not is added here: the rule for browsers (CORS), and outages at will (`outage.rs`).

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use s3s::auth::SimpleAuth;
use s3s::host::MultiDomain;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

mod careless;
mod cors;
mod outage;

pub use cors::Rule;
use outage::Outage;

/// The name under which the server is known besides its address: with a bucket's name before it, as Aliyun OSS and
/// Tencent COS want it.
pub const DOMAIN: &str = "bucket.test";

/// How a bucket is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Where objects lie. Without it a temporary folder.
    pub folder: Option<PathBuf>,
    /// The bucket's name.
    pub name: String,
    /// The only key that opens it.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// Which pages may put objects. None: the bucket has no rule for browsers.
    pub cors: Option<Rule>,
    /// As it should not be: everybody may read, and a link takes whatever is put by it.
    pub careless: bool,
    /// Whether it deletes many with one request (`DeleteObjects`), which some servers that speak the protocol do not.
    pub deletes_many: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            folder: None,
            name: "pictures".to_owned(),
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "fake/secret+key".to_owned(),
            cors: None,
            careless: false,
            deletes_many: true,
        }
    }
}

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// The `host` header.
    pub host: String,
    /// Path and query.
    pub target: String,
}

/// A running bucket. Dropped, it is gone.
pub struct FakeBucket {
    /// Where it listens.
    pub address: SocketAddr,
    /// How it was made.
    pub options: Options,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
    folder: PathBuf,
    /// Deleted with the bucket.
    _temporary: Option<TempDir>,
}

struct Shared {
    service: S3Service,
    cors: Option<Rule>,
    /// The bucket's folder, if it is careless.
    open: Option<PathBuf>,
    deletes_many: bool,
    outage: Mutex<Outage>,
    seen: Mutex<Vec<Seen>>,
}

impl FakeBucket {
    /// A bucket with the default name and key on a free port.
    ///
    /// # Errors
    /// As [`FakeBucket::start_with`].
    pub async fn start() -> io::Result<Self> {
        Self::start_with(Options::default()).await
    }

    /// Starts one.
    ///
    /// # Errors
    /// When the folder or the port cannot be had.
    pub async fn start_with(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let address = listener.local_addr()?;
        let temporary = if options.folder.is_none() { Some(tempfile::tempdir()?) } else { None };
        let folder = options.folder.clone().or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned()));
        let folder = folder.ok_or_else(|| io::Error::other("no folder"))?;
        std::fs::create_dir_all(folder.join(&options.name))?;
        let service = service(&folder, &options, address.port())?;
        let (cors, deletes_many) = (options.cors.clone(), options.deletes_many);
        let open = options.careless.then(|| folder.join(&options.name));
        let shared = Arc::new(Shared { service, cors, open, deletes_many, outage: Mutex::default(), seen: Mutex::default() });
        let serving = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { address, options, shared, serving, folder, _temporary: temporary })
    }

    /// The address for settings, with the bucket's name in the path.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address for settings, with the bucket's name before the host; whoever calls resolves it to loopback.
    #[must_use]
    pub fn domain_endpoint(&self) -> String {
        format!("http://{DOMAIN}:{}", self.address.port())
    }

    /// What came in so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().clone()
    }

    /// The file behind an object.
    #[must_use]
    pub fn file(&self, key: &str) -> PathBuf {
        self.folder.join(&self.options.name).join(key)
    }
}

impl Drop for FakeBucket {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn service(folder: &Path, options: &Options, port: u16) -> io::Result<S3Service> {
    let files = FileSystem::new(folder).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(options.access_key_id.as_str(), options.secret_access_key.as_str()));
    let domains = [format!("{DOMAIN}:{port}"), format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    builder.set_host(MultiDomain::new(domains).map_err(io::Error::other)?);
    Ok(builder.build())
}

/// Dropped, it closes every connection.
async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let answer = service_fn(move |request| answer(Arc::clone(&shared), request));
            // A client that goes away is no matter.
            let _ended = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, HttpError> {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let seen = Seen { method: request.method().to_string(), host: text("host"), target: request.uri().to_string() };
    let origin = text("origin");
    shared.seen.lock().push(seen);
    let outage = shared.outage.lock().meets(request.method());
    match outage {
        outage::Met::Nothing => {}
        outage::Met::Answer(status) => return Ok(cors::bare(status)),
        outage::Met::Silence => std::future::pending().await,
    }
    if request.method() == http::Method::POST && !shared.deletes_many {
        return Ok(cors::bare(StatusCode::METHOD_NOT_ALLOWED));
    }
    if request.method() == http::Method::OPTIONS {
        return Ok(cors::preflight(shared.cors.as_ref(), &origin, request.headers()));
    }
    if let Some(folder) = &shared.open
        && let Some(file) = careless::file(folder, &request)
    {
        return careless::answer(&file, request).await;
    }
    let mut response = shared.service.call(request.map(Body::from)).await?;
    if let Some(rule) = &shared.cors {
        rule.allow(&origin, response.headers_mut());
    }
    Ok(response)
}
