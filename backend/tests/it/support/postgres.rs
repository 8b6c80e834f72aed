//! A PostgreSQL server of a test's own, which it may kill and start again. That of the test run is everybody's.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::free_port;

/// How long it may take to answer; it takes a part of a second.
const LIMIT: Duration = Duration::from_secs(30);

/// A server with the program and the user of the test run's. Dropped, it ends at once.
pub struct OwnPostgres {
    program: Program,
    folder: TempDir,
    port: u16,
    child: Child,
}

/// How PostgreSQL is run on this machine.
struct Program {
    folder: PathBuf,
    /// Whose it is: it refuses to run as root.
    user: u32,
    group: u32,
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    setting: String,
}

impl OwnPostgres {
    /// Starts one. `None` on SQLite, where there is nothing to start.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same with files in its folder, by name and content.
    pub fn start_with(files: &[(&str, &str)]) -> Option<Self> {
        let program = Program::of_the_run(&std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())?);
        let folder = tempfile::tempdir().unwrap();
        program.own(folder.path());
        let arguments = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"];
        let made = program.command("initdb").args(arguments).arg(folder.path()).stdout(Stdio::null()).status().unwrap();
        assert!(made.success());
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            program.own(&path);
        }
        let port = free_port();
        let child = program.serve(folder.path(), port);
        let mut server = Self { program, folder, port, child };
        server.answers();
        Some(server)
    }

    /// The address of its database, seen from this machine by a name or an address of it.
    pub fn url_at(&self, host: &str) -> String {
        format!("postgresql://postgres@{host}:{}/postgres", self.port)
    }

    /// The same by its address.
    pub fn url(&self) -> String {
        self.url_at("127.0.0.1")
    }

    /// Ends it without warning. Those of its processes that serve connections end as soon as they notice.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same port and waits until it answers.
    pub fn start_again(&mut self) {
        self.child = self.program.serve(self.folder.path(), self.port);
        self.answers();
    }

    fn answers(&mut self) {
        let began = Instant::now();
        while PgConnection::establish(&self.url()).is_err() {
            // It does not start while a process of the one before is left.
            if self.child.try_wait().unwrap().is_some() {
                self.child = self.program.serve(self.folder.path(), self.port);
            }
            let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(began.elapsed() < LIMIT, "PostgreSQL does not answer: {}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Program {
    /// That of a server which runs on this machine.
    fn of_the_run(url: &str) -> Self {
        let mut connection = PgConnection::establish(url).unwrap();
        let mut ask = |query: &str| {
            let found: Setting = diesel::sql_query(query).get_result(&mut connection).unwrap();
            PathBuf::from(found.setting)
        };
        let folder = ask("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
        let data = ask("SELECT setting FROM pg_settings WHERE name = 'data_directory'");
        let owner = std::fs::metadata(data).expect("the PostgreSQL of the tests runs on this machine");
        Self { folder, user: owner.uid(), group: owner.gid() }
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join(name));
        command.current_dir("/").stdin(Stdio::null());
        if rustix::process::geteuid().is_root() {
            command.uid(self.user).gid(self.group);
        }
        command
    }

    fn own(&self, path: &Path) {
        std::os::unix::fs::chown(path, Some(self.user), Some(self.group)).unwrap();
        let is_folder = path.is_dir();
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(if is_folder { 0o700 } else { 0o600 })).unwrap();
    }

    /// Nothing outlives the test, so nothing is flushed to a disk: a killed process loses nothing by that.
    fn serve(&self, data: &Path, port: u16) -> Child {
        let log = std::fs::File::options().create(true).append(true).open(data.join("log")).unwrap();
        let mut command = self.command("postgres");
        command.arg("-D").arg(data).args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k", ""]);
        command.args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB"]);
        if data.join("server.crt").exists() {
            command.args(["-c", "ssl=on"]);
        }
        command.stdout(Stdio::null()).stderr(log).spawn().unwrap()
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        // Ended by force it would leave its shared memory behind. Both fail when it has ended already, which is what is wanted.
        let _asked = kill_process(Pid::from_child(&self.child), Signal::QUIT);
        let _reaped = self.child.wait();
    }
}
