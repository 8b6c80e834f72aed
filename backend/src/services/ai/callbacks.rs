//! Where vendors call back, and the secrets that belong to it. All of it follows from WEBHOOK_SECRET, so nothing has to be
//! stored, and every process knows it.

use hmac::{Hmac, KeyInit, Mac};
use providers::Secret;
use sha2::Sha256;
use url::Url;

use crate::config::Config;
use crate::config::secrets::Secrets;

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
        let token = hex::encode(self.mac("address", provider, account).finalize().into_bytes());
        Url::parse(&format!("{domain}/api/webhooks/{provider}/{token}")).ok()
    }

    /// Whether a token is that of an account. Compared in constant time.
    pub(super) fn is_token(&self, provider: &str, account: &str, token: &str) -> bool {
        let mut bytes = [0; 32];
        hex::decode_to_slice(token, &mut bytes).is_ok() && self.mac("address", provider, account).verify_slice(&bytes).is_ok()
    }

    /// The secret that a vendor is told which signs with one of ours.
    pub(super) fn request_secret(&self, provider: &str, account: &str) -> Secret {
        Secret::new(hex::encode(self.mac("signature", provider, account).finalize().into_bytes()))
    }

    /// Names have no line breaks, so no two purposes or accounts share one.
    fn mac(&self, purpose: &str, provider: &str, account: &str) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose().as_bytes()).expect("any key length is fine");
        mac.update(format!("webhooks of vendors\n{purpose}\n{provider}\n{account}").as_bytes());
        mac
    }
}
