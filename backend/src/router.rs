//! The whole HTTP surface, grouped by who calls it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::controllers::admin::{doctor, providers};
use crate::controllers::{app as about, auth, billing, credits, events, files, health, metrics, prompts, tasks, tools, uploads, webhooks};
use crate::error::{Code, Failure};
use crate::middleware::frame::{self, Frame};
use crate::middleware::{frontend, problem};

/// About the API itself.
#[derive(OpenApi)]
#[openapi(info(
    title = "Danqing",
    description = "The API of the Danqing image studio. Errors are problem+json (RFC 9457); their codes are listed in docs/API.md."
))]
struct Document;

/// Answers of less are not worth compressing.
const COMPRESSED_FROM_BYTES: u64 = 1024;

/// The application as a service.
pub fn router(app: App) -> Router {
    let (routes, document) = api().split_for_parts();
    // As text it takes a tenth of the memory.
    let document = Bytes::from(document.to_json().unwrap_or_default());
    let served = routes
        .route("/api/openapi.json", get(move || std::future::ready(([(CONTENT_TYPE, "application/json")], document.clone()))))
        .fallback(frontend::serve)
        .method_not_allowed_fallback(|| std::future::ready(Failure::new(Code::MethodNotAllowed)));
    let compressed = SizeAbove::new(COMPRESSED_FROM_BYTES).and(NotForContentType::IMAGES).and(NotForContentType::SSE);
    served
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn_with_state(Frame::new(&app), frame::around))
        .layer(CompressionLayer::new().compress_when(compressed))
        .with_state(app)
}

/// The API document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        // Everybody.
        .routes(routes!(about::show))
        .routes(routes!(tools::list))
        .routes(routes!(billing::packs::list))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        // Programs on this machine, or with a token.
        .routes(routes!(metrics::show))
        // Everybody who holds a link.
        .routes(routes!(files::content::content))
        // Vendors, each at the address that it was given.
        .routes(routes!(webhooks::vendor::receive))
        // Stripe, which signs what it says.
        .routes(routes!(webhooks::stripe::receive))
        // People logging in and out.
        .routes(routes!(auth::setup::setup))
        .routes(routes!(auth::register::register))
        .routes(routes!(auth::login::login))
        .routes(routes!(auth::logout::logout))
        .routes(routes!(auth::refresh::refresh))
        .routes(routes!(auth::forgot_password::forgot))
        .routes(routes!(auth::reset_password::reset))
        .routes(routes!(auth::verify_email::verify))
        .routes(routes!(auth::verify_email::change))
        // People who are logged in.
        .routes(routes!(auth::verify_email::send))
        .routes(routes!(auth::security::change_password))
        .routes(routes!(auth::security::change_email))
        .routes(routes!(auth::sessions::list))
        .routes(routes!(auth::sessions::end))
        .routes(routes!(auth::me::show, auth::me::change))
        .routes(routes!(auth::storage::show))
        .routes(routes!(files::show::show, files::delete::delete))
        .routes(routes!(uploads::presign::presign))
        .routes(routes!(uploads::complete::complete))
        .routes(routes!(tasks::create::create, tasks::list::list))
        .routes(routes!(tasks::quote::quote))
        .routes(routes!(prompts::preview::preview))
        .routes(routes!(prompts::improve::improve))
        .routes(routes!(prompts::translate::translate))
        .routes(routes!(tasks::status::status))
        .routes(routes!(tasks::show::show, tasks::delete::delete))
        .routes(routes!(tasks::delete::restore))
        .routes(routes!(tasks::cancel::cancel))
        .routes(routes!(tasks::retry::retry))
        .routes(routes!(events::stream))
        .routes(routes!(credits::show))
        .routes(routes!(credits::transactions))
        .routes(routes!(billing::checkout::begin))
        .routes(routes!(billing::payments::list))
        .routes(routes!(billing::payments::show))
        .routes(routes!(billing::redeem::redeem))
        // The owner.
        .routes(routes!(doctor::show))
        .routes(routes!(providers::list::list))
        .routes(routes!(providers::credentials::add))
        .routes(routes!(providers::credentials::change, providers::credentials::remove))
        .routes(routes!(providers::test::test))
        // Uploads count their own bytes while they arrive.
        .merge(OpenApiRouter::new().routes(routes!(uploads::upload)).routes(routes!(uploads::put::put)).layer(DefaultBodyLimit::disable()))
}
