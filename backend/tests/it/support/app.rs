//! The application under test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use danqing::app::App;
use danqing::config::secrets::{Role, Secrets};
use danqing::config::{Config, Sources};
use danqing::database::{condition, users};
use danqing::error::Failure;
use danqing::models::id::UserId;
use danqing::models::timestamp::Clock;
use danqing::services::accounts::setup;
use danqing::services::ai::accounts::{Outside, options};
use db::testing::TestDatabase;
use serde_json::json;
use tempfile::TempDir;

use super::client::Client;

/// The application with a database and a folder that vanish with it. SQLite, or PostgreSQL when
/// `TEST_DATABASE_URL` is set.
pub struct TestApp {
    /// The application.
    pub app: App,
    router: Router,
    worker: jobs::Worker,
    _database: TestDatabase,
    _folder: TempDir,
}

impl TestApp {
    /// Starts with the default settings.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with some settings changed, by the names of their variables.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::with_models(settings, None).await
    }

    /// The same with other models than those that are compiled in, as an operator's file would say.
    pub async fn with_models(settings: &[(&str, &str)], models: Option<&str>) -> Self {
        let files: Vec<(&str, &str)> = models.into_iter().map(|models| ("models.toml", models)).collect();
        Self::with_catalogue(settings, &files).await
    }

    /// The same with any files of the catalogue, by their names.
    pub async fn with_catalogue(settings: &[(&str, &str)], files: &[(&str, &str)]) -> Self {
        Self::with_limits(settings, files, SHORT).await
    }

    /// The same with other limits of what vendors may take.
    pub async fn with_limits(settings: &[(&str, &str)], files: &[(&str, &str)], limits: egress::Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("catalogue")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join("catalogue").join(name), text).unwrap();
        }
        let mut environment: BTreeMap<String, String> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        environment.insert("DATA_DIR".to_owned(), folder.path().display().to_string());
        environment.entry("DEFAULT_LOCALE".to_owned()).or_insert("en".to_owned());
        let config = Config::load(&Sources { environment, dotenv: None }).unwrap();
        let secrets = Secrets::resolve(&config, Role::All).unwrap();
        let database = db::testing::database(danqing::database::migrations()).await.unwrap();
        let outside = outside(&config, limits);
        let app = App::assemble(config, secrets, database.db.clone(), Clock::default(), outside).unwrap();
        let worker = danqing::jobs::worker(&app, "test");
        Self { router: danqing::router::router(app.clone()), worker, app, _database: database, _folder: folder }
    }

    /// A second process on the same database and folder: it shares nothing in memory with this one but the clock.
    pub fn beside(&self) -> App {
        let (config, clock) = (self.app.config.clone(), self.app.clock.clone());
        let outside = outside(&config, SHORT);
        App::assemble(config, self.app.secrets.clone(), self.app.database.clone(), clock, outside).unwrap()
    }

    /// A visitor who is not logged in.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// Makes the owner account, logged in.
    pub async fn owner(&self) -> Client {
        owner_of(&self.app, self.anonymous()).await
    }

    /// Registers an account, logged in; the owner account is made first when there is none.
    pub async fn user(&self, name: &str) -> Client {
        if setup::required(&self.app).await.unwrap() {
            self.owner().await;
        }
        let client = self.anonymous();
        let body = json!({ "email": format!("{name}@example.com"), "password": "a long password" });
        client.post("/api/auth/register", body).await.expect(201);
        client
    }

    /// Suspends an account or lets it in again, as the command line does, and lets the five seconds pass within
    /// which a server may not have noticed.
    pub async fn set_active(&self, user: &Client, active: bool) {
        let id: UserId = user.get("/api/me").await.expect(200)["user"]["id"].as_str().unwrap().parse().unwrap();
        self.set_active_by_id(&id, active).await;
    }

    /// The same for somebody who cannot ask for the own id.
    pub async fn set_active_by_id(&self, id: &UserId, active: bool) {
        let (id, now) = (id.clone(), self.app.clock.now());
        let changed = self.app.database.write::<_, Failure, _>(move |conn| Ok(users::set_active(conn, &id, active, now)?));
        changed.await.unwrap();
        self.app.sessions.forget_all();
    }

    /// The files below its data folder, such as `objects` or `tmp`.
    pub fn files_in(&self, folder: &str) -> Vec<PathBuf> {
        files_below(&self.app.config.app.data_dir.join(folder))
    }

    /// Runs every job that is due, and returns how many ran.
    pub async fn run_jobs(&self) -> usize {
        self.worker.run_pending().await.unwrap()
    }

    /// Starts a worker that runs beside the test, as in a server.
    pub fn start_worker(&self) -> jobs::Running {
        self.worker.start()
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.app.clock.advance(time);
    }

    /// Checks the books and fails with what does not add up.
    pub async fn verify_ledger(&self) {
        let report = danqing::services::credits::verify::verify(&self.app.database).await.unwrap();
        assert_eq!(report.faults, Vec::<String>::new());
    }
}

/// Vendors that never answer are given up soon.
const SHORT: egress::Limits = egress::Limits {
    connect: Duration::from_secs(5),
    first_byte: Duration::from_secs(5),
    idle: Duration::from_secs(2),
    total: Duration::from_secs(10),
    max_body_bytes: 8 << 20,
    max_event_bytes: 8 << 20,
};

/// So are buckets.
const BRIEFLY: storage::Patience = storage::Patience { reads: Duration::from_millis(400), writes: Duration::from_millis(400) };

/// A way out that reaches vendors on this machine, within these limits.
fn outside(config: &Config, limits: egress::Limits) -> Outside {
    let allow = ["127.0.0.1/32", "127.0.0.2/32"].map(|network| network.parse().unwrap()).to_vec();
    let options = egress::Options { allow, allow_plain_http: true, ..options(config) };
    let limits = providers::CallLimits { api: limits, generation: limits, download: limits };
    Outside { egress: egress::Egress::new(options).unwrap(), limits, bucket: BRIEFLY }
}

/// Makes the owner account of an application for a visitor, who is logged in then.
pub async fn owner_of(app: &App, visitor: Client) -> Client {
    let link = setup::link(app);
    let token = link.split_once("token=").unwrap().1;
    let body = json!({ "token": token, "email": "owner@example.com", "password": "a long password" });
    visitor.post("/api/auth/setup", body).await.expect(201);
    visitor
}

/// The database is what it should be, and so are the books in it.
pub async fn assert_sound(app: &App) {
    let faults = app.database.read::<_, Failure, _>(|conn| Ok(condition::faults(conn)?)).await.unwrap();
    assert_eq!(faults, Vec::<String>::new());
    let report = danqing::services::credits::verify::verify(&app.database).await.unwrap();
    assert_eq!(report.faults, Vec::<String>::new());
}

/// All files in a folder and those below it.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}
