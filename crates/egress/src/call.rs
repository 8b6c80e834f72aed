//! What a caller asks for: one request, how far it may reach, by which way, and within which limits.

use std::fmt;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;
use url::Url;

use crate::{Body, Credential, Error, Form, Limits, ProxyUrl};

/// One request. Made by [`Call::get`] or [`Call::post`] and narrowed by the methods that follow.
#[derive(Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// Where to. `http` or `https`, with a host and without a name and password. A fragment is not sent.
    pub url: Url,
    /// Headers besides the credential. What the client sets itself (`host`, lengths, hop-by-hop headers) and what
    /// is secret (`authorization`, `cookie`, …) is refused here, so that no secret goes around [`Credential`].
    pub headers: HeaderMap,
    /// What is sent.
    pub body: Body,
    /// How far it may go.
    pub reach: Reach,
    /// The key that goes along, to its own host only.
    pub credential: Option<Credential>,
    /// By which way.
    pub route: Route,
    /// How long and how much.
    pub limits: Limits,
}

/// Who wrote the address, which decides where it may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// A base address that the operator configured: may be private and plain http.
    Configured,
    /// From a vendor, a user or a redirect: https, and global unicast addresses only ([`crate::is_global`]).
    Public,
}

/// By which way a request leaves.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Route {
    /// The environment's proxy, if there is one, for https addresses that its list of exceptions does not name.
    #[default]
    Default,
    /// Straight. Addresses that users supply always go this way: a proxy stands where they must not reach.
    Direct,
    /// Through this proxy, whatever the environment says. Only an operator may choose one.
    Via(ProxyUrl),
}

impl Call {
    /// A request with [`Reach::Public`], [`Route::Default`], [`Limits::default`] and nothing else.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Body::Empty,
            reach: Reach::Public,
            credential: None,
            route: Route::Default,
            limits: Limits::default(),
        }
    }

    /// [`Call::new`] with GET.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// [`Call::new`] with POST.
    #[must_use]
    pub fn post(url: Url) -> Self {
        Self::new(Method::POST, url)
    }

    /// Sends a value as JSON, with its content type.
    ///
    /// # Errors
    /// [`Error::Request`] when the value cannot be written as JSON, such as a map whose keys are not texts.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Result<Self, Error> {
        let json = serde_json::to_vec(value).map_err(|_| Error::Request("the body cannot be written as JSON".into()))?;
        Ok(self.header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(Body::Bytes(json.into())))
    }

    /// Sends a form, with its content type.
    #[must_use]
    pub fn form(self, form: Form) -> Self {
        self.body(Body::Form(form))
    }

    /// Sends this body. Bytes need a content type by [`Call::header`].
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sends this key along.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Says who wrote the address.
    #[must_use]
    pub fn reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// Chooses the way.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.route = route;
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Queries may hold signatures, and bodies what people wrote; neither belongs into a log.
        let mut shown = f.debug_struct("Call");
        shown.field("method", &self.method).field("host", &self.url.host_str());
        shown.field("reach", &self.reach).field("route", &self.route).finish_non_exhaustive()
    }
}
