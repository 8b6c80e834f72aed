//! The Stripe account that sells credits. Without one nothing is for sale.

use super::Secret;
use super::reader::Reader;

/// A Stripe account.
#[derive(Debug, Clone)]
pub struct Stripe {
    /// `STRIPE_SECRET_KEY`.
    pub secret_key: Secret,
    /// `STRIPE_WEBHOOK_SECRET`: proves that an event comes from Stripe.
    pub webhook_secret: Secret,
    /// `STRIPE_PUBLIC_KEY`: for pages; the hosted checkout does without.
    pub public_key: Option<Secret>,
}

/// Settings of payments.
#[derive(Debug, Clone)]
pub struct Payments {
    /// The account; off unless both its secrets are there.
    pub stripe: Option<Stripe>,
}

impl Payments {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let public_key = reader.account_secret("STRIPE_PUBLIC_KEY");
        let secret_key = reader.account_secret("STRIPE_SECRET_KEY");
        let webhook_secret = reader.account_secret("STRIPE_WEBHOOK_SECRET");
        if reader.any_placeholder(&["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]) {
            return Self { stripe: None };
        }
        match (secret_key, webhook_secret) {
            (Some(secret_key), Some(webhook_secret)) => Self { stripe: Some(Stripe { secret_key, webhook_secret, public_key }) },
            // Money would be taken without anybody hearing of it.
            (Some(_), None) => {
                reader.missing("STRIPE_WEBHOOK_SECRET", "STRIPE_SECRET_KEY");
                Self { stripe: None }
            }
            (None, Some(_)) => {
                reader.missing("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET");
                Self { stripe: None }
            }
            (None, None) => Self { stripe: None },
        }
    }
}
