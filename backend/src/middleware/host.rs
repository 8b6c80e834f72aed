//! Refuses requests that do not say once, and as a name, whom they ask (RFC 9112 §3.2). A proxy in front that takes the first
//! of two names while somebody here takes the last would be led to keep or to allow what is another's.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Version, header};

use super::json::invalid;
use crate::error::Failure;

/// Why a request is refused on every route: no `Host` in HTTP/1.1, more than one, or one that names no host. It may be empty.
pub fn refusal(request: &Request) -> Option<Failure> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let named = match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => is_name(host),
        (Some(_), Some(_)) => false,
    };
    (!named).then(|| invalid("Host"))
}

fn is_name(host: &HeaderValue) -> bool {
    host.is_empty() || host.to_str().is_ok_and(|host| !host.contains('@') && host.parse::<Authority>().is_ok())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn is_refused(version: Version, hosts: &[&str]) -> bool {
        let request = hosts.iter().fold(Request::get("/").version(version), |request, host| request.header(header::HOST, *host));
        refusal(&request.body(Body::empty()).unwrap()).is_some()
    }

    #[test]
    fn a_request_names_one_host() {
        for host in ["studio.example", "studio.example:3000", "127.0.0.1", "[::1]:3000", ""] {
            assert!(!is_refused(Version::HTTP_11, &[host]), "{host}");
        }
        for hosts in [&["a.example", "b.example"][..], &["a.example", "a.example"], &[], &["me@a.example"], &["a example"], &["a/b"]] {
            assert!(is_refused(Version::HTTP_11, hosts), "{hosts:?}");
        }
        assert!(!is_refused(Version::HTTP_10, &[]) && is_refused(Version::HTTP_10, &["a.example", "b.example"]));
    }
}
