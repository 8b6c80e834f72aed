//! The S3 library's way out: our own client, which knows where requests may go and how long they may take.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use egress::http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderValue};
use egress::http::{Method, Response};
use egress::{Answer, Body, Call, Credential, Egress, Limits, Reach, Reached, Url};
use futures::StreamExt;
use futures::stream::BoxStream;
use http_body::Frame;
use http_body_util::BodyExt;
use object_store::ClientOptions;
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService};
use parking_lot::Mutex;

use crate::bucket::Patience;

/// A bucket that does not accept within this time is down: whoever waits for a picture should know soon.
const CONNECT: Duration = Duration::from_secs(3);

/// Lists, deletions.
pub(crate) const fn small(first_byte: Duration) -> Limits {
    Limits { connect: CONNECT, first_byte, ..Limits::API }
}

/// The bytes of an object, in or out. They pass at the speed of whoever reads, which may be a phone, so in all they have
/// an hour; but the bucket may not pause for long. Their number is that of the object.
pub(crate) const fn object(first_byte: Duration) -> Limits {
    Limits {
        connect: CONNECT,
        first_byte,
        idle: Duration::from_secs(30),
        total: Duration::from_secs(3600),
        max_body_bytes: u64::MAX,
        max_event_bytes: 0,
    }
}

/// Sends what the library signed, to one host only.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub egress: Egress,
    /// The host of the bucket, which alone sees the signature.
    pub host: String,
    /// How long it may be silent.
    pub patience: Patience,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("host", &self.host).finish_non_exhaustive()
    }
}

impl HttpConnector for Outgoing {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Outgoing {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let call = self.prepared(request).await?;
        let answer = self.egress.send(call).await.map_err(failed)?;
        let mut response = Response::new(());
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers.clone();
        Ok(response.map(|()| HttpResponseBody::new(Incoming::of(answer))))
    }
}

impl Outgoing {
    /// The request as our client takes it. Host and length are the client's to say, and are what was signed.
    async fn prepared(&self, request: HttpRequest) -> Result<Call, HttpError> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string()).map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let body = body.collect().await?.to_bytes();
        let Patience { reads, writes } = self.patience;
        let limits = match head.method {
            Method::GET if url.query().is_none() => object(reads),
            Method::PUT => object(writes),
            _ => small(reads),
        };
        let mut call = Call::new(head.method, url).reach(Reach::Configured).limits(limits);
        call.headers = head.headers;
        call.headers.remove(HOST);
        call.headers.remove(CONTENT_LENGTH);
        // Ranges are of the object as it lies there.
        call.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some(signature) = call.headers.remove(AUTHORIZATION) {
            let signature = signature.to_str().map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
            call.credential = Some(Credential::new(AUTHORIZATION, signature, &self.host).map_err(failed)?);
        }
        Ok(if body.is_empty() { call } else { call.body(Body::Bytes(body)) })
    }
}

/// The library sends again what surely was not done, and what may be done twice.
fn failed(error: egress::Error) -> HttpError {
    use egress::Error as E;
    let kind = match &error {
        _ if error.reached() == Reached::No => HttpErrorKind::Connect,
        E::NoAnswer { .. } | E::Stalled { .. } | E::TooSlow { .. } => HttpErrorKind::Timeout,
        E::Disconnected { .. } => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}

/// An answer's body. The library wants one that may be looked at from several threads; ours is only ever read by one, so
/// the lock is never waited for.
struct Incoming(Mutex<BoxStream<'static, Result<Bytes, egress::Error>>>);

impl Incoming {
    fn of(answer: Answer) -> Self {
        Self(Mutex::new(answer.stream().boxed()))
    }
}

impl http_body::Body for Incoming {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        self.0.get_mut().poll_next_unpin(context).map(|piece| piece.map(|piece| piece.map(Frame::data).map_err(failed)))
    }
}
