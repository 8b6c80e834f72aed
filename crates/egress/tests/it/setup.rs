//! Clients for the tests, and names that lead where a test wants.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use egress::{Call, Egress, Limits, Options, Reach, Resolver, Url};
use futures::FutureExt;

use crate::secure::Authority;
use crate::server::Server;

/// Options that are closed to everything private, as those of the product.
pub fn options() -> Options {
    Options::new("tests/1")
}

/// Options under which servers of this machine count as public, also without TLS.
pub fn open() -> Options {
    Options { allow: vec!["127.0.0.0/8".parse().unwrap()], allow_plain_http: true, ..options() }
}

/// Options under which servers of this machine count as public, inside TLS of this authority, by any name.
pub fn trusting(authority: &Authority) -> Options {
    let allow = vec!["127.0.0.0/8".parse().unwrap()];
    Options { allow, extra_roots: Some(authority.root.path().to_owned()), resolver: Names::always(&["127.0.0.1"]).resolver(), ..options() }
}

pub fn client(options: Options) -> Egress {
    Egress::new(options).unwrap()
}

pub fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// The address of a server without TLS.
pub fn at(server: &Server, path: &str) -> Url {
    url(&format!("http://{}{path}", server.address))
}

/// The address of a server under a name, inside TLS.
pub fn named(name: &str, server: &Server, path: &str) -> Url {
    url(&format!("https://{name}:{}{path}", server.address.port()))
}

/// A GET to a base address of the operator.
pub fn configured(url: Url) -> Call {
    Call::get(url).reach(Reach::Configured)
}

/// Short enough for a test, long enough for a busy machine to answer in.
pub const SHORT: Duration = Duration::from_millis(200);

/// Limits that are far away, to move one of them near.
pub const FAR: Limits = Limits { max_body_bytes: 1 << 20, ..Limits::API };

/// A resolver that gives one list of addresses after the other, the last one for ever, and counts.
#[derive(Clone)]
pub struct Names {
    answers: Arc<Vec<Vec<IpAddr>>>,
    asked: Arc<AtomicUsize>,
}

impl Names {
    pub fn always(addresses: &[&str]) -> Self {
        Self::then(&[addresses])
    }

    pub fn then(answers: &[&[&str]]) -> Self {
        let parse = |list: &&[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect();
        Self { answers: Arc::new(answers.iter().map(parse).collect()), asked: Arc::default() }
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn resolver(&self) -> Resolver {
        let names = self.clone();
        Resolver::from_fn(move |_| {
            let turn = names.asked.fetch_add(1, Ordering::SeqCst);
            let answer = names.answers[turn.min(names.answers.len() - 1)].clone();
            async move { Ok(answer) }.boxed()
        })
    }
}
