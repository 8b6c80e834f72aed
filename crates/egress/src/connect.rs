//! A connection for a call: resolved, checked, through a proxy or straight, inside TLS where the address says so. Nothing of the
//! request is written here, so every failure means that the server saw none of it.

use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use url::Host;

use crate::connection::Connection;
use crate::dial::{Reachable, dial, resolve};
use crate::limits::after;
use crate::target::Target;
use crate::tls::Tls;
use crate::tunnel;
use crate::{Error, Limits, Options, ProxyKind, ProxyUrl, Reach};

/// A stream of bytes, whatever it goes through. Two implementations: TCP, and TLS over any of them.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// What is needed to connect.
#[derive(Clone, Copy)]
pub(crate) struct Connector<'a> {
    pub options: &'a Options,
    pub tls: &'a Tls,
    pub reach: Reach,
    pub proxy: Option<&'a ProxyUrl>,
}

impl Connector<'_> {
    /// A fresh connection that speaks HTTP, within the time that the limits give and before the deadline.
    pub(crate) async fn connect(&self, target: &Target, limits: &Limits, deadline: Instant) -> Result<Connection, Error> {
        let limit = limits.connect.min(limits.total);
        let until = after(Instant::now(), limit).min(deadline);
        let late = |_| Error::ConnectTimeout { host: target.name(), limit };
        timeout_at(until, self.connect_until(target, until)).await.map_err(late)?
    }

    async fn connect_until(&self, target: &Target, until: Instant) -> Result<Connection, Error> {
        let stream: Box<dyn Stream> = match self.proxy {
            Some(proxy) => self.through(proxy, target, until).await?,
            None => Box::new(self.straight(target, until).await?),
        };
        if !target.tls {
            return Connection::open(stream, false).await.map_err(|detail| Error::Connect { host: target.name(), detail });
        }
        let tls = |detail| Error::Tls { host: target.name(), detail };
        let (stream, http2) = self.tls.with_server(&target.host, stream).await.map_err(tls)?;
        Connection::open(Box::new(stream), http2).await.map_err(tls)
    }

    async fn straight(&self, target: &Target, until: Instant) -> Result<TcpStream, Error> {
        let addresses = self.addresses(target).await?;
        let refused = |error: std::io::Error| Error::Connect { host: target.name(), detail: error.to_string() };
        dial(&addresses, target.port, until).await.map_err(refused)
    }

    async fn through(&self, proxy: &ProxyUrl, target: &Target, until: Instant) -> Result<Box<dyn Stream>, Error> {
        // A public target is checked here and named by its checked address, so that the proxy's resolver has no say. Only then
        // is the proxy spoken to.
        let place = match self.reach {
            Reach::Configured => target.host.clone(),
            Reach::Public => as_host(preferred(&self.addresses(target).await?)),
        };
        let failed = |detail: String| Error::Proxy { proxy: proxy.to_string(), host: target.name(), detail };
        let mut stream = self.reach_proxy(proxy, until).await.map_err(failed)?;
        match proxy.kind {
            ProxyKind::Http | ProxyKind::Https => tunnel::connect(&mut stream, proxy, &place, target.port).await,
            ProxyKind::Socks5 => tunnel::socks5(&mut stream, proxy, &place, target.port).await,
        }
        .map_err(failed)?;
        Ok(stream)
    }

    async fn reach_proxy(&self, proxy: &ProxyUrl, until: Instant) -> Result<Box<dyn Stream>, String> {
        // The operator chose the proxy; it usually is private.
        let anywhere = Reachable::new(Reach::Configured, self.options);
        let addresses = resolve(&proxy.host, anywhere, &self.options.resolver).await.map_err(|error| error.to_string())?;
        let stream = dial(&addresses, proxy.port, until).await.map_err(|error| error.to_string())?;
        match proxy.kind {
            ProxyKind::Https => Ok(Box::new(self.tls.with_proxy(&proxy.host, stream).await?)),
            ProxyKind::Http | ProxyKind::Socks5 => Ok(Box::new(stream)),
        }
    }

    async fn addresses(&self, target: &Target) -> Result<Vec<IpAddr>, Error> {
        resolve(&target.host, Reachable::new(self.reach, self.options), &self.options.resolver).await
    }
}

/// A proxy is told one address only. More of them have IPv4 than IPv6.
fn preferred(addresses: &[IpAddr]) -> IpAddr {
    addresses.iter().find(|ip| ip.is_ipv4()).unwrap_or(&addresses[0]).to_owned()
}

fn as_host(ip: IpAddr) -> Host<String> {
    match ip {
        IpAddr::V4(ip) => Host::Ipv4(ip),
        IpAddr::V6(ip) => Host::Ipv6(ip),
    }
}
