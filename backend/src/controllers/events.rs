//! The live stream of an account's changes (Server-Sent Events).

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use serde::Serialize;

use crate::app::App;
use crate::database::tasks;
use crate::error::Failure;
use crate::middleware::auth::Caller;
use crate::models::id::SessionId;
use crate::models::locale::Locale;
use crate::models::timestamp::Timestamp;
use crate::services::accounts::sessions;
use crate::services::credits;
use crate::services::events::{Event, Watcher};
use crate::services::tasks::view::{self, Viewer};

/// Silence is broken so often: well below the idle time of any proxy.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What may still have been on its way when the last cursor was given out.
const OVERLAP: Duration = Duration::from_secs(30);
/// Most tasks, and most deletions, sent on connecting; older ones are in the list.
const CATCH_UP: i64 = 200;
/// A stream looks so often whether its session is still open: whoever was logged out or suspended watches no longer.
const SESSION_CHECK: Duration = Duration::from_secs(15);
/// A stream ends after so long and the browser connects again, so that no connection is for ever on one server.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Changes of the caller's tasks and balance. Events `task` (a Task), `task_deleted` ({id}), `credits` (Credits),
/// `ready` after the first state was sent.
#[utoipa::path(get, operation_id = "streamEvents", path = "/api/events", tag = "tasks", responses((status = 200, body = str, content_type = "text/event-stream"), (status = 401, body = crate::error::Problem)))]
pub async fn stream(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response, Failure> {
    let cursor = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<i64>().ok());
    // Watching starts before the state is read, so that nothing falls between the two.
    let watcher = app.events.watch(&caller.user.id);
    let first = first_state(&app, &caller, cursor).await?;
    let stream = events(app, caller, first, watcher);
    let mut response = Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat")).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// Deletions since the cursor, unfinished tasks, those that changed since, and the balance.
async fn first_state(app: &App, caller: &Caller, cursor: Option<i64>) -> Result<Vec<Event>, Failure> {
    let now = app.clock.now();
    let since = cursor.map_or(now, Timestamp).before(OVERLAP);
    let user_id = caller.user.id.clone();
    let (deleted, snapshots) = app
        .database
        .read::<_, Failure, _>(move |conn| {
            let deleted = tasks::deleted_since(conn, &user_id, since, CATCH_UP)?;
            let rows = tasks::unfinished_or_changed(conn, &user_id, since, CATCH_UP)?;
            Ok((deleted, view::snapshots(conn, rows, now)?))
        })
        .await?;
    let balance = credits::balance(app, &caller.user.id).await?;
    let changed = snapshots.into_iter().map(|snapshot| Event::Task(Box::new(snapshot)));
    Ok(deleted.into_iter().map(Event::Deleted).chain(changed).chain([Event::Credits(balance)]).collect())
}

fn events(app: App, caller: Caller, first: Vec<Event>, watcher: Watcher) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    async_stream::stream! {
        for event in first {
            if watcher.is_news(&event) && let Some(event) = render(&app, caller.locale, event) {
                yield Ok(event);
            }
        }
        yield Ok(named(&app, "ready", &serde_json::json!({})).unwrap_or_default());
        let end = end(&app, &caller.session);
        tokio::pin!(end);
        loop {
            let event = tokio::select! {
                event = watcher.next() => event,
                () = &mut end => None,
            };
            let Some(event) = event else { break };
            if let Some(event) = render(&app, caller.locale, event) {
                yield Ok(event);
            }
        }
    }
}

/// Waits for whatever ends a stream, apart from the watcher itself.
async fn end(app: &App, session: &SessionId) {
    let ended = async {
        while may_watch(app, session).await {
            app.clock.sleep(SESSION_CHECK).await;
        }
    };
    tokio::select! {
        () = ended => {}
        () = tokio::time::sleep(LIFETIME) => {}
        () = app.stopping.cancelled() => {}
    }
}

/// Whether a session is open and its account not suspended. A database that cannot tell ends nothing.
async fn may_watch(app: &App, session: &SessionId) -> bool {
    match sessions::user_of(app, session).await {
        Ok(user) => user.is_some_and(|user| user.is_active),
        Err(_) => true,
    }
}

fn render(app: &App, locale: Locale, event: Event) -> Option<sse::Event> {
    match event {
        Event::Task(snapshot) => {
            let viewer = Viewer { links: &app.links, catalogue: &app.catalogue, now: app.clock.now(), locale };
            let task = snapshot.present(viewer).inspect_err(|error| tracing::error!(%error, "a task could not be shown")).ok()?;
            named(app, "task", &task)
        }
        Event::Deleted(id) => named(app, "task_deleted", &serde_json::json!({ "id": id })),
        Event::Credits(balance) => named(app, "credits", &balance),
    }
}

fn named<T: Serialize>(app: &App, name: &str, data: &T) -> Option<sse::Event> {
    let event = sse::Event::default().event(name).id(app.clock.now().0.to_string()).json_data(data);
    event.inspect_err(|error| tracing::error!(%error, "an event could not be written")).ok()
}
