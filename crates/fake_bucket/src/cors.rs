//! The rule that says which pages may put objects, as buckets have it.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use s3s::Body;

/// Which pages may send what.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Origins of pages.
    pub origins: Vec<String>,
    /// Methods.
    pub methods: Vec<String>,
    /// Headers, in small letters.
    pub headers: Vec<String>,
}

impl Rule {
    /// The rule that the product asks an operator for: one origin may put, and say a type.
    #[must_use]
    pub fn puts_from(origin: &str) -> Self {
        Self { origins: vec![origin.to_owned()], methods: vec!["PUT".to_owned()], headers: vec!["content-type".to_owned()] }
    }

    /// Lets a page of that origin read an answer, if the rule names it.
    pub(crate) fn allow(&self, origin: &str, headers: &mut HeaderMap) {
        if self.origins.iter().any(|allowed| allowed == origin)
            && let Ok(origin) = HeaderValue::from_str(origin)
        {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }

    fn permits(&self, origin: &str, asked: &HeaderMap) -> bool {
        let text = |name| asked.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
        let method = text(ACCESS_CONTROL_REQUEST_METHOD);
        let mut headers = text(ACCESS_CONTROL_REQUEST_HEADERS).split(',').map(|name| name.trim().to_ascii_lowercase());
        self.origins.iter().any(|allowed| allowed == origin)
            && self.methods.iter().any(|allowed| allowed == method)
            && headers.all(|name| name.is_empty() || self.headers.contains(&name))
    }
}

/// The answer to a browser that asks before it puts: 403 where no rule permits it, as S3 has it.
pub(crate) fn preflight(rule: Option<&Rule>, origin: &str, asked: &HeaderMap) -> Response<Body> {
    let Some(rule) = rule.filter(|rule| rule.permits(origin, asked)) else { return bare(StatusCode::FORBIDDEN) };
    let mut response = bare(StatusCode::OK);
    rule.allow(origin, response.headers_mut());
    let lists = [(ACCESS_CONTROL_ALLOW_METHODS, &rule.methods), (ACCESS_CONTROL_ALLOW_HEADERS, &rule.headers)];
    for (name, list) in lists {
        if let Ok(value) = HeaderValue::from_str(&list.join(", ")) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A status and nothing else.
pub(crate) fn bare(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
