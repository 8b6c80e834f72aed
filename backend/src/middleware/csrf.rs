//! Refuses changes that another site asks a visitor's browser for. Browsers say where a request comes from in
//! `Sec-Fetch-Site`; older ones in `Origin`. Programs send neither and carry no cookies of a victim.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};

use crate::error::{Code, Failure};

/// Why a request is refused: it would change something, and comes from another site.
pub fn refusal(request: &Request) -> Option<Failure> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    (!safe && !same_site(request.headers())).then(|| Code::CsrfRefused.into())
}

fn same_site(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match headers.get(header::ORIGIN) {
        None => true,
        // An origin that is not text is none of ours.
        Some(_) => text("origin").and_then(host_of).is_some_and(|origin| Some(origin) == text("host")),
    }
}

/// `host:port` of an origin, as `Host` has it.
fn host_of(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_and_programs_may_change_anything() {
        assert!(same_site(&headers(&[("sec-fetch-site", "same-origin"), ("origin", "https://a.b")])));
        assert!(!same_site(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(!same_site(&headers(&[("sec-fetch-site", "cross-site"), ("host", "a.b"), ("origin", "https://a.b")])));
        assert!(same_site(&headers(&[("host", "a.b:3000"), ("origin", "http://a.b:3000")])));
        assert!(!same_site(&headers(&[("host", "a.b:3000"), ("origin", "http://evil.example")])));
        assert!(!same_site(&headers(&[("host", "a.b"), ("origin", "null")])));
        assert!(same_site(&headers(&[("host", "a.b")])));
    }
}
