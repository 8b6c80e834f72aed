//! Asking a proxy for a way through: HTTP CONNECT (RFC 9110 §9.3.6) and SOCKS 5 (RFC 1928, RFC 1929). Only the place to connect
//! to and the proxy's own name and password are said; nothing of the request is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use url::Host;

use crate::ProxyUrl;

/// Bytes of a proxy's answer to CONNECT. Real ones have a few hundred.
const MAX_ANSWER_BYTES: usize = 8 << 10;

/// Asks an HTTP proxy. The error says what it answered.
pub(crate) async fn connect<S>(stream: &mut S, proxy: &ProxyUrl, host: &Host<String>, port: u16) -> Result<(), String>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
    if let Some((user, password)) = &proxy.login {
        let login = STANDARD.encode(format!("{user}:{password}"));
        request.push_str(&format!("Proxy-Authorization: Basic {login}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
    stream.flush().await.map_err(|error| error.to_string())?;
    let head = read_head(stream).await?;
    match status(&head) {
        Some(code) if (200..300).contains(&code) => Ok(()),
        Some(407) => Err("it asks for a name and password (407)".into()),
        Some(code) => Err(format!("it answered {code}")),
        None => Err("it does not answer as an HTTP proxy".into()),
    }
}

/// Reads up to the empty line and not a byte further: what follows belongs to the server behind.
async fn read_head<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Vec<u8>, String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MAX_ANSWER_BYTES {
            return Err("its answer is too long".into());
        }
        head.push(stream.read_u8().await.map_err(|_| "it closed the connection")?);
    }
    Ok(head)
}

fn status(head: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(head.split(|byte| *byte == b'\r').next()?).ok()?;
    let rest = line.strip_prefix("HTTP/1.")?;
    rest.split(' ').nth(1)?.parse().ok()
}

/// Asks a SOCKS 5 proxy. The error says what it answered.
pub(crate) async fn socks5<S>(stream: &mut S, proxy: &ProxyUrl, host: &Host<String>, port: u16) -> Result<(), String>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let methods: &[u8] = if proxy.login.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] };
    say(stream, methods).await?;
    match hear::<2, S>(stream).await? {
        [5, 0] => {}
        [5, 2] => log_in(stream, proxy).await?,
        [5, _] => return Err("it accepts none of our ways to log in".into()),
        _ => return Err("it does not answer as a SOCKS 5 proxy".into()),
    }
    let mut request = vec![5, 1, 0];
    match host {
        Host::Ipv4(ip) => request.extend([&[1], ip.octets().as_slice()].concat()),
        Host::Ipv6(ip) => request.extend([&[4], ip.octets().as_slice()].concat()),
        Host::Domain(name) => request.extend([&[3], short(name)?.as_slice()].concat()),
    }
    request.extend(port.to_be_bytes());
    say(stream, &request).await?;
    let [version, reply, _, kind] = hear::<4, S>(stream).await?;
    if version != 5 || reply != 0 {
        return Err(format!("it answered: {}", reason(reply)));
    }
    // The address that it bound is of no use, but stands before the server's first byte.
    let length = match kind {
        1 => 4,
        4 => 16,
        3 => usize::from(hear::<1, S>(stream).await?[0]),
        _ => return Err("it does not answer as a SOCKS 5 proxy".into()),
    };
    for _ in 0..length + 2 {
        hear::<1, S>(stream).await?;
    }
    Ok(())
}

async fn log_in<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, proxy: &ProxyUrl) -> Result<(), String> {
    let (user, password) = proxy.login.as_ref().ok_or("it asks for a name and password")?;
    say(stream, &[&[1], short(user)?.as_slice(), short(password)?.as_slice()].concat()).await?;
    match hear::<2, S>(stream).await? {
        [_, 0] => Ok(()),
        _ => Err("it refuses the name and password".into()),
    }
}

/// A text as SOCKS has it: one byte of length, then at most 255 bytes.
fn short(text: &str) -> Result<Vec<u8>, String> {
    let length = u8::try_from(text.len()).map_err(|_| "a name or password is longer than 255 bytes")?;
    Ok([&[length], text.as_bytes()].concat())
}

fn reason(reply: u8) -> &'static str {
    match reply {
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "took too long",
        _ => "general failure",
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> Result<(), String> {
    stream.write_all(bytes).await.map_err(|error| error.to_string())?;
    stream.flush().await.map_err(|error| error.to_string())
}

async fn hear<const N: usize, S: AsyncRead + Unpin>(stream: &mut S) -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await.map_err(|_| "it closed the connection")?;
    Ok(bytes)
}
