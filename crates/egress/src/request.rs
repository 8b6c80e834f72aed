//! The head of a request: what the caller, the credential and the client itself put into it.

use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, EXPECT, HOST, PROXY_AUTHORIZATION, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Version};
use http_body::Body as _;

use crate::target::Target;
use crate::upload::Upload;
use crate::{Body, Call, Error};

/// Headers that decide where the message ends or who receives it; two opinions about them are an attack.
const OURS: [HeaderName; 8] = [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, TE, TRAILER, UPGRADE, EXPECT];
/// Headers that are always secret. They go through [`crate::Credential`], which knows where they may go.
const SECRET: [HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];

/// All headers of a call but `host`, which depends on the version of the protocol.
pub(crate) fn headers(call: &Call, target: &Target, user_agent: &HeaderValue) -> Result<HeaderMap, Error> {
    let mut headers = call.headers.clone();
    if let Some(name) = OURS.iter().find(|name| headers.contains_key(*name)) {
        return Err(Error::Request(format!("the header {name} is not the caller's to set")));
    }
    if let Some(name) = SECRET.iter().find(|name| headers.contains_key(*name)) {
        return Err(Error::Request(format!("the header {name} needs a credential that is bound to a host")));
    }
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip, br"));
    headers.entry(USER_AGENT).or_insert(user_agent.clone());
    if let Body::Form(form) = &call.body {
        let value = HeaderValue::from_str(&form.content_type()).map_err(|_| Error::Request("the form has no usable boundary".into()))?;
        headers.insert(CONTENT_TYPE, value);
    }
    if let Some(credential) = &call.credential {
        let (name, value) = credential.header_for(target, call.reach)?;
        headers.insert(name, value.clone());
    }
    Ok(headers)
}

/// The whole request for a connection of that version.
pub(crate) fn request(call: &Call, target: &Target, headers: &HeaderMap, http2: bool) -> Result<Request<Upload>, Error> {
    let mut request = Request::new(Upload::new(&call.body));
    *request.method_mut() = call.method.clone();
    *request.uri_mut() = target.uri(&call.url, http2)?;
    *request.headers_mut() = headers.clone();
    if request.body().is_end_stream() && [Method::POST, Method::PUT, Method::PATCH].contains(&call.method) {
        // The library says no length here, and some servers answer 411 to that.
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    if http2 {
        *request.version_mut() = Version::HTTP_2;
    } else {
        let host = HeaderValue::from_str(&target.authority()).map_err(|_| Error::Address("its host may not stand in a header"))?;
        request.headers_mut().insert(HOST, host);
    }
    Ok(request)
}
