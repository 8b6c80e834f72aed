//! Credits for money and for codes.

pub mod checkout;
pub mod packs;
pub mod payments;
pub mod redeem;
