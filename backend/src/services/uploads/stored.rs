//! Pictures between their objects and their rows.

use db::Connection;
use diesel::QueryResult;
use tokio::runtime::Handle;

use super::{forget, quota};
use crate::app::App;
use crate::database::credits::Account;
use crate::database::files::{self, FileRow};
use crate::error::Failure;
use crate::models::file::File;
use crate::models::id::UserId;
use crate::services::media;

/// Pictures whose objects are stored and whose rows are not written yet. Dropped with the request that nobody waits for
/// any more, it deletes the objects.
pub(super) struct Stored {
    app: App,
    owner: UserId,
    /// Most bytes of pictures for the owner.
    limit: Option<i64>,
    rows: Vec<FileRow>,
}

impl Stored {
    pub(super) fn new(app: &App, owner: &UserId, limit: Option<i64>) -> Self {
        Self { app: app.clone(), owner: owner.clone(), limit, rows: Vec::new() }
    }

    /// One more, whose objects are about to be stored.
    pub(super) fn push(&mut self, row: FileRow) {
        self.rows.push(row);
    }

    /// Deletes the objects.
    pub(super) async fn forget(mut self) {
        forget(&self.app, &std::mem::take(&mut self.rows)).await;
    }

    /// Writes the rows and counts their bytes, if there is room for them and a further step of the same transaction
    /// agrees; nothing is kept when not.
    ///
    /// # Errors
    /// `storage_quota_exceeded`.
    pub(super) async fn write(
        mut self,
        agrees: impl Fn(&mut Connection, &[FileRow]) -> QueryResult<bool> + Send + 'static,
    ) -> Result<Option<Vec<File>>, Failure> {
        let (app, owner, limit, now) = (self.app.clone(), self.owner.clone(), self.limit, self.app.clock.now());
        // From here on the objects may have their rows, whether anybody waits for the answer or not.
        let rows = std::mem::take(&mut self.rows);
        let written = rows.clone();
        let unit = move |conn: &mut Connection| {
            let mut account = Account::lock(conn, &owner)?;
            // First, for whoever was slower with the same picture is not short of room for it.
            if !agrees(conn, &written)? {
                return Ok(false);
            }
            let added = written.iter().map(|row| row.size_bytes).sum();
            quota::check(account.now.storage_bytes, added, limit).map_err(Refused::Quota)?;
            account.now.storage_bytes += added;
            account.save(conn, now)?;
            files::insert(conn, &written)?;
            Ok(true)
        };
        match app.database.write(unit).await {
            Ok(true) => Ok(Some(rows.iter().map(|row| media::present(row, &app.links, now)).collect::<Result<_, _>>()?)),
            Ok(false) => {
                forget(&app, &rows).await;
                Ok(None)
            }
            Err(refused) => {
                // After a commit that was not confirmed the rows may be there; then the sweeper is the one to decide.
                if !matches!(refused, Refused::Database(db::Error::CommitFailed(_))) {
                    forget(&app, &rows).await;
                }
                Err(refused.into())
            }
        }
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if let (false, Ok(runtime)) = (rows.is_empty(), Handle::try_current()) {
            let app = self.app.clone();
            runtime.spawn(async move { forget(&app, &rows).await });
        }
    }
}

/// Why rows were not written.
enum Refused {
    Quota(Failure),
    Database(db::Error),
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        Refused::Database(error)
    }
}

impl From<diesel::result::Error> for Refused {
    fn from(error: diesel::result::Error) -> Self {
        Refused::Database(error.into())
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Quota(failure) => failure,
            Refused::Database(error) => error.into(),
        }
    }
}
