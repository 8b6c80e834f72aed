//! `/api/credits`

mod ledger;
mod verify;
