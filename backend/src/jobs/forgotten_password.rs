//! Looks whose a forgotten password is. The answer was given before, the same for every address.

use jobs::{Context, Job, Outcome};

use crate::app::App;
use crate::error::Failure;
use crate::models::payload::ForgottenPassword;
use crate::services::accounts::reset;

/// Runs the job.
pub async fn run(app: App, context: Context, job: Job) -> Outcome {
    let sent = async {
        let payload: ForgottenPassword = job.payload().map_err(Failure::internal)?;
        reset::write_to(&app, payload.email, context.fence).await
    };
    match sent.await {
        Ok(()) => Outcome::Done,
        Err(failure) => Outcome::Retry { after: None, error: format!("{failure:?}") },
    }
}
