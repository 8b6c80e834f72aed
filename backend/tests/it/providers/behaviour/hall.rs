//! A studio with one vendor and one that may stand in for it, and somebody who asks for pictures there.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use egress::Limits;
use fake_vendors::{FakeVendors, Fault, Options, Vendor};
use jobs::Running;
use serde_json::json;

use super::lines::Line;
use super::model::{ASKED, models, providers, stand_in};
use super::promise::{Promise, promise, whole};
use crate::support::stream::Stream;
use crate::support::studio::{KEY, order};
use crate::support::{Client, TestApp, id};

/// Credits at the start.
pub const CREDITS: i64 = 100_000;
/// No task takes longer, whatever its vendor does.
pub const DEADLINE: Duration = Duration::from_secs(45);
/// So short that what never answers is given up soon, and so long that a busy machine keeps them.
const SHORT: Limits = Limits {
    connect: Duration::from_secs(3),
    first_byte: Duration::from_millis(3500),
    idle: Duration::from_millis(2500),
    total: Duration::from_secs(7),
    max_body_bytes: 8 << 20,
    max_event_bytes: 8 << 20,
};

/// The fake vendors of a line's studios: those asked, and those that stand in.
pub struct Houses {
    pub asked: FakeVendors,
    pub stand_in: FakeVendors,
}

impl Houses {
    pub async fn open() -> Self {
        let options = || Options { key: KEY.to_owned(), ..Options::default() };
        Self { asked: FakeVendors::start_with(options()).await.unwrap(), stand_in: FakeVendors::start_with(options()).await.unwrap() }
    }
}

/// A way in which the vendor is asked, and what is promised then.
#[derive(Clone, Copy)]
pub struct Case {
    /// What goes wrong; nothing where it is all well.
    pub fault: Option<Fault>,
    /// Whether the task names its model.
    pub named: bool,
    /// What is promised.
    pub promise: Promise,
    /// Why the other model made it, where that is promised.
    pub stood_in_after: Option<&'static str>,
}

impl Case {
    /// All is well.
    pub const HEALTHY: Self = Self { fault: None, named: true, promise: whole(1), stood_in_after: None };

    /// What the table promises for the line, when the task names its model.
    pub fn of(line: &Line, fault: Fault) -> Self {
        let exception = line.except.iter().find(|(known, _)| *known == fault).map(|(_, promise)| *promise);
        Self { fault: Some(fault), promise: exception.unwrap_or_else(|| promise(fault)), ..Self::HEALTHY }
    }

    pub fn mark(&self) -> &'static str {
        self.fault.map_or("[healthy]", Fault::sample)
    }
}

/// A studio at work.
pub struct Hall<'a> {
    pub line: &'a Line,
    pub houses: &'a Houses,
    pub app: TestApp,
    pub user: Client,
    /// Everything that the user was told while it happened.
    pub told: String,
    /// What its prompts begin with, so that its requests are known from those of other studios.
    pub subject: &'static str,
    watching: Stream,
    worker: Option<Running>,
}

impl<'a> Hall<'a> {
    pub async fn open(line: &'a Line, houses: &'a Houses, subject: &'static str) -> Self {
        let mut settings = vec![
            ("NEW_USER_CREDITS".to_owned(), CREDITS.to_string()),
            ("MAX_TASKS_PER_DAY".to_owned(), "0".to_owned()),
            ("MAX_TASKS_PER_USER".to_owned(), "0".to_owned()),
        ];
        settings.extend(account(line.provider, key(line.vendor), houses.asked.base_url(line.vendor)));
        settings.extend(account(stand_in(line), Some(KEY.to_owned()), houses.stand_in.base_url(Vendor::OpenAi)));
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let files = [("models.toml", models(line)), ("providers.toml", providers(line))];
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let app = TestApp::with_limits(&settings, &files, SHORT).await;
        let user = app.user("li").await;
        let watching = user.watch(None).await;
        Self { line, houses, app, user, told: String::new(), subject, watching, worker: None }
    }

    /// The words of a task that goes wrong in this way. One that somebody else shall make goes wrong only at its vendor,
    /// so there the words are plain.
    pub fn prompt(&self, case: &Case) -> String {
        let word = case.fault.map_or("", if case.stood_in_after.is_some() { Fault::word } else { Fault::sample });
        format!("{} {word}", self.subject).trim().to_owned()
    }

    /// Asks for the pictures of a case, and returns the task's id.
    pub async fn ask(&self, case: &Case) -> String {
        let mut more = json!({ "count": self.line.count });
        if case.named {
            more["model"] = ASKED.into();
        }
        id(&self.user.post("/api/tasks", order(&self.prompt(case), more)).await.expect(202))
    }

    /// Runs the cases, at most so many at once, until each task is final. Returns them with their tasks' ids.
    pub async fn run(&mut self, cases: &[Case], at_once: usize) -> Vec<(Case, String)> {
        if self.worker.is_none() {
            self.worker = Some(self.app.start_worker());
        }
        let mut waiting = cases.iter().copied();
        let (mut open, mut ended) = (HashMap::new(), Vec::new());
        loop {
            while open.len() < at_once
                && let Some(case) = waiting.next()
            {
                open.insert(self.ask(&case).await, (case, Instant::now()));
            }
            if open.is_empty() {
                return ended;
            }
            let event = self.watching.next().await;
            self.told.push_str(&event.data.to_string());
            let is_final = event.name == "task" && !event.data["completedAt"].is_null();
            if let Some((id, (case, began))) = event.data["id"].as_str().filter(|_| is_final).and_then(|id| open.remove_entry(id)) {
                assert!(began.elapsed() < DEADLINE, "{} {} took {:?}", self.line.provider, case.mark(), began.elapsed());
                ended.push((case, id));
            }
        }
    }

    /// Logs in again, after a time in which the session has ended.
    pub async fn log_in(&self) {
        let account = json!({ "email": "li@example.com", "password": "a long password" });
        self.user.post("/api/auth/login", account).await.expect(200);
    }

    /// Forgets how often the vendor failed, so that it is the first that is asked.
    pub fn is_well(&self) {
        let accounts = &self.app.app.accounts;
        for seat in accounts.of(self.line.provider) {
            accounts.health.forget(&seat.account.id);
        }
    }

    /// Ends the worker, which must have ended all of its work.
    pub async fn close(&mut self) {
        if let Some(worker) = self.worker.take() {
            assert_eq!(worker.drain(DEADLINE).await.unwrap(), 0);
        }
    }
}

/// The settings of an account.
fn account(provider: &str, key: Option<String>, base_url: String) -> Vec<(String, String)> {
    let variable = provider.to_uppercase().replace('-', "_");
    let address = (format!("{variable}_BASE_URL"), base_url);
    key.map(|key| (format!("{variable}_API_KEY"), key)).into_iter().chain([address]).collect()
}

/// The key in the form that an account with this vendor has it.
pub fn key(vendor: Vendor) -> Option<String> {
    match vendor {
        Vendor::SdServer | Vendor::ComfyUi => None,
        Vendor::A1111 => Some(format!("user:{KEY}")),
        _ => Some(KEY.to_owned()),
    }
}
