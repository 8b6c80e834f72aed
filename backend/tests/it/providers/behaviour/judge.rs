//! Compares what became of tasks with what was promised.

use danqing::database::schema::{ai_tasks, task_attempts};
use danqing::error::{Code, Failure};
use danqing::messages;
use danqing::models::locale::Locale;
use diesel::prelude::*;
use fake_vendors::{FakeVendors, Vendor};
use serde_json::{Value, json};

use super::hall::{CREDITS, Case, Hall, Houses};
use super::lines::Line;
use super::model::{ASKED, PRICE, STAND_IN, STAND_IN_PRICE};
use super::promise::End;
use crate::support::studio::KEY;

/// What vendors say in their own words, and where they are. Nobody but the operator reads any of it.
const RAW: [&str; 17] = [
    KEY,
    "127.0.0.",
    "ncorrect API key",
    "nsufficient credit",
    "arrears",
    "current quota",
    "had an error while",
    "not ready yet",
    "safety system",
    "safety_violations",
    "throttled",
    "Internal error",
    "It works",
    "NoSuchKey",
    "doctype",
    "link has expired",
    "not a picture",
];

/// Judges each task, and then the studio as a whole.
pub async fn all(hall: &mut Hall<'_>, ended: &[(Case, String)]) {
    hall.close().await;
    let (mut spent, mut pictures, mut ambiguous) = (0, 0, 0);
    for (case, id) in ended {
        let delivered = one(hall, case, id).await;
        let each = if case.stood_in_after.is_some() { STAND_IN_PRICE } else { PRICE };
        spent += each * i64::from(delivered);
        pictures += delivered as usize;
        ambiguous += u64::from(case.promise.end == End::Failed("unknown_outcome"));
    }
    hall.log_in().await;
    for (locale, returned) in [(Locale::En, "credits were returned"), (Locale::ZhCn, "积分已退还")] {
        hall.user.speak(locale.tag()).await;
        for (case, id) in ended {
            reason(hall, case, id, locale, returned).await;
        }
    }
    let name = format!("{} {}", hall.line.provider, hall.subject);
    assert_eq!(hall.user.balance().await, CREDITS - spent, "{name}: balance");
    assert_eq!(hall.app.app.accounts.health.ambiguous(), ambiguous, "{name}: possible double costs that were counted");
    hall.app.verify_ledger().await;
    // Each picture and its preview; nothing of what did not come out.
    assert_eq!((hall.app.files_in("objects").len(), hall.app.files_in("tmp").len()), (2 * pictures, 0), "{name}: files");
    plain(&name, &hall.told);
    let notes = hall.app.notes().await;
    assert!(!notes.contains(KEY), "{name}: the key is in the database");
}

/// Judges a task and returns how many pictures it brought.
async fn one(hall: &Hall<'_>, case: &Case, id: &str) -> u32 {
    let name = format!("{} {}{}", hall.line.provider, case.mark(), if case.named { "" } else { " with a stand-in" });
    let task = hall.user.task(id).await;
    plain(&name, &task.to_string());
    let count = hall.line.count;
    let delivered = match case.promise.end {
        End::Whole => count,
        End::OneFewer => (count - 1).max(1),
        End::Failed(code) => {
            assert_eq!((&task["status"], &task["error"]["code"]), (&json!("failed"), &json!(code)), "{name}: {task}");
            0
        }
    };
    if delivered > 0 {
        assert_eq!((&task["status"], &task["error"]), (&json!("completed"), &Value::Null), "{name}: {task}");
    }
    opened(hall, &name, &task, delivered).await;
    charged(hall, &name, &task, delivered).await;
    requests(hall, case, &name, &task).await;
    delivered
}

/// The reason of a failure is documented, is there in the reader's language, and says that credits came back.
async fn reason(hall: &Hall<'_>, case: &Case, id: &str, locale: Locale, returned: &str) {
    let End::Failed(code) = case.promise.end else { return };
    let name = format!("{} {} in {}", hall.line.provider, case.mark(), locale.tag());
    assert!(Code::ALL.iter().any(|known| known.as_str() == code), "{name}: {code} is not documented");
    let task = hall.user.task(id).await;
    let message = task["error"]["message"].as_str().unwrap();
    assert_eq!(Some(message.to_owned()), messages::find(locale, &format!("task_error.{code}")), "{name}");
    assert!(message.contains(returned), "{name}: {message}");
    plain(&name, &task.to_string());
}

/// The pictures are there and can be opened.
async fn opened(hall: &Hall<'_>, name: &str, task: &Value, delivered: u32) {
    let results = task["results"].as_array().unwrap();
    assert_eq!(results.len(), delivered as usize, "{name}: {task}");
    for result in results {
        let file = hall.user.get(result["url"].as_str().unwrap()).await;
        let header = imaging::inspect(&file.bytes, &imaging::Limits::default()).unwrap();
        assert_eq!((json!(header.width), json!(header.height)), (result["width"].clone(), result["height"].clone()), "{name}");
    }
}

/// Only what was delivered is paid for, in the task and in the books.
async fn charged(hall: &Hall<'_>, name: &str, task: &Value, delivered: u32) {
    // Who stands in is cheaper, and the difference comes back.
    let each = if task["model"] == STAND_IN { STAND_IN_PRICE } else { PRICE };
    let (price, net) = (PRICE * i64::from(hall.line.count), each * i64::from(delivered));
    assert_eq!(task["priceDifference"], json!((PRICE - each) * i64::from(delivered)), "{name}: {task}");
    assert_eq!((&task["credits"], &task["creditsRefunded"]), (&json!(price), &json!(price - net)), "{name}: {task}");
    let rows = hall.user.ledger(&format!("&taskId={}", task["id"].as_str().unwrap())).await;
    let booked: i64 = rows.iter().map(|row| row["amount"].as_i64().unwrap()).sum();
    assert_eq!(booked, -net, "{name}: {rows:?}");
}

/// Each vendor was asked as often as promised, once for each try, and who made it is said.
async fn requests(hall: &Hall<'_>, case: &Case, name: &str, task: &Value) {
    let prompt = hall.prompt(case);
    let asked = paid(&hall.houses.asked, hall.line.vendor, &prompt);
    let elsewhere = paid(&hall.houses.stand_in, Vendor::OpenAi, &prompt);
    let stood_in = usize::from(case.stood_in_after.is_some());
    assert_eq!((asked, elsewhere), (case.promise.requests, stood_in), "{name}: paid requests");
    let tries = hall.app.attempts(task["id"].as_str().unwrap()).await.len();
    assert_eq!(tries, asked + elsewhere, "{name}: tries that were noted");
    let before: Vec<&str> = task["triedBefore"].as_array().unwrap().iter().map(|tried| tried["errorCode"].as_str().unwrap()).collect();
    assert_eq!(before, case.stood_in_after.into_iter().collect::<Vec<_>>(), "{name}");
    let model = if stood_in == 1 { STAND_IN } else { ASKED };
    assert_eq!(task["model"], model, "{name}");
}

/// Requests that carried these words: each would have been paid for.
fn paid(fakes: &FakeVendors, vendor: Vendor, prompt: &str) -> usize {
    let posts = fakes.requests(vendor).into_iter().filter(|recorded| recorded.method == "POST");
    posts.filter(|recorded| says(&serde_json::to_value(&recorded.body).unwrap(), prompt)).count()
}

/// Whether a text anywhere in the body is exactly these words, but for the escapes of engines.
fn says(body: &Value, words: &str) -> bool {
    match body {
        Value::String(text) => text.replace('\\', "").trim() == words,
        Value::Array(items) => items.iter().any(|item| says(item, words)),
        Value::Object(fields) => fields.values().any(|field| says(field, words)),
        _ => false,
    }
}

/// Nothing that a vendor said in its own words.
fn plain(name: &str, told: &str) {
    let raw: Vec<&&str> = RAW.iter().filter(|raw| told.contains(**raw)).collect();
    assert!(raw.is_empty(), "{name} tells {raw:?}: {told}");
}

/// No contract was broken, and nothing was reached that may not be: neither by a link nor by a redirect.
pub fn houses(line: &Line, houses: &Houses) {
    for fakes in [&houses.asked, &houses.stand_in] {
        let violations: Vec<String> = fakes.violations().iter().map(|violation| format!("{violation:?}")).collect();
        assert_eq!((violations, fakes.forbidden_connections()), (Vec::new(), 0), "{}", line.provider);
    }
}

/// The log has neither the key nor a panic.
pub fn silent(line: &Line, log: &str) {
    for word in [KEY, "panicked"] {
        let found: Vec<&str> = log.lines().filter(|entry| entry.contains(word)).take(3).collect();
        assert!(found.is_empty(), "{}: {word} is in the log: {found:?}", line.provider);
    }
}

impl crate::support::TestApp {
    /// The handles of the requests that a vendor keeps for a task.
    pub async fn handles(&self, task: &str) -> Vec<String> {
        let task = task.to_owned();
        let read = self.app.database.read::<_, Failure, _>(move |conn| {
            let of_task = task_attempts::table.filter(task_attempts::task_id.eq(&task)).select(task_attempts::handle);
            Ok(of_task.load::<Option<String>>(conn)?)
        });
        read.await.unwrap().into_iter().flatten().collect()
    }

    /// Everything that is noted of tries and ends.
    async fn notes(&self) -> String {
        let read = self.app.database.read::<_, Failure, _>(|conn| {
            let of_tries = (task_attempts::handle, task_attempts::usage, task_attempts::error_message);
            let tries = task_attempts::table.select(of_tries).load::<(Option<String>, Option<String>, Option<String>)>(conn)?;
            let tasks = ai_tasks::table.select(ai_tasks::error_message).load::<Option<String>>(conn)?;
            Ok(format!("{tries:?} {tasks:?}"))
        });
        read.await.unwrap()
    }
}
