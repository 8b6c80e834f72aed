//! Money for credits. A checkout (`checkout.rs`) makes a payment and leads to Stripe. What Stripe tells us (`events.rs`)
//! is only a reason to look: `look.rs` asks for the payment as it is now, and `settle.rs` moves ours to that state in one
//! transaction with its credits. So events may come late, twice or in any order, and the end is the same.

pub mod checkout;
pub mod events;
pub mod look;
mod settle;
pub mod stripe;

use crate::app::App;

/// Whether packs are for sale.
#[must_use]
pub fn is_offered(app: &App) -> bool {
    app.stripe.is_some() && !app.catalogue.packs.is_empty()
}
