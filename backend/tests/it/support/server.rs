//! The real program: commands and servers as processes of their own, on a data folder that vanishes with the test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use danqing::app::{App, Use};
use danqing::config::secrets::{Role, Secrets};
use danqing::config::{Config, Sources};
use db::testing::TestDatabase;
use serde_json::json;
use tempfile::TempDir;

use super::visitor::Visitor;

const PROGRAM: &str = env!("CARGO_BIN_EXE_danqing");
/// Port 0 is one that is free.
const SERVE: [&str; 3] = ["serve", "--port", "0"];

/// A data folder and a database. Processes may come and go on it.
pub struct Place {
    folder: TempDir,
    settings: Vec<(String, String)>,
    /// Where its database is when that is no file.
    address: Option<String>,
    // Kept because the database is dropped with it.
    database: Option<TestDatabase>,
}

impl Place {
    /// An empty folder with SQLite in it, or a database of its own on PostgreSQL when `TEST_DATABASE_URL` is set.
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same with some settings changed, by the names of their variables.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let mut place = Self::on_sqlite(settings);
        if db::testing::on_postgres() {
            let database = db::testing::database(danqing::database::migrations()).await.unwrap();
            place.move_to(&database.url);
            place.database = Some(database);
        }
        place
    }

    /// On a PostgreSQL database that the test looks after itself.
    pub fn on(address: &str, settings: &[(&str, &str)]) -> Self {
        let mut place = Self::on_sqlite(settings);
        place.move_to(address);
        place
    }

    fn move_to(&mut self, address: &str) {
        self.set("DATABASE_URL", address);
        for secret in ["JWT_SECRET", "ENCRYPTION_KEY", "WEBHOOK_SECRET"] {
            self.set(secret, &format!("{secret} of a test that lasts a second"));
        }
        self.address = Some(address.to_owned());
    }

    /// On SQLite in any case, for what only SQLite promises.
    pub fn on_sqlite(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut place = Self { folder, settings: Vec::new(), address: None, database: None };
        place.set("DEFAULT_LOCALE", "en");
        place.set("DATA_DIR", "data");
        for (name, value) in settings {
            place.set(name, value);
        }
        place
    }

    /// Gives every process that starts from now on a setting.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// The folder in which the processes run; `.env` would lie here.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its `DATA_DIR`.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// The address of its database.
    pub fn database_url(&self) -> String {
        self.address.clone().unwrap_or_else(|| self.data().join("database.sqlite").display().to_string())
    }

    /// The application on this place in the test's own process, for what only code can ask. No server may run.
    pub async fn app(&self) -> App {
        let mut environment: BTreeMap<String, String> = self.settings.iter().cloned().collect();
        environment.insert("DATA_DIR".to_owned(), self.data().display().to_string());
        let config = Config::load(&Sources { environment, dotenv: None }).unwrap();
        let secrets = Secrets::resolve(&config, Role::All).unwrap();
        App::build(config, secrets, Use::Server).await.unwrap()
    }

    /// The program with these arguments, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments);
        self.on_this_place(command)
    }

    fn on_this_place(&self, mut command: Command) -> Command {
        command.current_dir(self.folder()).env_clear();
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end with something on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that fails before it reads has closed the pipe, which is no fault of the test.
        let _closed = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed, and returns what it printed.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.run_with_input(arguments, "");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs a command that must fail with exit code 1, and returns what it complained of.
    #[track_caller]
    pub fn refuse(&self, arguments: &[&str]) -> String {
        let output = self.run_with_input(arguments, "");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Makes the owner account at whatever listens on a port, logged in, with the link that the place prints.
    #[track_caller]
    pub fn owner_at(&self, port: u16) -> Visitor {
        let link = self.run(&["setup-link"]);
        let token = link.split_once("/setup?token=").expect("a set-up link").1;
        let owner = Visitor::new(port);
        let account = json!({ "token": token, "email": "owner@example.com", "password": "a long password" });
        owner.post("/api/auth/setup", account).expect(201);
        owner
    }

    /// Starts a server on a free port and returns when it answers.
    #[track_caller]
    pub fn serve(&self) -> Server {
        Server::start(self, self.command(&SERVE))
    }

    /// The same on a port that something else knows already.
    #[track_caller]
    pub fn serve_at(&self, port: u16) -> Server {
        Server::start(self, self.command(&["serve", "--port", &port.to_string()]))
    }

    /// The same with further arguments.
    #[track_caller]
    pub fn serve_with(&self, arguments: &[&str]) -> Server {
        Server::start(self, self.command(&[&SERVE, arguments].concat()))
    }

    /// The same under limits as the shell sets them, for instance `-n 256` for files that may be open.
    #[track_caller]
    pub fn serve_under(&self, limits: &str) -> Server {
        let script = format!("ulimit {limits} && exec \"$0\" \"$@\"");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &script, PROGRAM]).args(SERVE);
        Server::start(self, self.on_this_place(command))
    }

    /// Starts a process that only runs tasks.
    pub fn work(&self) -> Worker {
        let mut command = self.command(&["serve", "--role", "worker"]);
        Worker(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

/// A process that only runs tasks. Dropped, it is killed.
pub struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// A running server. Dropped, it is killed.
pub struct Server {
    child: Child,
    port: u16,
    greeting: String,
}

impl Server {
    #[track_caller]
    fn start(place: &Place, mut command: Command) -> Self {
        let log_path = place.folder().join("server.log");
        let log = std::fs::File::options().create(true).append(true).open(&log_path).unwrap();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        printed.read_line(&mut greeting).unwrap();
        let port = greeting.split_once("(port ").and_then(|(_, rest)| rest.split_once(')')).and_then(|(port, _)| port.parse().ok());
        let Some(port) = port else {
            let status = child.wait().unwrap();
            panic!("the server did not start ({status}): {greeting}{}", std::fs::read_to_string(&log_path).unwrap());
        };
        // The server never waits for whoever reads its output.
        std::thread::spawn(move || printed.read_to_end(&mut Vec::new()));
        Self { child, port, greeting }
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A line of the process's status about its memory, in KiB: `VmRSS:` now, `VmHWM:` at most so far.
    pub fn memory_kib(&self, name: &str) -> u64 {
        memory_kib(self.pid(), name)
    }

    /// The first line it printed.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// Somebody who is not logged in.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.port)
    }

    /// Makes the owner account, logged in, with the link that the place prints.
    #[track_caller]
    pub fn owner(&self, place: &Place) -> Visitor {
        place.owner_at(self.port)
    }

    /// Ends it without warning, as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

/// A line of a process's status about its memory, in KiB.
pub fn memory_kib(pid: u32, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Lets the most memory that a process had (`VmHWM:`) begin anew with what it has now.
pub fn forget_peak(pid: u32) {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
