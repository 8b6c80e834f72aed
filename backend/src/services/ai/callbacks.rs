//! Where vendors call back, and the secrets that belong to it. All of it follows from WEBHOOK_SECRET, so nothing has to be
//! stored, and every process knows it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use providers::Secret;
use url::Url;

use crate::config::Config;
use crate::config::secrets::Secrets;
use crate::services::crypto::derive;

/// Makes addresses for vendors, and knows them again.
#[derive(Clone)]
pub struct Callbacks {
    secret: Secret,
    /// Our own address, where vendors may call it: they call https only.
    domain: Option<String>,
}

impl Callbacks {
    /// Of this server.
    #[must_use]
    pub fn new(config: &Config, secrets: &Secrets) -> Self {
        let domain = &config.server.domain;
        Self { secret: secrets.webhook.clone(), domain: domain.is_https().then(|| domain.as_str().to_owned()) }
    }

    /// The address that an account's vendor is given.
    pub(super) fn address(&self, provider: &str, account: &str) -> Option<Url> {
        let domain = self.domain.as_ref()?;
        let token = hex::encode(self.derived("address", provider, account));
        Url::parse(&format!("{domain}/api/webhooks/{provider}/{token}")).ok()
    }

    /// Whether a token is that of an account. Compared in constant time.
    pub(super) fn is_token(&self, provider: &str, account: &str, token: &str) -> bool {
        let mut bytes = [0; 32];
        hex::decode_to_slice(token, &mut bytes).is_ok()
            && verify_slices_are_equal(&bytes, &self.derived("address", provider, account)).is_ok()
    }

    /// The secret that a vendor is told which signs with one of ours.
    pub(super) fn request_secret(&self, provider: &str, account: &str) -> Secret {
        Secret::new(hex::encode(self.derived("signature", provider, account)))
    }

    /// Names have no line breaks, so no two purposes or accounts share one.
    fn derived(&self, purpose: &str, provider: &str, account: &str) -> [u8; 32] {
        derive(&self.secret, &format!("webhooks of vendors\n{purpose}\n{provider}\n{account}"))
    }
}
