//! Runs the fake vendors until it is killed. The first line of its output is a JSON object with all addresses.

use std::io::Write as _;

use clap::Parser;
use fake_vendors::{FakeVendors, Options};

/// AI image vendors on loopback ports, for tests.
#[derive(Parser)]
struct Arguments {
    /// The control port; the vendors follow above it. Without it free ports are taken.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The key that every vendor accepts.
    #[arg(long, default_value = "fake-key")]
    key: String,
    /// Questions until work has ended.
    #[arg(long, default_value_t = 2)]
    polls: u32,
    /// Where webhooks go instead of the origin that the product gave.
    #[arg(long)]
    webhook_origin: Option<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let Arguments { port, key, polls, webhook_origin } = Arguments::parse();
    let fakes = FakeVendors::start_with(Options { port, key, polls, webhook_origin }).await?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", fakes.describe())?;
    output.flush()?;
    std::future::pending().await
}
