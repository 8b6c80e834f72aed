//! The command line, as the real program.

mod accounts;
mod config;
mod database;
mod doctor;
mod health;
mod ledger;
mod models;
mod process;
mod serve;
