//! A Redis server of a test's own, which it may flush, kill, stop and start again.

use std::io;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::hints::ping;

/// Set by whoever runs the tests without the program: what needs it passes untested then.
pub const WITHOUT: &str = "TEST_WITHOUT_REDIS";
/// How long it may take to answer; it takes milliseconds.
const LIMIT: Duration = Duration::from_secs(30);

/// A server on a port of its own that keeps nothing. Dropped, it is killed.
pub struct TestRedis {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl TestRedis {
    /// Starts one. `None` where the program is not installed and [`WITHOUT`] allows to leave out what needs it.
    ///
    /// # Errors
    /// When the program is not installed, the system refuses a folder or a port, or somebody else took the port.
    pub async fn start() -> io::Result<Option<Self>> {
        // Free now; whoever takes it in between makes the test fail, not lie.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        match Self::at(port).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound && std::env::var_os(WITHOUT).is_some() => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(io::Error::new(error.kind(), format!("redis-server is not installed; {WITHOUT}=1 leaves out what needs it")))
            }
            started => started.map(Some),
        }
    }

    async fn at(port: u16) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let child = spawn(&folder, port)?;
        let mut server = Self { folder, port, child };
        server.answers().await?;
        Ok(server)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Waits until it answers. One that ended does not, whoever else may answer at its port.
    async fn answers(&mut self) -> io::Result<()> {
        let began = Instant::now();
        while ping(&self.url(), Duration::from_secs(1)).await.is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(io::Error::other(format!("redis-server ended at port {}: {status}", self.port)));
            }
            if began.elapsed() > LIMIT {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "redis-server does not answer"));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Ends it without warning.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Starts it again on the same port, empty, and waits until it answers.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn start_again(&mut self) -> io::Result<()> {
        self.child = spawn(&self.folder, self.port)?;
        self.answers().await
    }

    /// Stops it without closing a connection, as a machine that hangs does.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn freeze(&self) -> io::Result<()> {
        self.signal("-STOP")
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn thaw(&self) -> io::Result<()> {
        self.signal("-CONT")
    }

    fn signal(&self, signal: &str) -> io::Result<()> {
        Command::new("kill").args([signal, &self.child.id().to_string()]).status().map(drop)
    }

    /// What a command answers.
    ///
    /// # Errors
    /// What the server said.
    pub async fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let mut connection = redis::Client::open(self.url())?.get_multiplexed_async_connection().await?;
        let mut command = redis::Cmd::new();
        for word in words {
            command.arg(word);
        }
        command.query_async(&mut connection).await
    }
}

impl Drop for TestRedis {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn spawn(folder: &TempDir, port: u16) -> io::Result<Child> {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no", "--dir"]).arg(folder.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_whose_port_somebody_else_has_is_not_waited_for() {
        // It takes connections and never answers.
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        match TestRedis::at(taken.local_addr().unwrap().port()).await {
            Ok(_) => panic!("it cannot start"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => assert!(std::env::var_os(WITHOUT).is_some(), "{error}"),
            Err(error) => assert!(error.to_string().contains("ended"), "{error}"),
        }
    }
}
