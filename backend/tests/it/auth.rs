//! `/api/auth` and `/api/me`

mod addresses;
mod forged;
mod invitations;
mod letters;
mod login;
mod me;
mod passwords;
mod register;
mod sessions;
mod setup;
mod throttle;
