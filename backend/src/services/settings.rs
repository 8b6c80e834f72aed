//! The settings in force: what code and environment say, changed by rows of `system_config`. Read often, so
//! remembered for a moment; changed rarely, and then forgotten at once on this node.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use crate::app::App;
use crate::config::runtime::{Effective, Key, Runtime};
use crate::database::system_config;
use crate::error::{Code, Failure};
use crate::services::fleet::Hint;

/// How long another node's change may go unseen when it is not told.
const REMEMBERED: Duration = Duration::from_secs(2);

/// Remembers the settings in force.
#[derive(Clone)]
pub struct Settings {
    effective: Cache<(), Arc<Effective>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { effective: Cache::builder().time_to_live(REMEMBERED).max_capacity(1).build() }
    }
}

impl Settings {
    /// The values in force.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn current(&self, app: &App) -> Result<Runtime, Failure> {
        Ok(self.effective(app).await?.runtime.clone())
    }

    /// The values in force with where each comes from.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn effective(&self, app: &App) -> Result<Arc<Effective>, Failure> {
        if let Some(known) = self.effective.get(&()).await {
            return Ok(known);
        }
        let overrides: BTreeMap<String, String> = app.database.query::<_, Failure, _>(|conn| Ok(system_config::all(conn)?)).await?;
        let effective = Arc::new(Runtime::effective(&app.config, &overrides));
        for warning in &effective.warnings {
            tracing::warn!("{}", warning.message.en);
        }
        self.effective.insert((), Arc::clone(&effective)).await;
        Ok(effective)
    }

    /// Changes a setting; `None` puts it back to what code and environment say.
    ///
    /// # Errors
    /// `invalid_request` when the value does not suit the key.
    pub async fn change(&self, app: &App, key: Key, value: Option<&str>) -> Result<(), Failure> {
        let value = value.map(|value| key.check(value)).transpose().map_err(|complaint| {
            let reason = complaint.reason.get(app.config.app.terminal_locale).to_owned();
            Failure::new(Code::InvalidRequest).with("reason", &reason).field(key.name(), "malformed").field_with("reason", reason)
        })?;
        let now = app.clock.now();
        app.database
            .write::<_, Failure, _>(move |conn| {
                match &value {
                    Some(value) => system_config::set(conn, &key.name(), value, now)?,
                    None => drop(system_config::reset(conn, &key.name())?),
                }
                Ok(())
            })
            .await?;
        self.forget();
        app.fleet.tell(|| Hint::Settings);
        Ok(())
    }

    /// Reads them anew the next time.
    pub fn forget(&self) {
        self.effective.invalidate_all();
    }
}
