//! What the processes of one studio tell each other through Redis, where `REDIS_URL` names one. Each hint is a reason to
//! look at the database now instead of at the next look, so none is missed for long, and none is believed but one: how far a
//! running task is stands nowhere else, so its stage, share and preview are shown as they were heard, once they are such. They
//! decide nothing, and the next stored change takes their place. Whoever has no secret of this studio cannot tell any.

use hints::{Allowance, Hints, State, Verdict};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use storage::ObjectKey;

use super::crypto::derive;
use super::tasks::view::Snapshot;
use crate::config::Config;
use crate::config::secrets::Secrets;
use crate::models::id::{SessionId, TaskId, UserId};
use crate::models::task::Stage;

/// Something that another process may want to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Hint {
    /// A task was stored anew, or deleted.
    Task {
        /// Whose.
        user: UserId,
        /// Which.
        id: TaskId,
        /// Its version now.
        version: i64,
        /// How far it is, where that was not stored.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        progress: Option<Progress>,
    },
    /// A balance changed.
    Credits {
        /// Whose.
        user: UserId,
    },
    /// Jobs wait.
    Jobs,
    /// Whoever works on a task is to look at it: its owner wants it stopped, or its vendor called back.
    Work {
        /// Which.
        id: TaskId,
    },
    /// A session was closed, or its account changed.
    Session {
        /// Which.
        id: SessionId,
    },
    /// A setting was changed.
    Settings,
    /// An account with a vendor was given, changed or removed.
    Credentials,
}

/// How far a running task is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What it is at.
    pub stage: Stage,
    /// 0 to 1.
    #[serde(deserialize_with = "share")]
    pub fraction: f64,
    /// Shows what there is so far. Told by its name.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "preview_name")]
    pub preview: Option<ObjectKey>,
}

/// Finite, and not beyond 0 and 1.
fn share<'de, D: Deserializer<'de>>(told: D) -> Result<f64, D::Error> {
    let share = f64::deserialize(told)?;
    if share.is_finite() { Ok(share.clamp(0.0, 1.0)) } else { Err(D::Error::custom("no share")) }
}

/// A preview as it is told. Whatever is no name of one is refused.
mod preview_name {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use storage::ObjectKey;

    #[expect(clippy::ref_option, reason = "as the derived code calls it")]
    pub fn serialize<S: Serializer>(key: &Option<ObjectKey>, out: S) -> Result<S::Ok, S::Error> {
        key.as_ref().and_then(ObjectKey::preview_name).serialize(out)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(told: D) -> Result<Option<ObjectKey>, D::Error> {
        let Some(name) = Option::<String>::deserialize(told)? else { return Ok(None) };
        ObjectKey::preview(&name).map(Some).ok_or_else(|| D::Error::custom("no name of a preview"))
    }
}

/// The other processes of this studio. Clones share the way to them.
#[derive(Clone, Default)]
pub struct Fleet {
    hints: Hints,
}

impl Fleet {
    /// Those that share the signing secret, through the configured server if there is one.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn open(config: &Config, secrets: &Secrets) -> Result<Self, hints::OpenError> {
        let Some(url) = &config.redis.url else { return Ok(Self::default()) };
        Ok(Self { hints: Hints::open(url.expose(), derive(&secrets.jwt, "hints"))? })
    }

    /// Tells the others, if they can be told. Waits for nothing.
    pub fn tell(&self, hint: impl FnOnce() -> Hint) {
        if !self.hints.are_heard() {
            return;
        }
        match serde_json::to_string(&hint()) {
            Ok(text) => self.hints.tell(text),
            Err(error) => tracing::error!(%error, "a hint could not be written"),
        }
    }

    /// Counts an attempt together with the others.
    pub async fn admit(&self, allowances: &[Allowance<'_>]) -> Verdict {
        self.hints.admit(allowances).await
    }

    /// How the way to the others is.
    #[must_use]
    pub fn state(&self) -> State {
        self.hints.state()
    }

    /// Keeps the way open and passes on what comes, until it is dropped.
    pub async fn listen(&self, heard: impl Fn(Hint)) {
        let understood = |text: &str| match serde_json::from_str(text) {
            Ok(hint) => heard(hint),
            // A newer version may speak of more.
            Err(error) => tracing::debug!(%error, "a hint was not understood"),
        };
        self.hints.serve(understood).await;
    }
}

impl Hint {
    /// That a task was stored.
    pub fn stored(snapshot: &Snapshot, user: UserId, id: TaskId) -> Self {
        Self::Task { user, id, version: snapshot.row.version, progress: None }
    }

    /// That a task went on without being stored.
    pub fn went_on(snapshot: &Snapshot, user: UserId, id: TaskId) -> Self {
        let row = &snapshot.row;
        let progress = Progress { stage: Stage::stored(&row.stage), fraction: row.progress, preview: snapshot.preview.clone() };
        Self::Task { user, id, version: row.version, progress: Some(progress) }
    }
}

#[cfg(test)]
mod tests {
    use storage::Folder;

    use super::*;

    #[test]
    fn hints_are_read_as_they_were_written_and_unknown_ones_are_left_alone() {
        let (user, id): (UserId, TaskId) = (UserId::new(), TaskId::new());
        let progress = Progress { stage: Stage::Saving, fraction: 0.25, preview: None };
        let shown = Progress { preview: Some(ObjectKey::new(Folder::Preview, "webp")), ..progress.clone() };
        let told =
            [progress, shown].map(|progress| Hint::Task { user: user.clone(), id: id.clone(), version: 7, progress: Some(progress) });
        for hint in told.into_iter().chain([Hint::Jobs, Hint::Settings]) {
            let text = serde_json::to_string(&hint).unwrap();
            assert_eq!(serde_json::from_str::<Hint>(&text).unwrap(), hint, "{text}");
        }
        assert!(serde_json::from_str::<Hint>(r#"{"about":"tomorrow"}"#).is_err());
    }

    #[test]
    fn a_share_is_one_and_a_preview_is_named_as_one_or_the_hint_is_left_alone() {
        let heard = |fraction: &str, preview: &str| {
            let text = format!(r#"{{"stage":"running","fraction":{fraction},"preview":{preview}}}"#);
            serde_json::from_str::<Progress>(&text).ok()
        };
        for (fraction, expected) in [("0.5", Some(0.5)), ("7", Some(1.0)), ("-1e300", Some(0.0)), ("1e999", None), ("null", None)] {
            assert_eq!(heard(fraction, "null").map(|progress| progress.fraction), expected, "{fraction}");
        }
        let key = ObjectKey::new(Folder::Preview, "webp");
        let name = key.preview_name().unwrap().to_owned();
        assert_eq!(heard("0", &format!("\"{name}\"")).unwrap().preview, Some(key));
        for other in ["abc".to_owned(), "../input/a".to_owned(), format!("{name}?v=o"), name.to_ascii_uppercase()] {
            assert_eq!(heard("0", &format!("\"{other}\"")), None, "{other}");
        }
    }
}
