//! What the operator decides about everything that leaves.

use std::path::PathBuf;

use ipnet::IpNet;

use crate::{NoProxy, ProxyUrl, Resolver};

/// What the operator decides. Start from [`Options::new`] and set what differs.
#[derive(Debug, Clone)]
pub struct Options {
    /// Proxy for https addresses, as `HTTPS_PROXY` says; used by [`crate::Route::Default`]. None by default.
    pub https_proxy: Option<ProxyUrl>,
    /// What goes around that proxy, as `NO_PROXY` says. Nothing by default, apart from this machine itself.
    pub no_proxy: NoProxy,
    /// The `user-agent` of every request.
    pub user_agent: String,
    /// A PEM file with root certificates that are trusted besides the usual ones, for operators whose network or
    /// servers have their own authority. None by default.
    pub extra_roots: Option<PathBuf>,
    /// Networks that [`crate::Reach::Public`] calls may reach although they are not public: results that an own
    /// server in the house hands out, or the fakes of a test. Empty by default.
    pub allow: Vec<IpNet>,
    /// Whether [`crate::Reach::Public`] calls may use plain http. For houses and tests as [`Options::allow`]; false
    /// by default.
    pub allow_plain_http: bool,
    /// Who resolves names. The system by default.
    pub resolver: Resolver,
}

impl Options {
    /// Everything closed, no proxy, the system's resolver.
    #[must_use]
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self {
            https_proxy: None,
            no_proxy: NoProxy::default(),
            user_agent: user_agent.into(),
            extra_roots: None,
            allow: Vec::new(),
            allow_plain_http: false,
            resolver: Resolver::system(),
        }
    }
}
