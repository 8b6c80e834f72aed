//! TLS: whom to trust, and the handshake.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Host;

use crate::BuildError;

/// The two ways in which TLS is spoken.
#[derive(Clone)]
pub(crate) struct Tls {
    server: TlsConnector,
    proxy: TlsConnector,
}

impl Tls {
    /// Mozilla's roots, compiled in because small container images have none, and those of the operator's file.
    pub(crate) fn new(extra_roots: Option<&Path>) -> Result<Self, BuildError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(file) = extra_roots {
            add_roots(&mut roots, file)?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| BuildError::Tls(error.to_string()))?;
        let mut server = builder.with_root_certificates(roots).with_no_client_auth();
        let mut proxy = server.clone();
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // CONNECT is only spoken in HTTP/1.1 here.
        proxy.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { server: Arc::new(server).into(), proxy: Arc::new(proxy).into() })
    }

    /// The handshake with the server that the address names. Whatever address was connected to, its certificate must be
    /// for this host. Says whether the server chose HTTP/2.
    pub(crate) async fn with_server<S>(&self, host: &Host<String>, stream: S) -> Result<(TlsStream<S>, bool), String>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = handshake(&self.server, host, stream).await?;
        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok((stream, http2))
    }

    /// The handshake with a proxy.
    pub(crate) async fn with_proxy<S>(&self, host: &Host<String>, stream: S) -> Result<TlsStream<S>, String>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        handshake(&self.proxy, host, stream).await
    }
}

async fn handshake<S>(connector: &TlsConnector, host: &Host<String>, stream: S) -> Result<TlsStream<S>, String>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let name = match host {
        Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|_| "no certificate can be for this name".to_owned())?,
        Host::Ipv4(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
        Host::Ipv6(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
    };
    connector.connect(name, stream).await.map_err(|error| error.to_string())
}

fn add_roots(roots: &mut RootCertStore, file: &Path) -> Result<(), BuildError> {
    let unusable = |error: &dyn std::fmt::Display| BuildError::Roots(error.to_string());
    let mut count = 0;
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))? {
        roots.add(certificate.map_err(|error| unusable(&error))?).map_err(|error| unusable(&error))?;
        count += 1;
    }
    if count == 0 { Err(BuildError::Roots("the file holds no certificate".into())) } else { Ok(()) }
}
