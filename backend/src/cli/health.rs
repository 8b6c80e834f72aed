//! `danqing health`: what a container engine asks every few seconds.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::output::say;
use super::{CommandError, CommandResult};
use crate::config::{Config, Sources};
use crate::models::locale::Locale;

/// More than the server takes to find out that its database does not answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// Far more than the server says about itself.
const MOST_BYTES: usize = 64 << 10;

/// Asks the server at this machine's own address whether it can serve.
///
/// # Errors
/// Why it cannot, as a sentence.
pub async fn run() -> CommandResult {
    // Warnings about settings are the server's to say, once, and not this command's every few seconds.
    let config = Config::load(&Sources::of_process())?;
    let (locale, address) = (config.app.terminal_locale, SocketAddr::new(on_this_machine(config.server.host), config.server.port));
    match timeout(ANSWERS_WITHIN, ask(address)).await {
        Ok(Ok((StatusCode::OK, health))) => {
            say(health["status"].as_str().unwrap_or_default());
            Ok(())
        }
        Ok(Ok((status, health))) => Err(not_ready(address, &reasons(status, &health), locale).into()),
        Ok(Err(error)) => Err(not_ready(address, &error.to_string(), locale).into()),
        Err(elapsed) => Err(not_ready(address, &elapsed.to_string(), locale).into()),
    }
}

/// Who listens on every address is asked at the nearest.
fn on_this_machine(host: IpAddr) -> IpAddr {
    match host {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    }
}

async fn ask(address: SocketAddr) -> Result<(StatusCode, Value), CommandError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(TcpStream::connect(address).await?)).await?;
    // It ends with the answer; what goes wrong on it is told by the answer.
    tokio::spawn(connection);
    let request = Request::get("/readyz").header(header::HOST, address.to_string()).body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), MOST_BYTES).collect().await?.to_bytes();
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

/// The server's own words, or the status of whoever else answers there.
fn reasons(status: StatusCode, health: &Value) -> String {
    let reasons: Vec<&str> = health["reasons"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if reasons.is_empty() { status.to_string() } else { reasons.join(", ") }
}

fn not_ready(address: SocketAddr, why: &str, locale: Locale) -> String {
    match locale {
        Locale::ZhCn => format!("{address} 的服务器未就绪：{why}"),
        Locale::En => format!("the server at {address} is not ready: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_at_the_nearest_address() {
        for (host, asked) in [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("10.1.2.3", "10.1.2.3"), ("127.0.0.1", "127.0.0.1")] {
            assert_eq!(on_this_machine(host.parse().unwrap()), asked.parse::<IpAddr>().unwrap());
        }
    }

    #[test]
    fn reasons_are_the_servers_and_a_strangers_answer_is_told_by_its_status() {
        let health = serde_json::json!({ "reasons": ["stopping", "database_unreachable"] });
        assert_eq!(reasons(StatusCode::SERVICE_UNAVAILABLE, &health), "stopping, database_unreachable");
        assert_eq!(reasons(StatusCode::NOT_FOUND, &Value::Null), "404 Not Found");
    }
}
