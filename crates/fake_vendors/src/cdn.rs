//! The host of result links. It is a stranger: no credential belongs here.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::Response;

use crate::answer::{Answer, Denial, Kind, Served, Trouble};
use crate::call::Call;
use crate::fault::{Fault, Phase, wire};
use crate::line::Line;
use crate::shop::{File, House, Shop};

/// How recorded requests name this place.
pub(crate) const PLACE: &str = "cdn";
const FILE: &[Phase] = &[Phase::File];

/// Answers a download.
pub(crate) async fn serve(
    State(house): State<std::sync::Arc<House>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response<Body> {
    let mut call = Call::read(request).await;
    if house.recorder.record(PLACE, &mut call) {
        house.recorder.blame(call.number, "credentials were sent to the host of result links");
    }
    let served = match answer(&house, &call) {
        Ok(served) => served,
        Err(Denial::Wrong(trouble)) => {
            house.recorder.blame(call.number, trouble.message.clone());
            Served::plain(trouble.on(error(&trouble)))
        }
        Err(Denial::Planned(trouble)) => Served::plain(trouble.on(error(&trouble))),
        Err(Denial::Instead(answer)) => Served::plain(answer),
    };
    let response = wire::send(served, error, &line).await;
    house.recorder.answered(call.number, response.status().as_u16());
    response
}

fn answer(house: &std::sync::Arc<House>, call: &Call) -> Result<Served, Denial> {
    if call.path.starts_with("/stolen/") {
        return Err(Denial::wrong(Kind::NotFound, "a redirect of the API was followed"));
    }
    let name = call.path.strip_prefix("/files/").ok_or_else(|| Denial::wrong(Kind::NotFound, "no such path"))?;
    if call.method != "GET" && call.method != "HEAD" {
        return Err(Denial::wrong(Kind::Invalid, format!("{} for a file", call.method)));
    }
    let vendor = house.files.lock().get(name).map(|file| file.vendor).ok_or_else(no_such_file)?;
    file(&Shop { vendor, house: house.clone() }, call, name)
}

fn no_such_file() -> Denial {
    Denial::no(Kind::NotFound, "NoSuchKey")
}

/// A file by its name. LocalAI and ComfyUI serve theirs with it too.
pub(crate) fn file(shop: &Shop, call: &Call, name: &str) -> Result<Served, Denial> {
    let file = shop.house.files.lock().get(name).cloned().ok_or_else(no_such_file)?;
    shop.gate(call, &file.order.prompt, &file.faults, Phase::File)?;
    download(shop, &file)
}

fn download(shop: &Shop, file: &File) -> Result<Served, Denial> {
    if file.faults.at(Fault::UrlDead, FILE).is_some() {
        return Err(Denial::no(Kind::NotFound, "the link has expired"));
    }
    if file.faults.at(Fault::UrlRedirectPrivate, FILE).is_some() {
        return Err(Denial::Instead(Answer::redirect(&shop.house.forbidden_url("redirected"))));
    }
    let (mut bytes, mime) = file.order.make(&file.faults);
    if file.faults.has(Fault::BadBase64) {
        bytes.truncate(bytes.len() * 3 / 5);
    }
    Ok(Served::under(Answer::bytes(mime, bytes), &file.faults, FILE))
}

fn error(trouble: &Trouble) -> Answer {
    let text = format!("<?xml version=\"1.0\"?><Error><Message>{}</Message></Error>", trouble.message);
    Answer { status: trouble.status(), ..Answer::bytes("application/xml", text) }
}

/// Counts connections to the address that no client may reach, and closes them.
pub(crate) async fn count_forbidden(house: std::sync::Arc<House>, listener: tokio::net::TcpListener) {
    loop {
        let accepted: std::io::Result<(tokio::net::TcpStream, SocketAddr)> = listener.accept().await;
        if accepted.is_ok() {
            house.forbidden_connections.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    }
}
