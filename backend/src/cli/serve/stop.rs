//! Stopping: on SIGTERM or Ctrl-C, within a bounded time.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal as on};
use tokio_util::sync::CancellationToken;

/// Cancels the token on SIGTERM or SIGINT. A second one ends the process at once, as a crash would: whoever sends it does
/// not want to wait for a vendor's answer any more, and what was accepted is safe.
pub fn on_signal(stop: CancellationToken) -> std::io::Result<()> {
    let (mut terminate, mut interrupt) = (on(SignalKind::terminate())?, on(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping; a second signal ends it at once");
        stop.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::warn!("stopped before the work of vendors had ended");
        std::process::exit(1);
    });
    Ok(())
}

/// Waits for work that ends by itself after the stop; what is left after `limit` is dropped.
pub async fn within(limit: Duration, stop: &CancellationToken, work: impl Future<Output = ()>) {
    let deadline = async {
        stop.cancelled().await;
        tokio::time::sleep(limit).await;
    };
    tokio::select! {
        () = work => {}
        () = deadline => {}
    }
}
