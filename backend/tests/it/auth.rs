//! `/api/auth` and `/api/me`

mod forged;
mod invitations;
mod login;
mod me;
mod register;
mod sessions;
mod setup;
mod throttle;
