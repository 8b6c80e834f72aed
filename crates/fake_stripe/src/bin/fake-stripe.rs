//! Runs the fake Stripe until it is killed. The first line of its output is its address.

use std::io::Write as _;

use clap::Parser;
use fake_stripe::{FakeStripe, Options};

/// Stripe's Checkout on a loopback port, for tests.
#[derive(Parser)]
struct Arguments {
    /// The port. Without it a free one is taken.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The key that opens it.
    #[arg(long, default_value = "sk_test_fake")]
    key: String,
    /// Where events go.
    #[arg(long, requires = "secret")]
    webhook: Option<String>,
    /// The secret that signs them.
    #[arg(long)]
    secret: Option<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let Arguments { port, key, webhook, secret } = Arguments::parse();
    let stripe = FakeStripe::start_with(Options { port, key, webhook: webhook.zip(secret) }).await?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", stripe.base_url())?;
    output.flush()?;
    std::future::pending().await
}
