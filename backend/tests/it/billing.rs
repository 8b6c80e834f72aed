//! `/api/billing`

mod checkout;
mod packs;
mod redeem;
