//! nginx in front of several servers, with the configuration that is shipped.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/nginx/danqing.conf");

/// A proxy on a free port. Dropped, it is killed.
pub struct Nginx {
    port: u16,
    child: Child,
    folder: TempDir,
}

/// A port that is free now; whoever takes it in between makes the test fail, not lie.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Nginx {
    /// In front of servers on these ports. `None`, with words, where nginx is not installed: the scripts of this repository
    /// install it.
    pub fn start(nodes: &[u16]) -> Option<Self> {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let path = folder.path().join("nginx.conf");
        std::fs::write(&path, configuration(&folder, port, nodes)).unwrap();
        let mut command = Command::new("nginx");
        command.arg("-p").arg(folder.path()).arg("-c").arg(path).stdin(Stdio::null()).stderr(Stdio::null());
        let Ok(child) = command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").spawn() else {
            eprintln!("nginx is not installed: the fleet is not tested");
            return None;
        };
        let mut proxy = Self { port, child, folder };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(proxy.child.try_wait().unwrap().is_none(), "{}", proxy.log());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        Some(proxy)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it complained of.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// One process, which dies with the test.
fn configuration(folder: &TempDir, port: u16, nodes: &[u16]) -> String {
    let folder = folder.path().display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {folder}/{name};"));
    let nodes: Vec<String> = nodes.iter().map(|node| format!("server 127.0.0.1:{node} max_fails=0;")).collect();
    format!(
        "daemon off; master_process off; user root; pid {folder}/pid; error_log {folder}/log warn;
        events {{ worker_connections 512; }}
        http {{
            access_log off; {temporary}
            upstream danqing {{ {nodes} keepalive 16; }}
            server {{ listen 127.0.0.1:{port}; include {SHIPPED}; }}
        }}",
        temporary = temporary.join(" "),
        nodes = nodes.join(" ")
    )
}
