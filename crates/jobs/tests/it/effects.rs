//! A table that handlers of the tests write to, so that effects and jobs can be compared.

use crate::setup::{database, with};
use db::testing::TestDatabase;
use db::{Connection, Database};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jobs::{Context, Fence, Outcome};

diesel::table! {
    effects (job_id) {
        job_id -> BigInt,
        what -> Text,
    }
}

/// A queue with a table of effects, at most one for each job.
pub async fn database_with_effects() -> TestDatabase {
    let db = database().await;
    let create = "CREATE TABLE effects (job_id BIGINT PRIMARY KEY, what TEXT NOT NULL)";
    with(&db, move |connection| connection.batch_execute(create)).await;
    db
}

/// The effect and the end of the job, together or not at all.
pub async fn record(db: &Database, fence: Fence, what: &'static str) -> Result<(), db::Error> {
    db.write(move |connection| {
        let row = (effects::job_id.eq(fence.id), effects::what.eq(what));
        diesel::insert_into(effects::table).values(row).execute(connection)?;
        if jobs::finish(connection, &fence)? { Ok(()) } else { Err(diesel::result::Error::RollbackTransaction.into()) }
    })
    .await
}

/// What a handler answers after trying to record its effect.
pub async fn done(db: &Database, context: &Context, what: &'static str) -> Outcome {
    match record(db, context.fence, what).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry { after: None, error: error.to_string() },
    }
}

pub async fn effects(db: &TestDatabase) -> Vec<String> {
    with(db, |connection: &mut Connection| effects::table.order(effects::job_id).select(effects::what).load(connection)).await
}
