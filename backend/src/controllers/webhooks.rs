//! Calls that others make to us. Stripe's belong here too.

pub mod vendor;
