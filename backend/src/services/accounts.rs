//! Accounts: set-up, registration, logging in, sessions and passwords.

pub mod invitations;
pub mod login;
pub mod passwords;
pub mod register;
pub mod sessions;
pub mod setup;
