//! A certificate authority of the test's own, and servers that it vouches for.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;

/// An authority and one certificate of it.
pub struct Authority {
    /// The root, as an operator would configure it.
    pub root: NamedTempFile,
    config: Arc<ServerConfig>,
}

impl Authority {
    /// An authority that vouches for a server with these names.
    pub fn new(names: &[&str]) -> Self {
        Self::with_alpn(names, &[])
    }

    /// The same, for a server that speaks these protocols.
    pub fn with_alpn(names: &[&str], protocols: &[&str]) -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        let root = NamedTempFile::new().unwrap();
        std::fs::write(root.path(), issuer.pem()).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        Self { root, config: Arc::new(config) }
    }

    pub fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.config).into()
    }
}
