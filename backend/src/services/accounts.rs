//! Accounts: set-up, registration, logging in, sessions, passwords and addresses.

pub mod invitations;
pub mod links;
pub mod login;
pub mod passwords;
pub mod register;
pub mod reset;
pub mod security;
pub mod sessions;
pub mod setup;
pub mod verify;
