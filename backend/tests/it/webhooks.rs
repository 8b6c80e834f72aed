//! Calls of vendors that a request has ended, and of Stripe that something happened to a payment.

mod address;
mod refused;
mod secret;
mod sequences;
mod stripe;
mod wake;
