//! A look at the bucket before anything begins. What only an operator can mend stops the start; an outage, which ends by
//! itself, does not: a fleet must come up again while its bucket is away.

use storage::Trouble;

use crate::app::App;
use crate::models::locale::Locale;
use crate::services::doctor::bucket;

/// A sentence when the bucket cannot be reached at the moment; nothing when it can, or on local disk.
///
/// # Errors
/// What to change, when it refuses.
pub async fn out_of_reach(app: &App, locale: Locale) -> Result<Option<String>, String> {
    let Some(store) = app.store.as_bucket() else { return Ok(None) };
    let Err(trouble) = store.look().await else { return Ok(None) };
    let line = bucket::trouble(&trouble, &app.config.storage, locale);
    let sentence = [Some(line.message), line.advice].into_iter().flatten().collect::<Vec<_>>().join(" ");
    match trouble {
        Trouble::Refused { .. } => Err(sentence),
        Trouble::Unreachable(_) | Trouble::Unavailable(_) => Ok(Some(sentence)),
    }
}
