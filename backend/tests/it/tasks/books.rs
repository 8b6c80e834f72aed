//! Whatever happens to tasks, in whatever order, the books add up after every step, and in the end every task is
//! final.

use danqing::database::credits::Reversal;
use danqing::database::payments::{self, PaymentRow, STRIPE};
use danqing::error::Failure;
use danqing::models::credits::Reason;
use danqing::models::id::{PaymentId, UserId};
use danqing::services::credits::{self, Earning};
use jobs::Job;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, id};

/// Something that happens. Numbers choose among what is there.
#[derive(Debug, Clone)]
enum Step {
    /// Somebody asks for a task on so many good and so many broken pictures.
    Create { good: usize, broken: usize },
    /// Somebody cancels a task, whatever its state.
    Cancel(usize),
    /// Somebody asks for a task again.
    Retry(usize),
    /// Somebody deletes a task.
    Delete(usize),
    /// Somebody takes a deletion back.
    Restore(usize),
    /// Somebody looks, several times.
    Read(usize),
    /// A worker does all that is due.
    Work,
    /// A worker claims a job, begins it or not, and dies.
    Crash { begun: bool },
    /// A worker that was thought dead comes back with its result.
    Late(usize),
    /// Leases run out.
    Expire,
    /// The disk is away while a worker tries.
    Outage,
    /// So many bought credits are taken back, or given back where it is negative.
    TakeBack(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_usize, 0..3_usize).prop_map(|(good, broken)| Step::Create { good, broken }),
        3 => any::<usize>().prop_map(Step::Cancel),
        2 => any::<usize>().prop_map(Step::Retry),
        2 => any::<usize>().prop_map(Step::Delete),
        1 => any::<usize>().prop_map(Step::Restore),
        1 => any::<usize>().prop_map(Step::Read),
        2 => Just(Step::Work),
        3 => any::<bool>().prop_map(|begun| Step::Crash { begun }),
        3 => any::<usize>().prop_map(Step::Late),
        2 => Just(Step::Expire),
        1 => Just(Step::Outage),
        3 => (-12..=12_i64).prop_map(Step::TakeBack),
    ]
}

/// One account and what it has done so far.
struct Story<'a> {
    app: &'a TestApp,
    user: Client,
    good: [String; 2],
    broken: [String; 2],
    tasks: Vec<String>,
    claimed: Vec<Job>,
    payment: String,
    moves: usize,
}

impl<'a> Story<'a> {
    async fn begin(app: &'a TestApp) -> Self {
        let user = app.user("li").await;
        let good = [user.stamp().await, user.stamp().await];
        let broken = [user.stamp().await, user.stamp().await];
        for file in &broken {
            app.lose(file).await;
        }
        let payment = buy(app, user.id().await.parse().unwrap()).await;
        Self { app, user, good, broken, tasks: Vec::new(), claimed: Vec::new(), payment, moves: 0 }
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Create { good, broken } => self.create(*good, *broken).await,
            Step::Cancel(number) => drop(self.act(*number, "cancel", &[202, 404, 409]).await),
            Step::Restore(number) => drop(self.act(*number, "restore", &[200, 404, 409]).await),
            Step::Retry(number) => {
                let made = self.act(*number, "retry", &[202, 400, 402, 404, 409]).await;
                self.tasks.extend(made.filter(|task| task["retryOf"].is_string()).map(|task| id(&task)));
            }
            Step::Delete(number) => {
                if let Some(task) = self.task(*number) {
                    let status = self.user.delete(&format!("/api/tasks/{task}")).await.status.as_u16();
                    assert!([200, 404, 409].contains(&status), "{status}");
                }
            }
            Step::Read(number) => {
                if let Some(task) = self.task(*number) {
                    for _ in 0..3 {
                        self.user.get(&format!("/api/tasks/{task}")).await;
                    }
                }
            }
            Step::Work => drop(self.app.run_jobs().await),
            Step::Crash { begun } => self.crash(*begun).await,
            Step::Late(number) => {
                if !self.claimed.is_empty() {
                    let job = self.claimed[number % self.claimed.len()].clone();
                    self.app.run_late(job).await;
                }
            }
            Step::Expire => drop(self.app.let_leases_run_out().await),
            Step::Outage => {
                let broken = self.app.break_store();
                self.app.run_jobs().await;
                broken.mend();
            }
            Step::TakeBack(credits) => self.take_back(*credits).await,
        }
    }

    async fn create(&mut self, good: usize, broken: usize) {
        let files: Vec<&String> = self.good[..good].iter().chain(&self.broken[..broken]).collect();
        let answer = self.user.post("/api/tasks", crate::support::upscale(&files)).await;
        match answer.status.as_u16() {
            202 => self.tasks.push(id(&answer.json())),
            400 => assert!(["input_count", "file_not_ready"].contains(&answer.json()["code"].as_str().unwrap())),
            other => assert_eq!(other, 402),
        }
    }

    /// Moves what is taken back of the payment, as a refund or the end of a dispute does.
    async fn take_back(&mut self, credits: i64) {
        self.moves += 1;
        let (id, number, now) = (self.payment.clone(), self.moves, self.app.app.clock.now());
        let moved = self.app.app.database.write::<_, Failure, _>(move |conn| {
            let mut payment = payments::lock(conn, &id)?;
            let (owner, payment_id) = (payment.owner()?, payment.payment_id()?);
            let change = credits.clamp(-payment.credits_reversed, payment.credits - payment.credits_reversed);
            let effect_key = format!("payment:{id}:reversal:{number}");
            if change > 0 {
                credits::reverse(conn, &owner, Reversal { payment_id, amount: change, effect_key }, now)?;
            } else if change < 0 {
                let payment_id = Some(payment_id);
                let earning = Earning { reason: Reason::Reinstatement, amount: -change, payment_id, note: None, effect_key };
                credits::earn(conn, &owner, earning, now)?;
            }
            payment.credits_reversed += change;
            Ok(payments::save(conn, &payment)?)
        });
        moved.await.unwrap();
    }

    async fn crash(&mut self, begun: bool) {
        let Some(job) = self.app.claim().await else { return };
        let payload: Value = serde_json::from_str(&job.payload).unwrap();
        if begun {
            self.app.begin(payload["task_id"].as_str().unwrap()).await;
        }
        self.claimed.push(job);
    }

    async fn act(&self, number: usize, action: &str, expected: &[u16]) -> Option<Value> {
        let answer = self.user.act(&self.task(number)?, action).await;
        assert!(expected.contains(&answer.status.as_u16()), "{action}: {}", answer.json());
        Some(answer.json())
    }

    fn task(&self, number: usize) -> Option<String> {
        (!self.tasks.is_empty()).then(|| self.tasks[number % self.tasks.len()].clone())
    }

    /// The sum of what is shown in the ledger is the balance that is shown, no task returned more than it cost, and
    /// the whole chain verifies.
    async fn check(&self) {
        let rows = self.user.ledger("").await;
        assert!(rows.len() < 100, "all rows are on one page");
        let sum: i64 = rows.iter().map(|row| row["amount"].as_i64().unwrap()).sum();
        let credits = self.user.get("/api/credits").await.expect(200);
        assert_eq!(json!(sum), credits["credits"]);
        assert!(sum == 0 || credits["debt"] == 0, "what comes in repays what is owed: {credits}");
        for task in &self.tasks {
            let of_task = rows.iter().filter(|row| row["taskId"] == json!(task));
            let (spent, returned) = of_task.fold((0, 0), |(spent, returned), row| match row["amount"].as_i64().unwrap() {
                amount if amount < 0 => (spent - amount, returned),
                amount => (spent, returned + amount),
            });
            assert!(returned <= spent, "{task}: {returned} of {spent}");
        }
        self.app.verify_ledger().await;
    }

    /// Lets workers finish what is left.
    async fn end(&self) {
        for _ in 0..4 {
            self.app.let_leases_run_out().await;
            self.app.run_jobs().await;
        }
        self.user.post("/api/auth/refresh", json!({})).await.expect(200);
        let page = self.user.get("/api/tasks?limit=100").await.expect(200);
        for task in page["items"].as_array().unwrap() {
            let (credits, returned) = (task["credits"].as_i64().unwrap(), task["creditsRefunded"].as_i64().unwrap());
            let delivered = task["results"].as_array().unwrap().len() as i64;
            assert!(["completed", "failed", "cancelled"].contains(&task["status"].as_str().unwrap()), "{task}");
            assert_eq!(credits - returned, delivered, "what was delivered is what was paid: {task}");
        }
        self.check().await;
    }
}

/// Sells an account twelve credits.
async fn buy(app: &TestApp, owner: UserId) -> String {
    let (id, now) = (PaymentId::new(), app.app.clock.now());
    let payment = PaymentRow {
        id: id.to_string(),
        user_id: owner.to_string(),
        gateway: STRIPE.to_owned(),
        live: false,
        status: "paid".to_owned(),
        pack: "small".to_owned(),
        credits: 12,
        amount: 100,
        currency: "CNY".to_owned(),
        amount_reversed: 0,
        credits_reversed: 0,
        session_id: None,
        payment_intent: None,
        receipt_url: None,
        invoice_url: None,
        version: 1,
        paid_at: Some(now.0),
        created_at: now.0,
        updated_at: now.0,
    };
    let bought = app.app.database.write::<_, Failure, _>(move |conn| {
        payments::insert(conn, &payment)?;
        let effect_key = format!("payment:{}:earn", payment.id);
        let payment_id = Some(payment.payment_id()?);
        let earning = Earning { reason: Reason::Purchase, amount: 12, payment_id, note: None, effect_key };
        credits::earn(conn, &owner, earning, now)
    });
    assert!(bought.await.unwrap());
    id.to_string()
}

#[test]
fn the_books_add_up_whatever_happens_in_whatever_order() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let settings = [("MAX_TASKS_PER_DAY", "0"), ("NEW_USER_CREDITS", "0")];
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, max_shrink_iters: 200, ..Config::default() });
    let held = runner.run(&proptest::collection::vec(step(), 1..14), |steps| {
        runtime.block_on(async {
            let app = TestApp::with(&settings).await;
            let mut story = Story::begin(&app).await;
            for step in &steps {
                story.take(step).await;
                story.user.post("/api/auth/refresh", json!({})).await.expect(200);
                story.check().await;
            }
            story.end().await;
        });
        Ok(())
    });
    held.unwrap();
}
