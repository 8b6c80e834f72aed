//! The Stripe account that sells credits. Without one nothing is for sale.

use super::Secret;
use super::address::BaseUrl;
use super::reader::{Fallback, Reader};
use super::setting::{not_one_of, switch};

/// A Stripe account.
#[derive(Debug, Clone)]
pub struct Stripe {
    /// `STRIPE_SECRET_KEY`: says also whether the money is real (`sk_live_…`) or Stripe's test money.
    pub secret_key: Secret,
    /// `STRIPE_WEBHOOK_SECRET`: proves that an event comes from Stripe. Several with commas between while one takes the
    /// place of another; at least one.
    pub webhook_secrets: Vec<Secret>,
    /// `STRIPE_PUBLIC_KEY`: for pages; the hosted checkout does without.
    pub public_key: Option<Secret>,
    /// `STRIPE_BASE_URL` (Stripe): where its interface is.
    pub base_url: Option<BaseUrl>,
    /// `STRIPE_PAYMENT_METHODS` (card,alipay,wechat_pay): how people may pay.
    pub methods: Vec<&'static str>,
    /// `STRIPE_INVOICES` (off): whether Stripe makes an invoice of each payment, which it charges for.
    pub invoices: bool,
}

impl Stripe {
    /// Whether the account takes real money.
    #[must_use]
    pub fn is_live(&self) -> bool {
        // Restricted keys begin with rk.
        ["sk_live_", "rk_live_"].iter().any(|live| self.secret_key.expose().starts_with(live))
    }
}

/// Settings of payments.
#[derive(Debug, Clone)]
pub struct Payments {
    /// The account; off unless both its secrets are there.
    pub stripe: Option<Stripe>,
}

/// Ways to pay of which the checkout page needs nothing from us, by Stripe's names.
const METHODS: [&str; 3] = ["card", "alipay", "wechat_pay"];

impl Payments {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let public_key = reader.account_secret("STRIPE_PUBLIC_KEY");
        let secret_key = reader.account_secret("STRIPE_SECRET_KEY");
        let webhook_secrets = reader.account_secret("STRIPE_WEBHOOK_SECRET").map(|secrets| split(&secrets)).unwrap_or_default();
        let base_url = reader.account("STRIPE_BASE_URL", BaseUrl::parse);
        let methods = reader.parsed("STRIPE_PAYMENT_METHODS", Fallback::Value(METHODS.join(",")), |text| {
            let named: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
            let known = |name: &&str| METHODS.into_iter().find(|method| method.eq_ignore_ascii_case(name));
            let methods: Option<Vec<&'static str>> = named.iter().map(known).collect();
            methods.filter(|methods| !methods.is_empty()).ok_or_else(|| not_one_of(&METHODS, "card"))
        });
        let invoices = reader.choice(&switch("STRIPE_INVOICES", false));
        if reader.any_placeholder(&["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]) {
            return Self { stripe: None };
        }
        match (secret_key, webhook_secrets.is_empty()) {
            (Some(secret_key), false) => {
                let methods = methods.unwrap_or_else(|| METHODS.to_vec());
                Self { stripe: Some(Stripe { secret_key, webhook_secrets, public_key, base_url, methods, invoices }) }
            }
            // Money would be taken without anybody hearing of it.
            (Some(_), true) => {
                reader.missing("STRIPE_WEBHOOK_SECRET", "STRIPE_SECRET_KEY");
                Self { stripe: None }
            }
            (None, false) => {
                reader.missing("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET");
                Self { stripe: None }
            }
            (None, true) => Self { stripe: None },
        }
    }
}

/// An empty secret would prove nothing: whoever knows none could sign.
fn split(secrets: &Secret) -> Vec<Secret> {
    secrets.expose().split(',').map(str::trim).filter(|secret| !secret.is_empty()).map(Secret::new).collect()
}
