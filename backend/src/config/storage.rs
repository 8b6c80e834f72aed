//! Where pictures are kept and how long a link to one works.

use super::Secret;
use super::address::BaseUrl;
use super::problem::Warning;
use super::reader::{Fallback, Reader, as_is};
use super::setting::{Choice, Whole, switch};
use super::text::Text;

const PROVIDER: Choice<Provider> = Choice {
    name: "STORAGE_PROVIDER",
    default: Provider::Local,
    options: &[("local", Provider::Local), ("r2", Provider::R2), ("s3", Provider::S3)],
};

/// An hour is the most a leaked link should live; a minute is the least a slow phone needs.
const LINK_TTL_SECONDS: Whole<u64> = Whole { name: "LINK_TTL_SECONDS", default: 900, min: 60, max: 3600 };

const PATH_STYLE: Choice<bool> = switch("S3_PATH_STYLE", false);

const REGION: &str = "us-east-1";

const R2: [&str; 4] = ["R2_BUCKET_NAME", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_ENDPOINT"];
const S3: [&str; 4] = ["S3_BUCKET_NAME", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "S3_ENDPOINT"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Provider {
    Local,
    R2,
    S3,
}

/// Where objects go.
#[derive(Debug, Clone)]
pub enum Backend {
    /// The folder `DATA_DIR`.
    Local,
    /// Cloudflare R2.
    R2(Bucket),
    /// Amazon S3 or anything that speaks its protocol.
    S3(Bucket),
}

/// A private bucket and the account that may use it.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// `R2_BUCKET_NAME` or `S3_BUCKET_NAME`.
    pub name: String,
    /// `R2_ACCESS_KEY_ID` or `S3_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `R2_SECRET_ACCESS_KEY` or `S3_SECRET_ACCESS_KEY`.
    pub secret_access_key: Secret,
    /// `R2_ENDPOINT` (needed) or `S3_ENDPOINT` (Amazon's own).
    pub endpoint: Option<BaseUrl>,
    /// `S3_REGION` (us-east-1); R2 knows only `auto`.
    pub region: String,
    /// `S3_PATH_STYLE` (false): the bucket's name stands in the path and not in the host. R2's account
    /// endpoint is always so.
    pub path_style: bool,
}

/// Settings of storage.
#[derive(Debug, Clone)]
pub struct Storage {
    /// `STORAGE_PROVIDER` (local): local, r2 or s3, with the variables of [`Bucket`].
    pub backend: Backend,
    /// `CDN_URL` (none): a host that pulls from DOMAIN; links to pictures are made with it.
    pub cdn_url: Option<BaseUrl>,
    /// `LINK_TTL_SECONDS` (900, 3600 at most): how long a link to a picture works at least.
    pub link_ttl_seconds: u64,
}

impl Storage {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let provider = reader.choice(&PROVIDER);
        let r2 = BucketParts::read(reader, R2);
        let s3 = BucketParts::read(reader, S3);
        let region = reader.parsed("S3_REGION", Fallback::Value(REGION.to_owned()), as_is);
        let region = region.unwrap_or_else(|| REGION.to_owned());
        let path_style = reader.choice(&PATH_STYLE);
        let backend = match provider {
            Provider::Local => None,
            Provider::R2 => r2.complete(reader, "STORAGE_PROVIDER=r2", R2, &R2, "auto".to_owned(), true).map(Backend::R2),
            Provider::S3 => s3.complete(reader, "STORAGE_PROVIDER=s3", S3, &S3[..3], region, path_style).map(Backend::S3),
        };
        Self {
            backend: backend.unwrap_or(Backend::Local),
            cdn_url: reader.account("CDN_URL", BaseUrl::parse_origin),
            link_ttl_seconds: reader.whole(&LINK_TTL_SECONDS),
        }
    }
}

/// What was written for one bucket, complete or not.
struct BucketParts {
    name: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<Secret>,
    endpoint: Option<BaseUrl>,
}

impl BucketParts {
    fn read(reader: &mut Reader<'_>, [name, key_id, key, endpoint]: [&'static str; 4]) -> Self {
        Self {
            name: reader.account(name, as_is),
            access_key_id: reader.account(key_id, as_is),
            secret_access_key: reader.account_secret(key),
            endpoint: reader.account(endpoint, BaseUrl::parse_origin),
        }
    }

    /// A usable bucket, or none. Sample values mean that storage was never set up: pictures go to the local
    /// disk, with a warning. A real value beside a missing one is a mistake and stops the start.
    fn complete(
        self,
        reader: &mut Reader<'_>,
        chosen_by: &str,
        names: [&'static str; 4],
        needed: &[&'static str],
        region: String,
        path_style: bool,
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
        Some(Bucket {
            name: self.name?,
            access_key_id: self.access_key_id?,
            secret_access_key: self.secret_access_key?,
            endpoint: self.endpoint,
            region,
            path_style,
        })
    }
}

fn stays_local(chosen_by: &str) -> Warning {
    Warning {
        variables: vec!["STORAGE_PROVIDER".to_owned()],
        message: Text::new(
            format!("{chosen_by} is not set up yet, so pictures are kept in DATA_DIR."),
            format!("{chosen_by} 尚未配置完成，图片将保存在 DATA_DIR 中。"),
        ),
    }
}
