//! A bucket as it stands in the settings: what is missing, and what cannot be meant.

use std::net::IpAddr;

use storage::{BucketOptions, Checksum, Patience};
use url::{Host, Url};

use super::Secret;
use super::address::{BaseUrl, is_private};
use super::problem::Complaint;
use super::reader::{Reader, as_is};
use super::storage::stays_local;
use super::text::Text;

/// A private bucket and the account that may use it.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// `R2_BUCKET_NAME` or `S3_BUCKET_NAME`.
    pub name: String,
    /// `R2_ACCESS_KEY_ID` or `S3_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `R2_SECRET_ACCESS_KEY` or `S3_SECRET_ACCESS_KEY`.
    pub secret_access_key: Secret,
    /// Where it is, with its name: from `R2_ENDPOINT` (needed) or `S3_ENDPOINT` (Amazon's own), `S3_PATH_STYLE` (false) and
    /// `S3_REGION`.
    pub address: Url,
    /// The same as browsers and programs reach it: from `S3_PUBLIC_ENDPOINT`, where that is another. None: they never do.
    pub public_address: Option<Url>,
    /// `S3_REGION` (us-east-1); R2 knows only `auto`.
    pub region: String,
    /// `S3_CHECKSUM` (sha256).
    pub checksum: Checksum,
}

impl Bucket {
    /// Whether a page of this studio can put pictures to the bucket, as far as the two addresses tell: an address of the
    /// inside is of no use there, and from a page that came encrypted browsers send nothing unencrypted.
    #[must_use]
    pub fn is_reached_from(&self, studio: &BaseUrl) -> bool {
        let Some(address) = &self.public_address else { return false };
        let inside = match address.host() {
            Some(Host::Domain(name)) => {
                let of_this_machine = name == "localhost" || name.ends_with(".localhost");
                let of_no_domain = !name.contains('.') && name != studio.host();
                let of_the_house = name.ends_with("-internal.aliyuncs.com") || name.contains(".cos-internal.");
                if of_this_machine { !studio.is_this_machine() } else { of_no_domain || of_the_house }
            }
            Some(Host::Ipv4(ip)) => is_inside(ip.into(), studio),
            Some(Host::Ipv6(ip)) => is_inside(ip.into(), studio),
            None => true,
        };
        !inside && (address.scheme() == "https" || !studio.is_https())
    }

    /// The same for the store.
    #[must_use]
    pub fn options(&self) -> BucketOptions {
        BucketOptions {
            address: self.address.clone(),
            public_address: self.public_address.as_ref().unwrap_or(&self.address).clone(),
            name: self.name.clone(),
            region: self.region.clone(),
            access_key_id: self.access_key_id.clone(),
            secret_access_key: self.secret_access_key.expose().to_owned(),
            checksum: self.checksum,
            patience: Patience::default(),
        }
    }
}

/// Whether browsers that see the studio at its address do not reach this one. Whoever sees it in the house is in the house,
/// and whoever sees it on this machine is where the server is.
fn is_inside(ip: IpAddr, studio: &BaseUrl) -> bool {
    let of_this_machine = ip.to_canonical().is_loopback();
    (of_this_machine || is_private(ip)) && !studio.is_this_machine() && (of_this_machine || !studio.is_private())
}

/// What tells servers apart that speak one protocol.
pub(super) struct Place {
    pub region: String,
    /// The bucket's name stands in the path and not in the host. R2's account endpoint is always so.
    pub path_style: bool,
    pub checksum: Checksum,
}

/// What was written for one bucket, complete or not.
pub(super) struct Parts {
    name: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<Secret>,
    endpoint: Option<BaseUrl>,
    public_endpoint: Public,
}

/// Where browsers reach a bucket.
enum Public {
    /// Where we do.
    Same,
    /// Elsewhere.
    At(BaseUrl),
    /// Nowhere: what they send goes through the server.
    Nowhere,
}

impl Parts {
    pub fn read(reader: &mut Reader<'_>, [name, key_id, key, endpoint]: [&'static str; 4]) -> Self {
        Self {
            name: reader.account(name, bucket_name),
            access_key_id: reader.account(key_id, as_is),
            secret_access_key: reader.account_secret(key),
            endpoint: reader.account(endpoint, BaseUrl::parse_origin),
            public_endpoint: Public::Same,
        }
    }

    /// With another address for browsers.
    pub fn and_public(self, reader: &mut Reader<'_>) -> Self {
        let parse = |text: &str| if text == "none" { Ok(Public::Nowhere) } else { BaseUrl::parse_origin(text).map(Public::At) };
        Self { public_endpoint: reader.account(PUBLIC_ENDPOINT, parse).unwrap_or(Public::Same), ..self }
    }

    /// A usable bucket, or none. Sample values mean that storage was never set up: pictures go to the local
    /// disk, with a warning. A real value beside a missing one is a mistake and stops the start.
    pub fn complete(
        self,
        reader: &mut Reader<'_>,
        chosen_by: &str,
        names: [&'static str; 4],
        needed: &[&'static str],
        place: Place,
    ) -> Option<Bucket> {
        if reader.any_placeholder(&names) {
            reader.warnings.push(stays_local(chosen_by));
            return None;
        }
        for name in needed {
            if !reader.is_given(name) {
                reader.missing(name, chosen_by);
            }
        }
        let name = self.name?;
        let public = match &self.public_endpoint {
            Public::At(endpoint) => Some(endpoint),
            Public::Same | Public::Nowhere => None,
        };
        for (endpoint, variable) in [(self.endpoint.as_ref(), names[3]), (public, PUBLIC_ENDPOINT)] {
            if let Some((variable, complaint)) = endpoint.and_then(|endpoint| contradiction(&name, endpoint, &place, variable)) {
                reader.complain(variable, complaint);
                return None;
            }
        }
        Some(Bucket {
            address: address(&name, self.endpoint.as_ref(), &place)?,
            public_address: match self.public_endpoint {
                Public::Nowhere => None,
                _ => Some(address(&name, public.or(self.endpoint.as_ref()), &place)?),
            },
            name,
            access_key_id: self.access_key_id?,
            secret_access_key: self.secret_access_key?,
            region: place.region,
            checksum: place.checksum,
        })
    }
}

const PUBLIC_ENDPOINT: &str = "S3_PUBLIC_ENDPOINT";

/// Names that all servers take: they become part of a host.
fn bucket_name(text: &str) -> Result<String, Complaint> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if (3..=63).contains(&text.len()) && text.chars().all(letters) && text.starts_with(ends) && text.ends_with(ends) {
        return Ok(text.to_owned());
    }
    let reason = Text::new(
        "must be the bucket's name alone: 3 to 63 small letters, digits and dashes",
        "只能填写桶名：3 到 63 个小写字母、数字和连字符",
    );
    Err(Complaint::suggest(reason, "danqing-pictures"))
}

/// What cannot both be meant, and which variable to change.
fn contradiction(name: &str, endpoint: &BaseUrl, place: &Place, endpoint_variable: &'static str) -> Option<(&'static str, Complaint)> {
    let host = endpoint.host();
    if let Some(rest) = host.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) {
        let reason = Text::new("holds the bucket's name already", "已包含桶名");
        return Some((endpoint_variable, Complaint::suggest(reason, endpoint.as_str().replacen(host, rest, 1))));
    }
    let only_in_host = [".aliyuncs.com", ".myqcloud.com"].iter().any(|domain| host.ends_with(domain));
    if place.path_style && only_in_host {
        let reason = Text::new(format!("must be false for {host}"), format!("对 {host} 必须为 false"));
        return Some(("S3_PATH_STYLE", Complaint::suggest(reason, false)));
    }
    if place.path_style {
        return None;
    }
    if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() || host == "localhost" {
        let reason = Text::new(
            format!("must be true, since the bucket's name cannot stand before {host}"),
            format!("必须为 true，因为桶名不能放在 {host} 之前"),
        );
        return Some(("S3_PATH_STYLE", Complaint::suggest(reason, true)));
    }
    if endpoint.is_https() && name.contains('.') {
        let reason = Text::new(
            format!("must be true, since no certificate covers {name}.{host}"),
            format!("必须为 true，因为没有证书能覆盖 {name}.{host}"),
        );
        return Some(("S3_PATH_STYLE", Complaint::suggest(reason, true)));
    }
    None
}

/// Where the bucket is. Without an endpoint it is Amazon's, whose certificates cover no name with a dot.
fn address(name: &str, endpoint: Option<&BaseUrl>, place: &Place) -> Option<Url> {
    let amazon = || {
        let domain = if place.region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://s3.{}.{domain}", place.region)
    };
    let origin = endpoint.map_or_else(amazon, |endpoint| endpoint.as_str().to_owned());
    let in_path = place.path_style || (endpoint.is_none() && name.contains('.'));
    let text = if in_path { format!("{origin}/{name}") } else { origin.replacen("://", &format!("://{name}."), 1) };
    Url::parse(&text).ok()
}
