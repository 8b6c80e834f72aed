//! Headers that every answer carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};

/// Whether an address is one of the API.
#[must_use]
pub fn is_of_api(uri: &Uri) -> bool {
    uri.path().starts_with("/api/")
}

/// Adds them where a handler did not choose its own; `policy` is that of [`page_policy`].
pub fn secure(headers: &mut HeaderMap, of_api: bool, policy: &HeaderValue) {
    let mut default = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    if of_api {
        // What the API tells is somebody's own, or changes at any moment.
        default(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    default(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    default(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    default(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    default(header::CONTENT_SECURITY_POLICY, policy.clone());
    default(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    default(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    default(HeaderName::from_static("permissions-policy"), HeaderValue::from_static("camera=(self), geolocation=(), microphone=()"));
}

/// What the page may load: itself, pictures it has in memory, and pictures from the host that CDN_URL names. It may also
/// put pictures to the bucket. Nothing inline, nothing from elsewhere.
#[must_use]
pub fn page_policy(cdn: Option<&str>, bucket: Option<&str>) -> HeaderValue {
    let [media, bucket] = [cdn, bucket].map(|origin| origin.map(|origin| format!(" {origin}")).unwrap_or_default());
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:{media}; connect-src 'self'{media}{bucket}; \
         font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    // An origin that was parsed has no character that a header refuses.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'self'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_may_come_from_the_cdn_and_scripts_may_not() {
        let policy = page_policy(Some("https://cdn.example.com"), Some("https://bucket.example"));
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("img-src 'self' blob: data: https://cdn.example.com;"));
        assert!(policy.contains("connect-src 'self' https://cdn.example.com https://bucket.example;"));
        assert!(policy.contains("script-src 'self';"));
    }
}
