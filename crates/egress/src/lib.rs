//! The one way out: every HTTP request that the program makes to somebody else goes through [`Egress`]. The crate
//! decides where a request may go, what it may carry there and how much may come back. What is asked, and what an
//! answer means, is the caller's business; it knows nothing of vendors, tasks or users.
//!
//! An address is resolved once, each of its addresses is checked by the call's [`Reach`], and only a checked one is
//! connected to. No redirect is followed except by [`Egress::download`], which checks each hop anew. A
//! [`Credential`] travels to its own host only. Every size and every wait has a limit ([`Limits`]), and every
//! [`Error`] says whether the request may have reached the server ([`Error::reached`]).

mod address;
mod answer;
mod body;
mod call;
mod client;
mod connect;
mod connection;
mod credential;
mod decode;
mod dial;
mod error;
mod events;
mod form;
mod limits;
mod no_proxy;
mod options;
mod pool;
mod proxy_url;
mod request;
mod resolver;
mod room;
mod target;
mod tls;
mod tunnel;
mod upload;

pub use address::is_global;
pub use answer::Answer;
pub use body::{Body, FileBody};
pub use call::{Call, Reach, Route};
pub use client::Egress;
pub use credential::Credential;
pub use error::{BuildError, Error, Reached};
pub use events::{Event, Events};
pub use form::Form;
pub use limits::Limits;
pub use no_proxy::NoProxy;
pub use options::Options;
pub use proxy_url::{ProxyKind, ProxyUrl};
pub use resolver::Resolver;

/// The types of a request's head, re-exported so that callers share their version.
pub use http;
/// The address type of [`Options::allow`], re-exported so that callers share its version.
pub use ipnet::IpNet;
/// The address of a call, re-exported so that callers share its version.
pub use url::Url;
