//! The client: checks a call, finds a connection for it, sends it once.

use std::sync::Arc;

use url::Url;

use crate::{Answer, BuildError, Call, Error, Limits, Options, Route};

/// The outgoing HTTP client. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Egress {
    options: Arc<Options>,
}

impl Egress {
    /// A client. Needs no runtime yet.
    ///
    /// # Errors
    /// When the options cannot be followed; see [`BuildError`].
    pub fn new(options: Options) -> Result<Self, BuildError> {
        Ok(Self { options: Arc::new(options) })
    }

    /// Sends one request, at most once, and gives back the answer, of whatever status, when its head is here. A
    /// redirect is an answer like any other and not followed.
    ///
    /// # Errors
    /// Each has its own [`Error`]; [`Error::reached`] says whether sending it again could do the work twice.
    pub async fn send(&self, call: Call) -> Result<Answer, Error> {
        let _call = call;
        Err(Error::Address("not built yet"))
    }

    /// Fetches what a link points to: GET with no credential and [`crate::Reach::Public`], following up to five redirects,
    /// each of which is checked like the first address. The status of the last answer is the caller's to judge.
    ///
    /// # Errors
    /// As [`Egress::send`], and [`Error::Redirect`].
    pub async fn download(&self, url: &Url, route: &Route, limits: &Limits) -> Result<Answer, Error> {
        self.send(Call::get(url.clone()).route(route.clone()).limits(*limits)).await
    }
}
