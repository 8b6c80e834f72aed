//! Opens the ports and runs a vendor's dialect on each.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Response};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::answer::{Denial, Served};
use crate::call::Call;
use crate::fault::wire;
use crate::line::{FaultyListener, Line};
use crate::shop::{Addresses, House, Shop};
use crate::vendor::Vendor;
use crate::{Options, cdn, comfyui, control, dialect};

/// The vendors.
const HOST: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Result links live on another host than the vendors, and the address that nobody may reach on a third. Where the
/// system has only one loopback address, that one serves.
const CDN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const FORBIDDEN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);
/// How recorded requests name a vendor's second host.
const SIBLING: &str = "sibling";

struct Listeners {
    control: TcpListener,
    vendors: Vec<TcpListener>,
    sibling: TcpListener,
    cdn: TcpListener,
    forbidden: TcpListener,
}

/// Opens all ports and serves on them until the set is dropped.
pub(crate) async fn start(options: Options) -> io::Result<(Arc<House>, JoinSet<()>)> {
    let (listeners, addresses) = open(options.port).await?;
    let house = Arc::new(House::new(options, addresses));
    let mut servers = JoinSet::new();
    for (vendor, listener) in Vendor::ALL.into_iter().zip(listeners.vendors) {
        let place = Place { shop: Shop { vendor, house: house.clone() }, name: vendor.name() };
        servers.spawn(run(vendor_router(place), listener));
    }
    let sibling = Place { shop: Shop { vendor: Vendor::Bfl, house: house.clone() }, name: SIBLING };
    servers.spawn(run(vendor_router(sibling), listeners.sibling));
    servers.spawn(run(Router::new().fallback(cdn::serve).with_state(house.clone()), listeners.cdn));
    servers.spawn(run(control::router(house.clone()), listeners.control));
    servers.spawn(cdn::count_forbidden(house.clone(), listeners.forbidden));
    Ok((house, servers))
}

async fn open(port: u16) -> io::Result<(Listeners, Addresses)> {
    // Any free ports, or the given one and those above it.
    let mut next = port;
    let mut port = || {
        let this = next;
        next = if this == 0 { 0 } else { this + 1 };
        this
    };
    let control = bind(HOST, port()).await?;
    let mut vendors = Vec::new();
    for _ in Vendor::ALL {
        vendors.push(bind(HOST, port()).await?);
    }
    let (sibling, cdn, forbidden) = (bind(HOST, port()).await?, bind(CDN, port()).await?, bind(FORBIDDEN, port()).await?);
    let addresses = Addresses {
        control: control.local_addr()?,
        vendors: vendors.iter().map(TcpListener::local_addr).collect::<io::Result<_>>()?,
        sibling: sibling.local_addr()?,
        cdn: cdn.local_addr()?,
        forbidden: forbidden.local_addr()?,
    };
    Ok((Listeners { control, vendors, sibling, cdn, forbidden }, addresses))
}

async fn bind(host: Ipv4Addr, port: u16) -> io::Result<TcpListener> {
    match TcpListener::bind(SocketAddr::new(IpAddr::V4(host), port)).await {
        Err(error) if host != HOST && error.kind() == io::ErrorKind::AddrNotAvailable => TcpListener::bind((HOST, port)).await,
        bound => bound,
    }
}

async fn run(router: Router, listener: TcpListener) {
    let service = router.into_make_service_with_connect_info::<Line>();
    // It ends only with the process or the set that it runs in.
    let _ = axum::serve(FaultyListener(listener), service).await;
}

#[derive(Clone)]
struct Place {
    shop: Shop,
    name: &'static str,
}

fn vendor_router(place: Place) -> Router {
    let sockets = if place.shop.vendor == Vendor::ComfyUi { comfyui::sockets(place.shop.clone()) } else { Router::new() };
    let layer = axum::extract::DefaultBodyLimit::disable();
    sockets.merge(Router::new().fallback(serve).layer(layer).with_state(place))
}

async fn serve(State(place): State<Place>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response<Body> {
    let mut call = Call::read(request).await;
    let Place { shop, name } = place;
    shop.house.recorder.record(name, &mut call);
    let dialect = dialect::of(shop.vendor);
    let served = match (dialect.route)(&shop, &call) {
        Ok(served) => served,
        Err(Denial::Wrong(trouble)) => {
            shop.house.recorder.blame(call.number, trouble.message.clone());
            Served::plain(trouble.on((dialect.error)(&trouble)))
        }
        Err(Denial::Planned(trouble)) => Served::plain(trouble.on((dialect.error)(&trouble))),
        Err(Denial::Instead(answer)) => Served::plain(answer),
    };
    let mut response = wire::send(served, dialect.error, &line).await;
    shop.house.recorder.answered(call.number, response.status().as_u16());
    let request_id = HeaderValue::from_str(&format!("req_{}", call.number)).expect("digits may stand in a header");
    response.headers_mut().insert("x-request-id", request_id);
    response
}
