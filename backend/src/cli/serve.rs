//! `danqing serve`

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::net::TcpListener;

use super::output::{remark, say};
use super::{CommandResult, context};
use crate::app::{App, Use};
use crate::config::Config;
use crate::config::database::DatabaseUrl;
use crate::config::secrets::{Role as SecretsRole, Secrets};
use crate::config::server::Server;
use crate::models::locale::Locale;
use crate::services::accounts::setup;
use crate::services::ai::credentials;
use crate::services::throttle::network;
use crate::{jobs as background, router};

mod activity;
mod bucket;
mod connections;
mod listen;
mod logging;
mod open_files;
mod remainder;
mod stop;
mod unused;

use connections::Connections;

/// Run the server.
#[derive(Args)]
pub struct Serve {
    /// Address to listen on; wins over HOST.
    #[arg(long)]
    host: Option<IpAddr>,
    /// Port to listen on; wins over PORT.
    #[arg(long)]
    port: Option<u16>,
    /// What this process does.
    #[arg(long, value_enum, default_value_t = Role::All)]
    role: Role,
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// Answers requests and runs tasks.
    All,
    /// Only answers requests.
    Api,
    /// Only runs tasks.
    Worker,
}

/// Time for requests under way to end when the server stops; long uploads are cut.
const REQUESTS_END_WITHIN: Duration = Duration::from_secs(10);
/// Time for jobs to be handed back meanwhile. Engine work stops at its next tile.
const JOBS_END_WITHIN: Duration = Duration::from_secs(14);
/// Time for the database to finish after both. A statement that takes longer is undone by the database itself.
const DATABASE_ENDS_WITHIN: Duration = Duration::from_secs(5);

impl Serve {
    /// Runs until a signal stops it, or until it has lost what it cannot live without: an error then.
    pub async fn run(self) -> CommandResult {
        let mut config = context::config()?;
        logging::start(&config);
        self.listen_on(&mut config);
        let locale = config.app.terminal_locale;
        if let Some(sentence) = unused::without_effect(&config, locale) {
            remark(sentence);
        }
        let secrets = Secrets::resolve(&config, if self.role == Role::All { SecretsRole::All } else { SecretsRole::Part })?;
        let app = App::build(config, secrets, Use::Server).await?;
        if let Some(sentence) = bucket::out_of_reach(&app, locale).await? {
            remark(sentence);
        }
        stop::on_signal(app.stopping.clone())?;
        match elsewhere(&app) {
            // Those with a new ENCRYPTION_KEY come one by one where several share a database: the command does it then.
            background::Elsewhere::Others => {
                tokio::spawn(background::follow_credentials(app.clone()));
            }
            background::Elsewhere::Nobody => {
                let resealed = credentials::reseal(&app).await.map_err(|failure| context::sentence(&failure, locale))?;
                tracing::info!(resealed, "stored keys are encrypted with the present ENCRYPTION_KEY");
            }
        }
        tokio::spawn(background::give_back_memory(app.clone()));
        tokio::spawn(background::hear_hints(app.clone()));
        let work = if self.role == Role::Api { None } else { Some(Work::start(&app)?) };
        let (served, drained, ()) = tokio::join!(self.answer(&app), hand_back(&app, work), background::stop_when_lost(&app));
        if tokio::time::timeout(DATABASE_ENDS_WITHIN, app.database.clone().close()).await.is_err() {
            tracing::warn!("the database had not finished when the server ended");
        }
        match background::Lost::by(&app) {
            Some(lost) => Err(lost.sentence(locale).into()),
            None => served.and(drained),
        }
    }

    /// Answers requests until the stop. Also when that fails, for instance because the port is taken, whatever was
    /// started is brought to an end.
    async fn answer(&self, app: &App) -> CommandResult {
        if self.role == Role::Worker {
            app.stopping.cancelled().await;
            return Ok(());
        }
        tokio::spawn(background::tell_watchers(app.clone(), elsewhere(app)));
        let served = listen(app).await;
        app.stopping.cancel();
        served
    }

    /// Arguments win over settings; a DOMAIN that follows from the port follows here too.
    fn listen_on(&self, config: &mut Config) {
        config.server.host = self.host.unwrap_or(config.server.host);
        if let Some(port) = self.port {
            config.server.port = port;
            if let (false, Some(domain)) = (config.is_given("DOMAIN"), Server::domain_of_port(port)) {
                config.server.domain = domain;
            }
        }
    }
}

/// An SQLite file admits one server; on PostgreSQL others may run tasks too, whatever the role of this one.
fn elsewhere(app: &App) -> background::Elsewhere {
    match app.config.database.url {
        DatabaseUrl::Sqlite(_) => background::Elsewhere::Nobody,
        DatabaseUrl::Postgres(_) => background::Elsewhere::Others,
    }
}

/// Answers requests until the stop, and then those that are under way.
async fn listen(app: &App) -> CommandResult {
    let address = SocketAddr::new(app.config.server.host, app.config.server.port);
    let listener = TcpListener::bind(address).await.map_err(|error| unusable(address, &error, app.config.app.terminal_locale))?;
    let connections = Connections::new(open_files::connections(app.config.database.pool_size));
    greet(app, &listener).await?;
    // Behind a trusted proxy the address is the proxy's.
    let bounded = |peer: IpAddr| (!app.config.server.trusts(peer)).then(|| network(peer));
    let serving = listen::serve(listener, router::router(app.clone()), connections, bounded, app.stopping.clone());
    stop::within(REQUESTS_END_WITHIN, &app.stopping, serving).await;
    Ok(())
}

/// Why an address cannot be listened on, and what to do about the most frequent reason.
fn unusable(address: SocketAddr, error: &std::io::Error, locale: Locale) -> String {
    match (error.kind(), locale) {
        (std::io::ErrorKind::AddrInUse, Locale::ZhCn) => format!("{address} 已被其他程序占用。请停止该程序，或用 --port 换一个端口。"),
        (std::io::ErrorKind::AddrInUse, Locale::En) => {
            format!("{address} is in use by another program. Stop that one, or choose another port with --port.")
        }
        _ => format!("{address}: {error}"),
    }
}

/// Waits for the stop and hands back what the worker of this process has, if it has one.
async fn hand_back(app: &App, work: Option<Work>) -> CommandResult {
    app.stopping.cancelled().await;
    if let Some(work) = work {
        let vendors_end_within = Duration::from_secs(app.config.workers.drain_seconds);
        // Only a vendor's answer is waited for so long: a request that was paid for is not thrown away. What can be noted
        // nowhere is not waited for.
        let limit = if app.accounts.are_at_work() && background::Lost::by(app).is_none() {
            JOBS_END_WITHIN.max(vendors_end_within)
        } else {
            JOBS_END_WITHIN
        };
        work.running.drain(limit).await?;
    }
    Ok(())
}

/// The worker of this process with the slot that is its identity.
struct Work {
    running: jobs::Running,
    _slot: jobs::Slot,
}

impl Work {
    fn start(app: &App) -> Result<Self, std::io::Error> {
        let slot = jobs::Slot::take(&app.config.app.data_dir)?;
        let running = background::worker(app, slot.identity()).start();
        Ok(Self { running, _slot: slot })
    }
}

/// Says where the studio is, and where its owner account is made.
async fn greet(app: &App, listener: &TcpListener) -> CommandResult {
    let (domain, port) = (&app.config.server.domain, listener.local_addr()?.port());
    let locale = app.config.app.terminal_locale;
    let required = setup::required(app).await.map_err(|failure| context::sentence(&failure, locale))?;
    let lines = match (locale, required) {
        (Locale::ZhCn, false) => format!("{} 已启动：{domain}（端口 {port}）", app.config.app.name),
        (Locale::ZhCn, true) => {
            format!("{} 已启动：{domain}（端口 {port}）\n首次使用请打开此链接创建站长账号：\n  {}", app.config.app.name, setup::link(app))
        }
        (Locale::En, false) => format!("{} is at {domain} (port {port})", app.config.app.name),
        (Locale::En, true) => format!(
            "{} is at {domain} (port {port})\nFirst, make the owner account with this link:\n  {}",
            app.config.app.name,
            setup::link(app)
        ),
    };
    say(lines);
    Ok(())
}
