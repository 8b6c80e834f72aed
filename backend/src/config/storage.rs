//! Where pictures are kept and how long a link to one works.

use super::address::BaseUrl;
use super::bucket::{Bucket, Parts, Place};
use super::problem::Warning;
use super::reader::{Fallback, Reader, as_is};
use super::setting::{Choice, Whole, switch};
use super::text::Text;
use storage::Checksum;

const PROVIDER: Choice<Provider> = Choice {
    name: "STORAGE_PROVIDER",
    default: Provider::Local,
    options: &[("local", Provider::Local), ("r2", Provider::R2), ("s3", Provider::S3)],
};

/// An hour is the most a leaked link should live; a minute is the least a slow phone needs.
const LINK_TTL_SECONDS: Whole<u64> = Whole { name: "LINK_TTL_SECONDS", default: 900, min: 60, max: 3600 };

const PATH_STYLE: Choice<bool> = switch("S3_PATH_STYLE", false);

const CHECKSUM: Choice<Checksum> =
    Choice { name: "S3_CHECKSUM", default: Checksum::Sha256, options: &[("sha256", Checksum::Sha256), ("none", Checksum::None)] };

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
    /// A bucket of Cloudflare R2, of Amazon S3, or of anything that speaks its protocol.
    Bucket(Box<Bucket>),
}

/// Settings of storage.
#[derive(Debug, Clone)]
pub struct Storage {
    /// `STORAGE_PROVIDER` (local): local, r2 or s3, with the variables of [`Bucket`]; `S3_CHECKSUM` (sha256).
    pub backend: Backend,
    /// `CDN_URL` (none): a host that pulls from DOMAIN; links to pictures are made with it.
    pub cdn_url: Option<BaseUrl>,
    /// `LINK_TTL_SECONDS` (900, 3600 at most): how long a link to a picture works at least.
    pub link_ttl_seconds: u64,
}

impl Storage {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let provider = reader.choice(&PROVIDER);
        let r2 = Parts::read(reader, R2);
        let s3 = Parts::read(reader, S3).and_public(reader);
        let region = reader.parsed("S3_REGION", Fallback::Value(REGION.to_owned()), as_is);
        let region = region.unwrap_or_else(|| REGION.to_owned());
        let path_style = reader.choice(&PATH_STYLE);
        let checksum = reader.choice(&CHECKSUM);
        let account = Place { region: "auto".to_owned(), path_style: true, checksum: Checksum::Sha256 };
        let any = Place { region, path_style, checksum };
        let backend = match provider {
            Provider::Local => None,
            Provider::R2 => r2.complete(reader, "STORAGE_PROVIDER=r2", R2, &R2, account).map(|bucket| Backend::Bucket(Box::new(bucket))),
            Provider::S3 => s3.complete(reader, "STORAGE_PROVIDER=s3", S3, &S3[..3], any).map(|bucket| Backend::Bucket(Box::new(bucket))),
        };
        Self {
            backend: backend.unwrap_or(Backend::Local),
            cdn_url: reader.account("CDN_URL", BaseUrl::parse_origin),
            link_ttl_seconds: reader.whole(&LINK_TTL_SECONDS),
        }
    }
}

/// Sample values mean that storage was never set up.
pub(super) fn stays_local(chosen_by: &str) -> Warning {
    Warning {
        variables: vec!["STORAGE_PROVIDER".to_owned()],
        message: Text::new(
            format!("{chosen_by} is not set up yet, so pictures are kept in DATA_DIR."),
            format!("{chosen_by} 尚未配置完成，图片将保存在 DATA_DIR 中。"),
        ),
    }
}
