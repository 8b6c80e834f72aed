//! A real mail server (aiosmtpd) with TLS and logins, one for all tests of a run. It ends with the process of the tests,
//! which holds its standard input.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::Value;
use tempfile::TempDir;
use ulid::Ulid;

/// The account on it.
pub const USER: &str = "studio@example.com";
/// Its password.
pub const PASSWORD: &str = "the-mail-password-that-nobody-sees";

struct MailServer {
    ports: Value,
    folder: TempDir,
    _process: Child,
}

static SERVER: OnceLock<MailServer> = OnceLock::new();

/// What one studio sends: it has a sender of its own.
pub struct Post {
    sender: String,
}

impl Post {
    /// For a studio of a test.
    pub fn new() -> Self {
        Self { sender: format!("studio-{}@example.com", Ulid::generate().to_string().to_lowercase()) }
    }

    /// Settings of a studio that sends through the server; `way` is `starttls`, `implicit` or `plain`.
    pub fn settings(&self, way: &str) -> Vec<(&'static str, String)> {
        let server = SERVER.get_or_init(MailServer::start);
        let tls = if way == "plain" { "none" } else { way };
        vec![
            ("SMTP_HOST", "localhost".to_owned()),
            ("SMTP_PORT", server.ports[way].to_string()),
            ("SMTP_TLS", tls.to_owned()),
            ("SMTP_CA_FILE", server.folder.path().join("root.pem").display().to_string()),
            ("SMTP_USER", USER.to_owned()),
            ("SMTP_PASS", PASSWORD.to_owned()),
            ("SMTP_FROM", self.sender.clone()),
        ]
    }

    /// The letters so far, the oldest first.
    pub fn letters(&self) -> Vec<Value> {
        let folder = SERVER.get().unwrap().folder.path().join("letters");
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
        files.sort();
        let letters = files.iter().map(|path| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap());
        letters.filter(|letter| letter["from"] == self.sender.as_str()).collect()
    }

    /// The letters to one address.
    pub fn letters_to(&self, address: &str) -> Vec<Value> {
        self.letters().into_iter().filter(|letter| letter["to"] == address).collect()
    }

    /// The token of the last link that was sent to an address for a page.
    #[track_caller]
    pub fn token(&self, address: &str, page: &str) -> String {
        let letters = self.letters_to(address);
        let found = letters.iter().rev().find_map(|letter| token_in(letter, page));
        found.unwrap_or_else(|| panic!("no link to {page} for {address}: {letters:?}"))
    }
}

fn token_in(letter: &Value, page: &str) -> Option<String> {
    let text = letter["text"].as_str().unwrap();
    let rest = text.split_once(&format!("/{page}?token="))?.1;
    Some(rest.split_whitespace().next().unwrap().to_owned())
}

impl MailServer {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("letters")).unwrap();
        write_certificates(folder.path());
        // Debian's package is for its own Python.
        let python = if Path::new("/usr/bin/python3").exists() { "/usr/bin/python3" } else { "python3" };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/mail_server.py");
        let mut process = Command::new(python)
            .arg(script)
            .args(["server.pem", "server.key", "letters", USER, PASSWORD])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ports = serde_json::from_str(&line).expect("the mail server did not start: is python3-aiosmtpd installed?");
        Self { ports, folder, _process: process }
    }
}

fn write_certificates(folder: &Path) {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    for (name, text) in [("root.pem", issuer.pem()), ("server.pem", certificate.pem()), ("server.key", key.serialize_pem())] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}
