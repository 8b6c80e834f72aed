//! A studio that keeps its pictures in a bucket, which is played by this process.

use fake_bucket::{FakeBucket, Options, Rule};

use super::TestApp;

/// A studio and its bucket.
pub struct InBucket {
    /// The application.
    pub app: TestApp,
    /// Where its pictures are.
    pub bucket: FakeBucket,
}

impl InBucket {
    /// With some settings changed, by the names of their variables.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let cors = Some(Rule::puts_from("http://localhost:3000"));
        let bucket = FakeBucket::start_with(Options { cors, ..Options::default() }).await.unwrap();
        let app = {
            let ours = settings_of(&bucket);
            let ours: Vec<(&str, &str)> = ours.iter().map(|(name, value)| (*name, value.as_str())).collect();
            TestApp::with(&[&ours[..], settings].concat()).await
        };
        Self { app, bucket }
    }

    /// The objects that lie there now, in their folders.
    pub fn objects(&self, folder: &str) -> usize {
        std::fs::read_dir(self.bucket.file(folder)).map_or(0, Iterator::count)
    }
}

/// The settings for a bucket.
pub fn settings_of(bucket: &FakeBucket) -> [(&'static str, String); 6] {
    [
        ("STORAGE_PROVIDER", "s3".to_owned()),
        ("S3_ENDPOINT", bucket.endpoint()),
        ("S3_PATH_STYLE", "true".to_owned()),
        ("S3_BUCKET_NAME", bucket.options.name.clone()),
        ("S3_ACCESS_KEY_ID", bucket.options.access_key_id.clone()),
        ("S3_SECRET_ACCESS_KEY", bucket.options.secret_access_key.clone()),
    ]
}
