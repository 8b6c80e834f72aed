//! Buckets of several houses, and what cannot be meant.

use super::{config, load};
use crate::config::address::BaseUrl;
use crate::config::bucket::Bucket;
use crate::config::storage::Backend;
use crate::models::locale::Locale;

const KEYS: [(&str, &str); 4] =
    [("STORAGE_PROVIDER", "s3"), ("S3_BUCKET_NAME", "photos"), ("S3_ACCESS_KEY_ID", "minioadmin"), ("S3_SECRET_ACCESS_KEY", "minioadmin")];

fn bucket(more: &[(&str, &str)]) -> Bucket {
    let Backend::Bucket(bucket) = config(&[&KEYS, more].concat()).storage.backend else { panic!("no bucket") };
    *bucket
}

fn refused(more: &[(&str, &str)]) -> String {
    load(&[&KEYS, more].concat()).unwrap_err().render(Locale::En)
}

#[test]
fn each_house_has_its_address() {
    for (more, address) in [
        (&[][..], "https://photos.s3.us-east-1.amazonaws.com/"),
        (&[("S3_REGION", "cn-north-1")], "https://photos.s3.cn-north-1.amazonaws.com.cn/"),
        (&[("S3_BUCKET_NAME", "my.photos")], "https://s3.us-east-1.amazonaws.com/my.photos"),
        (&[("S3_ENDPOINT", "http://127.0.0.1:9000/"), ("S3_PATH_STYLE", "true")], "http://127.0.0.1:9000/photos"),
        (&[("S3_ENDPOINT", "https://oss-cn-hangzhou.aliyuncs.com")], "https://photos.oss-cn-hangzhou.aliyuncs.com/"),
        (&[("S3_ENDPOINT", "https://cos.ap-shanghai.myqcloud.com")], "https://photos.cos.ap-shanghai.myqcloud.com/"),
    ] {
        assert_eq!(bucket(more).address.as_str(), address);
    }
}

#[test]
fn r2_has_one_region_and_the_name_in_the_path() {
    let r2 = config(&[
        ("STORAGE_PROVIDER", "r2"),
        ("R2_BUCKET_NAME", "photos"),
        ("R2_ACCESS_KEY_ID", "1a2b3c"),
        ("R2_SECRET_ACCESS_KEY", "4d5e6f"),
        ("R2_ENDPOINT", "https://0123abcd.r2.cloudflarestorage.com"),
        ("S3_REGION", "eu-central-1"),
    ]);
    let Backend::Bucket(bucket) = r2.storage.backend else { panic!("no bucket") };
    assert_eq!((bucket.address.as_str(), bucket.region.as_str()), ("https://0123abcd.r2.cloudflarestorage.com/photos", "auto"));
}

#[test]
fn what_cannot_be_meant_is_refused_with_what_to_write() {
    for (more, words) in [
        (&[("S3_BUCKET_NAME", "https://photos")][..], "S3_BUCKET_NAME=\"https://photos\": must be the bucket's name alone"),
        (&[("S3_ENDPOINT", "https://photos.oss-cn-hangzhou.aliyuncs.com")], "Write a value such as https://oss-cn-hangzhou.aliyuncs.com."),
        (&[("S3_ENDPOINT", "https://cos.ap-shanghai.myqcloud.com"), ("S3_PATH_STYLE", "true")], "S3_PATH_STYLE: must be false"),
        (&[("S3_ENDPOINT", "http://127.0.0.1:9000")], "S3_PATH_STYLE: must be true"),
        (&[("S3_ENDPOINT", "http://[::1]:9000")], "S3_PATH_STYLE: must be true"),
        (&[("S3_ENDPOINT", "https://s3.example.com"), ("S3_BUCKET_NAME", "my.photos")], "S3_PATH_STYLE: must be true"),
        (&[("S3_ENDPOINT", "https://s3.example.com/photos")], "S3_ENDPOINT=\"https://s3.example.com/photos\": must not contain a path"),
        (
            &[("S3_ENDPOINT", "https://s3.example.com?X-Key=abc")],
            "S3_ENDPOINT=\"https://s3.example.com?***\": must not contain a user name, a password, ? or #. Write a value such as https://s3.example.com.",
        ),
        (&[("S3_CHECKSUM", "md5")], "S3_CHECKSUM=\"md5\": must be one of sha256, none"),
    ] {
        let said = refused(more);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn browsers_may_have_another_address_for_the_bucket() {
    let inside = bucket(&[("S3_ENDPOINT", "https://oss-cn-hangzhou-internal.aliyuncs.com")]);
    assert_eq!(inside.public_address, Some(inside.address));
    let nowhere = bucket(&[("S3_PUBLIC_ENDPOINT", "none")]);
    assert_eq!(nowhere.public_address, None);
    assert!(!nowhere.is_reached_from(&BaseUrl::parse("https://studio.example.com").unwrap()));
    let both = bucket(&[
        ("S3_ENDPOINT", "https://oss-cn-hangzhou-internal.aliyuncs.com"),
        ("S3_PUBLIC_ENDPOINT", "https://oss-cn-hangzhou.aliyuncs.com"),
    ]);
    assert_eq!(both.address.as_str(), "https://photos.oss-cn-hangzhou-internal.aliyuncs.com/");
    assert_eq!(both.public_address.unwrap().as_str(), "https://photos.oss-cn-hangzhou.aliyuncs.com/");
    let twice = refused(&[("S3_PUBLIC_ENDPOINT", "https://photos.s3.example.com")]);
    assert!(twice.contains("S3_PUBLIC_ENDPOINT") && twice.contains("https://s3.example.com"), "{twice}");
}

#[test]
fn an_address_of_the_inside_is_not_for_browsers() {
    let path = ("S3_PATH_STYLE", "true");
    for (endpoint, studio, expected) in [
        ("https://s3.example.com", "https://studio.example.com", true),
        ("http://s3.example.com", "https://studio.example.com", false),
        ("http://192.168.1.9:9000", "http://192.168.1.9:3000", true),
        ("http://192.168.1.9:9000", "http://10.0.0.2:3000", true),
        ("http://192.168.1.9:9000", "http://localhost:3000", true),
        ("http://192.168.1.9:9000", "http://studio.example.com", false),
        ("https://10.1.2.3", "https://studio.example.com", false),
        ("http://172.16.0.1:9000", "http://203.0.113.7", false),
        ("http://172.32.0.1:9000", "http://203.0.113.7", true),
        ("http://169.254.1.1:9000", "http://studio.example.com", false),
        ("http://[fd00::1]:9000", "http://studio.example.com", false),
        ("http://[fd00::1]:9000", "http://[fd00::2]:3000", true),
        ("http://[fe80::1]:9000", "http://studio.example.com", false),
        ("http://[::ffff:192.168.1.9]:9000", "http://studio.example.com", false),
        ("http://[2001:db8::1]:9000", "http://studio.example.com", true),
        ("http://minio:9000", "http://studio.lan", false),
        ("http://nas:9000", "http://nas:3000", true),
        ("http://127.0.0.1:9000", "http://localhost:3000", true),
        ("http://127.0.0.1:9000", "http://studio.example.com", false),
        ("http://[::1]:9000", "http://studio.example.com", false),
        ("http://localhost:9000", "http://192.168.1.9:3000", false),
        ("https://oss-cn-hangzhou-internal.aliyuncs.com", "http://studio.example.com", false),
        ("https://cos-internal.ap-shanghai.tencentcos.cn", "http://studio.example.com", false),
    ] {
        let style = if endpoint.starts_with("https") && !endpoint.contains("10.1.2.3") { ("S3_PATH_STYLE", "false") } else { path };
        let bucket = bucket(&[("S3_ENDPOINT", endpoint), style]);
        assert_eq!(bucket.is_reached_from(&BaseUrl::parse(studio).unwrap()), expected, "{endpoint} {studio}");
    }
}
