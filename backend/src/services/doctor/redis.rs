//! Whether the Redis server answers. It is asked with the few bytes of its protocol that this takes.

use std::io;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use url::Url;

use super::{Line, State};
use crate::config::Secret;
use crate::models::locale::Locale;

/// A server beside us answers at once.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says how it is.
pub async fn line(url: &Secret, locale: Locale) -> Line {
    let line = |state, what: &str, host: &str, reason: &str| Line::new(locale, "redis", state, what, &[("host", host), ("reason", reason)]);
    // The settings were checked: this is an address with a host.
    let Ok(url) = Url::parse(url.expose()) else { return line(State::Failure, "unreachable", "", "") };
    let host = format!("{}:{}", url.host_str().unwrap_or_default(), url.port().unwrap_or(6379));
    match tokio::time::timeout(PATIENCE, ask(&url, &host)).await {
        Ok(Ok(answer)) if answer.starts_with('+') => line(State::Ok, "answers", &host, ""),
        Ok(Ok(answer)) => line(State::Failure, "refused", &host, answer.trim_start_matches('-')),
        Ok(Err(error)) => line(State::Failure, "unreachable", &host, &error.to_string()),
        Err(_) => line(State::Failure, "unreachable", &host, &format!("{PATIENCE:?}")),
    }
}

/// The last line of what it says to our name, our password and a `PING`. Inside TLS only the connection is tried.
async fn ask(url: &Url, host: &str) -> io::Result<String> {
    let mut stream = BufReader::new(TcpStream::connect(host).await?);
    if url.scheme() == "rediss" {
        return Ok("+".to_owned());
    }
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut questions: Vec<Vec<String>> = Vec::new();
    if let Some(password) = url.password().map(decoded) {
        let user = Some(decoded(url.username())).filter(|user| !user.is_empty());
        questions.push(["AUTH".to_owned()].into_iter().chain(user).chain([password]).collect());
    }
    questions.push(vec!["PING".to_owned()]);
    let mut answer = String::new();
    for question in questions {
        stream.get_mut().write_all(&written(&question)).await?;
        answer.clear();
        stream.read_line(&mut answer).await?;
        if !answer.starts_with('+') {
            break;
        }
    }
    Ok(answer.trim_end().to_owned())
}

/// A command as an array of bulk strings.
fn written(words: &[String]) -> Vec<u8> {
    let strings: String = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    format!("*{}\r\n{strings}", words.len()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_written_as_the_protocol_wants_it() {
        assert_eq!(written(&["PING".to_owned()]), b"*1\r\n$4\r\nPING\r\n");
        assert_eq!(written(&["AUTH".to_owned(), "p\r\n$w".to_owned()]), b"*2\r\n$4\r\nAUTH\r\n$5\r\np\r\n$w\r\n");
    }
}
