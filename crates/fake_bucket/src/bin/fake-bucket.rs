//! Runs one bucket until it is killed. The first line of its output is a JSON object with the settings for it.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Parser;
use fake_bucket::{FakeBucket, Options, Rule};
use serde_json::json;

/// An S3 server with one bucket on a loopback port, for tests and for trying.
#[derive(Parser)]
struct Arguments {
    /// The port. Without it a free one is taken.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where objects lie. Without it in a temporary folder.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// The origin of the page that may put objects, such as http://localhost:3000.
    #[arg(long)]
    origin: Option<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let Arguments { port, folder, origin } = Arguments::parse();
    let options = Options { port, folder, cors: origin.as_deref().map(Rule::puts_from), ..Options::default() };
    let bucket = FakeBucket::start_with(options).await?;
    let settings = json!({
        "STORAGE_PROVIDER": "s3",
        "S3_ENDPOINT": bucket.endpoint(),
        "S3_PATH_STYLE": "true",
        "S3_BUCKET_NAME": bucket.options.name,
        "S3_ACCESS_KEY_ID": bucket.options.access_key_id,
        "S3_SECRET_ACCESS_KEY": bucket.options.secret_access_key,
    });
    let mut output = std::io::stdout();
    writeln!(output, "{settings}")?;
    output.flush()?;
    std::future::pending().await
}
