//! The form of a new checkout session: what Stripe would not know is refused, so that a wrong name is found here.

use std::collections::BTreeMap;

use url::form_urlencoded;

use crate::answer::Answer;

/// What is taken, with `[]` for any index and `[*]` for any name.
const KNOWN: [&str; 19] = [
    "mode",
    "client_reference_id",
    "customer_email",
    "locale",
    "success_url",
    "cancel_url",
    "expires_at",
    "metadata[*]",
    "payment_intent_data[metadata][*]",
    "payment_method_types[]",
    "payment_method_options[wechat_pay][client]",
    "adaptive_pricing[enabled]",
    "invoice_creation[enabled]",
    "line_items[][quantity]",
    "line_items[][price_data][currency]",
    "line_items[][price_data][unit_amount]",
    "line_items[][price_data][product_data][name]",
    "line_items[][price_data][product_data][description]",
    "expand[]",
];

/// The fields of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a body. Fields that are lists are told apart by a number.
    pub fn read(body: &[u8]) -> Self {
        let mut fields = BTreeMap::new();
        for (number, (name, value)) in form_urlencoded::parse(body).enumerate() {
            fields.insert(name.replace("[]", &format!("[{number}]")), value.into_owned());
        }
        Self(fields)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A field that must be there.
    pub fn need(&self, name: &str) -> Result<&str, Answer> {
        self.get(name).ok_or_else(|| Answer::wrong("parameter_missing", format!("Missing required param: {name}.")))
    }

    /// The values of a list.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let prefix = format!("{name}[");
        self.0.iter().filter(|(field, _)| field.starts_with(&prefix)).map(|(_, value)| value.as_str()).collect()
    }

    /// The notes below a name.
    pub fn notes(&self, name: &str) -> BTreeMap<&str, &str> {
        let prefix = format!("{name}[");
        let inside = self.0.iter().filter_map(|(field, value)| Some((field.strip_prefix(&prefix)?.strip_suffix(']')?, value.as_str())));
        inside.collect()
    }

    /// Refuses what Stripe would not know.
    pub fn check(&self) -> Result<(), Answer> {
        match self.0.keys().find(|field| !KNOWN.iter().any(|known| is_like(field, known))) {
            Some(unknown) => Err(Answer::wrong("parameter_unknown", format!("Received unknown parameter: {unknown}"))),
            None => Ok(()),
        }
    }
}

/// Whether a field has a known form.
fn is_like(field: &str, known: &str) -> bool {
    let (mut field, mut known) = (field.split('['), known.split('['));
    loop {
        match (field.next(), known.next()) {
            (None, None) => return true,
            (Some(part), Some("]")) if part.ends_with(']') && part[..part.len() - 1].bytes().all(|byte| byte.is_ascii_digit()) => {}
            (Some(part), Some("*]")) if part.ends_with(']') => {}
            (Some(part), Some(other)) if part == other => {}
            _ => return false,
        }
    }
}
