//! Turns a [`Failure`] into problem+json. The handler only says what failed; the words are chosen here, where the
//! language and the id of the request are known.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::{Code, Failure, Problem, ProblemField};
use crate::messages;
use crate::models::locale::Locale;

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The answer to a failure: `refused` with a body. Headers that it has already stay.
pub fn describe(failure: &Failure, refused: &Response, request_id: &str, locale: Locale) -> Response {
    let mut described = (refused.status(), Json(problem(failure, request_id, locale))).into_response();
    described.headers_mut().extend(refused.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
    described.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    described.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    described.headers_mut().remove(header::CONTENT_LENGTH);
    if let Some(seconds) = failure.retry_after_seconds {
        described.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let (Code::RangeNotSatisfiable, Some(size)) = (failure.code, failure.number("size"))
        && let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}"))
    {
        described.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    described
}

/// The body of a failure.
#[must_use]
pub fn problem(failure: &Failure, request_id: &str, locale: Locale) -> Problem {
    let code = failure.code;
    let key = |part: &str| format!("errors.{}.{part}", code.as_str());
    let mut values = failure.values.clone();
    if let Some(seconds) = failure.retry_after_seconds {
        values.push(("seconds", seconds.to_string()));
    }
    let money = |name: &str| if code == Code::InsufficientCredits { failure.number(name) } else { None };
    let field = |wrong: &crate::error::FieldFailure| ProblemField {
        field: wrong.field.clone(),
        code: wrong.code.to_string(),
        message: messages::text(locale, &format!("field.{}", wrong.code), &wrong.values),
    };
    Problem {
        kind: format!("urn:danqing:error:{}", code.as_str()),
        title: messages::plain(locale, &key("title")),
        status: code.status(),
        detail: messages::text(locale, &key("detail"), &values),
        code,
        request_id: request_id.to_owned(),
        errors: failure.fields.iter().map(field).collect(),
        retry_after_seconds: failure.retry_after_seconds,
        required: money("required"),
        balance: money("balance"),
    }
}

/// The answer when a handler panicked: a fault of ours that must not take the connection down.
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    Failure::internal("a handler panicked").into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_answers_internal_and_the_next_request_is_served() {
        async fn fault() -> &'static str {
            panic!("a secret of the inside")
        }
        let routes = Router::new().route("/fault", get(fault)).route("/fine", get(|| async { "fine" }));
        let service = routes.layer(CatchPanicLayer::custom(panicked));
        let ask = |path: &str| service.clone().oneshot(Request::get(path).body(Body::empty()).unwrap());
        let answer = ask("/fault").await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.extensions().get::<Failure>(), Some(&Failure::new(Code::Internal)));
        assert_eq!(ask("/fine").await.unwrap().status(), StatusCode::OK);
    }
}
