//! A Redis server of a test's own, which it may flush, kill, stop and start again.

use std::io;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::hints::ping;

/// A server on a port of its own that keeps nothing. Dropped, it is killed.
pub struct TestRedis {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl TestRedis {
    /// Starts one. `None`, with words, where the program is not installed: the scripts of this repository install it.
    ///
    /// # Errors
    /// When the system refuses a folder or a port.
    pub async fn start() -> io::Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        // Free now; whoever takes it in between makes the test wait in vain, not lie.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = match spawn(&folder, port) {
            Ok(child) => child,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                tracing::warn!("redis-server is not installed: nothing is tested");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let server = Self { folder, port, child };
        server.answers().await;
        Ok(Some(server))
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    async fn answers(&self) {
        while ping(&self.url(), Duration::from_secs(1)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
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
        self.answers().await;
        Ok(())
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
