//! What Stripe is asked to sell.

use super::encoded;
use crate::config::payments::Stripe as Settings;
use crate::models::locale::Locale;

/// A pack that somebody wants to pay.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// Our payment: what Stripe calls back with.
    pub payment_id: &'a str,
    /// What it says on the checkout and the receipt.
    pub name: String,
    /// The price in the currency's smallest unit.
    pub amount: i64,
    /// The currency.
    pub currency: &'a str,
    /// Where the receipt goes.
    pub email: &'a str,
    /// The language of the checkout.
    pub locale: Locale,
    /// Where the customer comes back to who paid.
    pub success_url: String,
    /// Where the customer comes back to who did not.
    pub cancel_url: String,
    /// When the checkout ends, in Unix seconds: Stripe takes 30 minutes to 24 hours from now.
    pub expires_at: i64,
}

impl Order<'_> {
    /// The form of `POST /v1/checkout/sessions`.
    pub(super) fn form(&self, settings: &Settings) -> String {
        let locale = match self.locale {
            Locale::ZhCn => "zh",
            Locale::En => "en",
        };
        let text = str::to_owned;
        let mut form = vec![
            ("mode", text("payment")),
            ("client_reference_id", text(self.payment_id)),
            ("metadata[payment_id]", text(self.payment_id)),
            // On the payment too: refunds and disputes name only that.
            ("payment_intent_data[metadata][payment_id]", text(self.payment_id)),
            ("customer_email", text(self.email)),
            ("locale", text(locale)),
            ("line_items[0][quantity]", text("1")),
            ("line_items[0][price_data][currency]", self.currency.to_ascii_lowercase()),
            ("line_items[0][price_data][unit_amount]", self.amount.to_string()),
            ("line_items[0][price_data][product_data][name]", self.name.clone()),
            ("success_url", self.success_url.clone()),
            ("cancel_url", self.cancel_url.clone()),
            ("expires_at", self.expires_at.to_string()),
            // The price stays in the currency that was ordered in, so that what is paid can be compared with it.
            ("adaptive_pricing[enabled]", text("false")),
        ];
        form.extend(settings.methods.iter().map(|method| ("payment_method_types[]", text(method))));
        if settings.methods.contains(&"wechat_pay") {
            form.push(("payment_method_options[wechat_pay][client]", text("web")));
        }
        if settings.invoices {
            form.push(("invoice_creation[enabled]", text("true")));
        }
        encoded(&form)
    }
}
