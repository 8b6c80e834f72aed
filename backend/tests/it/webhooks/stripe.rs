//! `POST /api/webhooks/stripe`

mod debts;
mod orders;
mod refused;
mod states;
