//! The shared parts of the running application, and the only place where they are built.

use std::ops::Deref;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use db::Database;
use engine::{Engine, EngineOptions};
use imaging::Limits;
use storage::{Bucket, BucketOptions, LinkSigner, Store};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::config::database::DatabaseUrl;
use crate::config::secrets::Secrets;
use crate::config::storage::Backend;
use crate::error::Failure;
use crate::models::timestamp::Clock;
use crate::services::accounts::sessions::Sessions;
use crate::services::ai::accounts::{Accounts, Outside, of_settings};
use crate::services::ai::callbacks::Callbacks;
use crate::services::ai::credentials::{self, Credentials};
use crate::services::ai::embedded::Embedded;
use crate::services::catalogue::Catalogue;
use crate::services::crypto::{Keyring, derive};
use crate::services::events::Events;
use crate::services::fleet::{Fleet, Hint};
use crate::services::metrics::Metrics;
use crate::services::payments::stripe::Stripe;
use crate::services::prompt_model::PromptModel;
use crate::services::running::Running;
use crate::services::settings::Settings;
use crate::services::throttle::Throttle;
use crate::services::uploads::budget::DecodeBudget;
use crate::services::uploads::turns::Turns;

mod queue_depth;

use queue_depth::QueueDepth;

/// The shared parts. Clones share them.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] shares.
pub struct Parts {
    /// Settings of the process.
    pub config: Config,
    /// Keys that sign.
    pub secrets: Secrets,
    /// Keys that encrypt.
    pub keyring: Keyring,
    /// Both doors to the database.
    pub database: Database,
    /// Where pictures are.
    pub store: Store,
    /// Makes and checks links to them.
    pub links: LinkSigner,
    /// What the studio offers.
    pub catalogue: Arc<Catalogue>,
    /// The embedded models.
    pub engine: Arc<Engine>,
    /// The accounts with vendors. They may change while the server runs.
    pub accounts: Accounts,
    /// Which of them were given in the page.
    pub credentials: Credentials,
    /// The text model for prompts.
    pub prompt_model: PromptModel,
    /// The account that sells credits, if there is one.
    pub stripe: Option<Stripe>,
    /// The time.
    pub clock: Clock,
    /// Who is logged in.
    pub sessions: Sessions,
    /// Settings that can change while running.
    pub settings: Settings,
    /// The other processes of this studio.
    pub fleet: Fleet,
    /// Who watches what.
    pub events: Events,
    /// How often somebody may try.
    pub throttle: Throttle,
    /// What this process counts.
    pub metrics: Metrics,
    /// Tasks at work in this process.
    pub running: Running,
    /// Memory for decodes.
    pub decode_budget: DecodeBudget,
    /// Whose turn it is to put or to complete an upload.
    pub upload_turns: Turns,
    /// Held by who looks at everything.
    pub doctor: tokio::sync::Mutex<()>,
    /// Fires when the process begins to stop: streams end, so that nobody waits for them.
    pub stopping: CancellationToken,
    /// Wakes the worker of this process; [`App::wake_workers`] wakes all.
    pub worker: jobs::Wake,
    /// How the worker of this process is, if it has one.
    pub worker_health: jobs::Health,
    queue_depth: QueueDepth,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Why the application could not be built. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database.
    #[error(transparent)]
    Open(#[from] db::OpenError),
    /// Its schema.
    #[error(transparent)]
    Migrate(#[from] db::MigrateError),
    /// What is in it.
    #[error(transparent)]
    Read(#[from] db::Error),
    /// The object store.
    #[error("the place for pictures cannot be used: {0}")]
    Store(#[from] storage::Error),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] crate::services::catalogue::CatalogueError),
    /// The way to vendors.
    #[error("calls to vendors cannot be made: {0}")]
    Outside(#[from] egress::BuildError),
    /// The way to the other processes.
    #[error(transparent)]
    Fleet(#[from] hints::OpenError),
    /// A folder.
    #[error("the folder {0} cannot be made: {1}")]
    Folder(PathBuf, std::io::Error),
}

/// How the process uses the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A server: on SQLite there may be one.
    Server,
    /// A command beside a running server.
    Command,
}

/// Units that may wait for a statement that hangs; a fault of the database, not of a caller.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a request waits at a door of the database before it is told to come back.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(2);

impl App {
    /// Opens the database, brings its schema up to date and builds everything else.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub async fn build(config: Config, secrets: Secrets, usage: Use) -> Result<Self, BuildError> {
        let database = open_database(&config, usage).await?;
        let outside = Outside::new(&config)?;
        let app = Self::assemble(config, secrets, database, Clock::default(), outside)?;
        // Before a worker claims a task of theirs.
        credentials::reload(&app).await?;
        Ok(app)
    }

    /// Builds everything around an open, migrated database and a way out.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub fn assemble(config: Config, secrets: Secrets, database: Database, clock: Clock, outside: Outside) -> Result<Self, BuildError> {
        let data = &config.app.data_dir;
        let temporary = data.join("tmp");
        // Uploads lie here until they are checked, before camera data is taken out.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&temporary).map_err(|error| BuildError::Folder(temporary, error))?;
        let engine =
            EngineOptions { models_dir: data.join("models"), threads: config.workers.engine_threads.map_or(0, |threads| threads as usize) };
        let engine = Arc::new(Engine::new(engine));
        let catalogue = Arc::new(Catalogue::load(&data.join("catalogue"))?);
        let embedded = Embedded::new(Arc::clone(&engine), Arc::clone(&catalogue));
        let accounts = Accounts::open(&catalogue, &of_settings(&catalogue, &config, &secrets), &outside, Callbacks::new(&config, &secrets));
        let fleet = Fleet::open(&config, &secrets)?;
        let parts = Parts {
            accounts: accounts.and_here(embedded, config.workers.engine_concurrency as usize),
            credentials: Credentials::default(),
            prompt_model: PromptModel::open(&catalogue, &config, &outside),
            stripe: config.payments.stripe.as_ref().and_then(|settings| Stripe::open(settings, &outside)),
            store: open_store(&config, &outside)?,
            links: link_signer(&config, &secrets),
            keyring: Keyring::new(&secrets),
            catalogue,
            engine,
            sessions: Sessions::new(&derive(&secrets.jwt, "access tokens")),
            settings: Settings::default(),
            events: Events::with(fleet.clone()),
            throttle: Throttle::with(fleet.clone()),
            fleet,
            metrics: Metrics::default(),
            running: Running::default(),
            decode_budget: DecodeBudget::default(),
            upload_turns: Turns::default(),
            doctor: tokio::sync::Mutex::const_new(()),
            stopping: CancellationToken::new(),
            worker: jobs::Wake::default(),
            worker_health: jobs::Health::default(),
            queue_depth: QueueDepth::default(),
            database,
            clock,
            config,
            secrets,
        };
        Ok(Self(Arc::new(parts)))
    }

    /// The bucket, if it can be put to from outside. `None` on local disk, and for a bucket of the inside.
    #[must_use]
    pub fn public_bucket(&self) -> Option<&Bucket> {
        let Backend::Bucket(settings) = &self.config.storage.backend else { return None };
        self.store.as_bucket().filter(|_| settings.is_reached_from(&self.config.server.domain))
    }

    /// The folder for files that live as long as a request. On the same disk as the store.
    #[must_use]
    pub fn temporary_folder(&self) -> PathBuf {
        self.config.app.data_dir.join("tmp")
    }

    /// Limits on a picture that comes in.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub async fn picture_limits(&self) -> Result<Limits, Failure> {
        let settings = self.settings.current(self).await?;
        Ok(Limits { max_bytes: settings.max_file_size_bytes(), max_pixels: self.config.limits.max_pixels, ..Limits::default() })
    }

    /// Whether a model pack is installed.
    #[must_use]
    pub fn has_pack(&self, id: &str) -> bool {
        engine::packs::is_installed(id, &self.config.app.data_dir.join("models"))
    }

    /// Wakes the worker of this process and, where they can be told, those of the others. For whoever enqueued a job.
    pub fn wake_workers(&self) {
        self.worker.wake();
        self.fleet.tell(|| Hint::Jobs);
    }

    /// Whether the queue has as many waiting tasks as it may.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn queue_is_full(&self) -> Result<bool, Failure> {
        self.queue_depth.is_full(&self.database, i64::from(self.config.workers.queue_limit), self.clock.now()).await
    }

    /// Notes that one more task waits.
    pub fn queue_grew(&self) {
        self.queue_depth.grew();
    }
}

fn open_store(config: &Config, outside: &Outside) -> Result<Store, storage::Error> {
    match &config.storage.backend {
        Backend::Local => Store::local(&config.app.data_dir.join("objects")),
        Backend::Bucket(bucket) => Store::bucket(BucketOptions { patience: outside.bucket, ..bucket.options() }, outside.egress.clone()),
    }
}

async fn open_database(config: &Config, usage: Use) -> Result<Database, BuildError> {
    let url = match &config.database.url {
        DatabaseUrl::Sqlite(path) => path.display().to_string(),
        DatabaseUrl::Postgres(url) => url.expose().to_owned(),
    };
    let options = db::Options {
        pool_size: config.database.pool_size,
        statement_timeout: STATEMENT_TIMEOUT,
        permit_timeout: PERMIT_TIMEOUT,
        exclusive: usage == Use::Server,
        ..db::Options::new(url)
    };
    let database = Database::open(options).await?;
    let report = database.migrate(crate::database::migrations()).await?;
    tracing::info!(?report, "the schema is up to date");
    Ok(database)
}

fn link_signer(config: &Config, secrets: &Secrets) -> LinkSigner {
    let base = config.storage.cdn_url.as_ref().map(|cdn| cdn.as_str().to_owned()).unwrap_or_default();
    LinkSigner::new(&derive(&secrets.jwt, "media links"), Duration::from_secs(config.storage.link_ttl_seconds), base)
}
