//! The client: checks a call, finds a connection for it, sends it once.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::connect::Connector;
use crate::connection::{Connection, MAX_HEADERS, chain};
use crate::decode::Lease;
use crate::limits::after;
use crate::pool::{Key, Pool};
use crate::room::Room;
use crate::target::Target;
use crate::tls::Tls;
use crate::upload::Upload;
use crate::{Answer, BuildError, Call, Error, Limits, Options, ProxyUrl, Reach, Route, request};

/// Redirects of a download. Links to stores of pictures use one or two.
const MAX_REDIRECTS: usize = 5;

/// The outgoing HTTP client. Clones share their connections.
#[derive(Clone)]
pub struct Egress(Arc<Inner>);

struct Inner {
    options: Options,
    user_agent: HeaderValue,
    tls: Tls,
    pool: Pool,
    room: Room,
}

#[cfg(test)]
impl Egress {
    /// The room of a client that has no clones yet.
    pub(crate) fn room_mut(&mut self) -> &mut Room {
        &mut Arc::get_mut(&mut self.0).expect("it has no clones").room
    }
}

impl Egress {
    /// A client. Needs no runtime yet.
    ///
    /// # Errors
    /// When the options cannot be followed; see [`BuildError`].
    pub fn new(options: Options) -> Result<Self, BuildError> {
        let user_agent = HeaderValue::from_str(&options.user_agent).map_err(|_| BuildError::UserAgent)?;
        let tls = Tls::new(options.extra_roots.as_deref())?;
        Ok(Self(Arc::new(Inner { options, user_agent, tls, pool: Pool::default(), room: Room::default() })))
    }

    /// Sends one request, at most once, and gives back the answer, of whatever status, when its head is here. A
    /// redirect is an answer like any other and not followed.
    ///
    /// # Errors
    /// Each has its own [`Error`]; [`Error::reached`] says whether sending it again could do the work twice.
    pub async fn send(&self, call: Call) -> Result<Answer, Error> {
        let deadline = after(Instant::now(), call.limits.total);
        self.send_until(&call, deadline).await
    }

    /// Fetches what a link points to: GET with no credential and [`crate::Reach::Public`], following up to five redirects,
    /// each of which is checked like the first address. The status of the last answer is the caller's to judge.
    ///
    /// # Errors
    /// As [`Egress::send`], and [`Error::Redirect`].
    pub async fn download(&self, url: &Url, route: &Route, limits: &Limits) -> Result<Answer, Error> {
        let deadline = after(Instant::now(), limits.total);
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let call = Call::get(url).reach(Reach::Public).route(route.clone()).limits(*limits);
            let answer = self.send_until(&call, deadline).await?;
            match next_hop(&answer)? {
                Some(next) => url = next,
                None => return Ok(answer),
            }
        }
        Err(Error::Redirect { host: url.host_str().unwrap_or_default().to_owned(), detail: "too many redirects" })
    }

    async fn send_until(&self, call: &Call, deadline: Instant) -> Result<Answer, Error> {
        let target = Target::read(&call.url, call.reach, &self.0.options)?;
        let headers = request::headers(call, &target, &self.0.user_agent)?;
        let key = Key { reach: call.reach, proxy: self.proxy(&call.route, &target).cloned(), target };
        while let Some(connection) = self.0.pool.take(&key).await {
            match self.exchange(connection, call, &key, &headers, deadline).await {
                // It was closed while it waited and took nothing; the next one, or a fresh one, does.
                Err(Error::NotSent { .. }) => {}
                done => return done,
            }
        }
        let connector = Connector { options: &self.0.options, tls: &self.0.tls, reach: call.reach, proxy: key.proxy.as_ref() };
        let connection = connector.connect(&key.target, &call.limits, deadline).await?;
        self.exchange(connection, call, &key, &headers, deadline).await
    }

    fn proxy<'a>(&'a self, route: &'a Route, target: &Target) -> Option<&'a ProxyUrl> {
        match route {
            Route::Direct => None,
            Route::Via(proxy) => Some(proxy),
            Route::Default => {
                let proxy = self.0.options.https_proxy.as_ref()?;
                let around = !target.tls || self.0.options.no_proxy.contains(target);
                (!around).then_some(proxy)
            }
        }
    }

    async fn exchange(
        &self,
        mut connection: Connection,
        call: &Call,
        key: &Key,
        headers: &HeaderMap,
        deadline: Instant,
    ) -> Result<Answer, Error> {
        let request = request::request(call, &key.target, headers, connection.is_http2())?;
        let host = key.target.name();
        let response = response(&mut connection, request, &host, &call.limits, deadline).await?;
        if response.headers().len() > MAX_HEADERS {
            return Err(Error::HeadersTooLarge { host });
        }
        let lease = Lease::new(connection, self.0.pool.clone(), key.clone());
        Ok(Answer::new(response, lease, call.url.clone(), call.limits, deadline, self.0.room.clone()))
    }
}

impl fmt::Debug for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Egress").field("options", &self.0.options).finish_non_exhaustive()
    }
}

/// Sends the request and waits for the head of the answer: at most [`Limits::first_byte`] after the connection took the last
/// piece of the request, and never past the deadline.
async fn response(
    connection: &mut Connection,
    request: Request<Upload>,
    host: &str,
    limits: &Limits,
    deadline: Instant,
) -> Result<Response<Incoming>, Error> {
    let progress = request.body().progress();
    let mut sending = pin!(connection.send(request));
    loop {
        let until = after(progress.last(), limits.first_byte).min(deadline);
        if let Ok(result) = timeout_at(until, &mut sending).await {
            return result.map_err(|error| not_answered(*error, host));
        }
        if Instant::now() >= deadline {
            return Err(Error::TooSlow { host: host.to_owned(), limit: limits.total });
        }
        if after(progress.last(), limits.first_byte) <= until {
            return Err(Error::NoAnswer { host: host.to_owned(), limit: limits.first_byte });
        }
    }
}

fn not_answered(failed: TrySendError<Request<Upload>>, host: &str) -> Error {
    let host = host.to_owned();
    // The library gives the request back only when it had not begun to write it.
    if failed.message().is_some() {
        return Error::NotSent { host };
    }
    let error = failed.into_error();
    if error.is_parse_too_large() {
        Error::HeadersTooLarge { host }
    } else if error.is_parse() {
        Error::Protocol { host, detail: chain(&error) }
    } else {
        Error::Disconnected { host, detail: chain(&error) }
    }
}

/// Where a redirect leads; nothing for any other answer.
fn next_hop(answer: &Answer) -> Result<Option<Url>, Error> {
    let redirects = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !redirects.contains(&answer.status) {
        return Ok(None);
    }
    let bad = |detail| Error::Redirect { host: answer.url.host_str().unwrap_or_default().to_owned(), detail };
    let location = answer.headers.get(LOCATION).ok_or_else(|| bad("the redirect says no place"))?;
    let location = std::str::from_utf8(location.as_bytes()).map_err(|_| bad("the redirect's place is not a text"))?;
    answer.url.join(location).map(Some).map_err(|_| bad("the redirect's place is not an address"))
}
