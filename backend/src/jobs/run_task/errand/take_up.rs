//! A try that an earlier worker left behind: asked about by its handle, looked up where the vendor can, else given up.
//! It is never sent again.

use providers::{Began, Class, Error, Handle};

use super::ask::{self, Asked};
use super::poll::{Noted, poll};
use super::previews::Previews;
use super::request::Wish;
use super::{Chosen, Errand, model_of, request};
use crate::database::attempts::AttemptRow;
use crate::error::Failure;
use crate::jobs::run_task::{Halt, Run, Shift};
use crate::models::task::Route;
use crate::models::timestamp::Timestamp;
use crate::services::ai::verdict;

impl<'a> Errand<'a> {
    /// What follows from a try that has not ended. `None` when another may be made.
    pub(super) async fn take_up(&mut self, open: AttemptRow) -> Result<Option<Run>, Failure> {
        let route = Route { provider: open.ai_provider.clone(), model: open.ai_model.clone() };
        let account = open.account.as_deref();
        let Some((chosen, is_own)) = self.keeper(&route, account) else { return self.lost(&route, account).await };
        if chosen.seat.adapter.abilities().repeatable {
            return Ok(None);
        }
        let handle = open.handle.as_deref().and_then(|text| serde_json::from_str::<Handle>(text).ok());
        let handle = match handle {
            Some(handle) => handle,
            None if !chosen.seat.adapter.abilities().look_up => return self.lost(&route, account).await,
            None => match self.look_up(&chosen, open.attempt).await? {
                Found::Handle(handle) => handle,
                Found::Nothing => return Ok(None),
                Found::Run(run) => return Ok(Some(run)),
            },
        };
        match self.wait_for(&chosen, &handle, Timestamp(open.created_at)).await? {
            // Another key does not know it. That says nothing of the request.
            Asked::Failed(error) if !is_own && error.class == Class::Expired => self.lost(&route, account).await,
            asked => self.follow(&chosen, asked).await,
        }
    }

    /// Nobody will hear of the request.
    async fn lost(&mut self, route: &Route, account: Option<&str>) -> Result<Option<Run>, Failure> {
        let error = Error::new(Class::UnknownOutcome, "the server ended while the vendor had the request").began(Began::Unknown);
        self.shift.app.metrics.attempt(&route.provider, &route.model, verdict::class_name(error.class));
        self.after(route, account, &error).await
    }

    /// The account that is asked about a request, and whether it is the one that it was sent with.
    fn keeper(&self, route: &Route, account: Option<&str>) -> Option<(Chosen<'a>, bool)> {
        let app = self.shift.app;
        let (model, (seat, is_own)) = (model_of(app, route)?, app.accounts.keeper(&route.provider, account)?);
        Some((Chosen { route: route.clone(), model, seat, although_resting: true }, is_own))
    }

    async fn look_up(&self, chosen: &Chosen<'_>, number: i32) -> Result<Found, Failure> {
        let request_id = ask::request_id(self.shift, number, 0);
        match chosen.seat.adapter.look_up(&chosen.seat.account, &request_id).await {
            Ok(Some(handle)) => match ask::note(self.shift, chosen, &handle).await? {
                Some(()) => Ok(Found::Handle(handle)),
                None => Ok(Found::Run(Run::Interrupted)),
            },
            Ok(None) => Ok(Found::Nothing),
            Err(error) => Ok(Found::Run(Run::Again(error.to_string()))),
        }
    }

    async fn wait_for(&self, chosen: &Chosen<'_>, handle: &Handle, began: Timestamp) -> Result<Asked, Failure> {
        let wish = match wish(self.shift, chosen).await {
            Ok(wish) => wish,
            Err(halt) => return Ok(Asked::Halted(halt)),
        };
        let _counted = self.shift.app.accounts.count(&chosen.seat);
        let _room = match ask::room(self.shift, chosen).await {
            Ok(room) => Some(room),
            // The vendor is at work on it: it is asked to stop.
            Err(Asked::Stopped) => None,
            Err(asked) => return Ok(asked),
        };
        let previews = Previews::show(self.shift, &wish.share);
        let asked = poll(self.shift, chosen, &wish, &Noted { handle, began }, previews.watch()).await;
        previews.end().await;
        if let Ok(asked) = &asked {
            ask::count(self.shift, chosen, asked, began);
        }
        asked
    }
}

/// What the vendor was asked for: a paid request stands alone.
async fn wish(shift: &Shift<'_>, chosen: &Chosen<'_>) -> Result<Wish, Halt> {
    let share = request::shares(shift, chosen)?.swap_remove(0);
    request::wish(shift, chosen, share).await
}

/// What a vendor knows of a request whose answer was lost.
enum Found {
    Handle(Handle),
    Nothing,
    Run(Run),
}
