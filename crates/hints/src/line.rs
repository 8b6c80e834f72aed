//! The line to the server: made, listened to, and made again when it breaks. A process that does not hear itself any
//! more knows that nobody else does, whatever its sockets say.

use std::time::Duration;

use futures::StreamExt;
use redis::aio::{MultiplexedConnection, PubSub};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};

use crate::State;
use crate::hints::Shared;

/// How often a process says something to itself.
const BEAT: Duration = Duration::from_secs(1);
/// The line counts as broken when it has not heard itself for so long.
const SILENT: Duration = Duration::from_millis(2_500);
/// Hints sent at once.
const AT_ONCE: usize = 64;
/// Rest before the line is made again: doubles up to the second, and is drawn between half and the whole of it, so that
/// a server that comes back is not met by all at the same moment.
const REST: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// Longest message. Ours are a few hundred bytes.
const LONGEST: usize = 16 << 10;

/// Keeps the line of one process.
pub(crate) struct Line<'a> {
    shared: &'a Shared,
    /// Begins each message of this process, so that it knows its own. No other process draws the same 64 bits.
    name: String,
}

/// Why a line ended.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Refused(#[from] redis::RedisError),
    #[error("the connection ended")]
    Ended,
    #[error("nothing was heard for a while")]
    Silent,
}

impl<'a> Line<'a> {
    pub(crate) fn new(shared: &'a Shared) -> Self {
        Self { shared, name: format!("{:016x}", rand::random::<u64>()) }
    }

    pub(crate) async fn serve(&self, heard: &impl Fn(&str)) {
        let (mut rest, mut known) = (REST.0, false);
        loop {
            let broken = self.hold(heard).await;
            if self.close() == State::Well {
                (rest, known) = (REST.0, false);
            }
            if !known {
                tracing::warn!(%broken, "Redis is away; everything goes on through the database");
                known = true;
            }
            sleep(rest.mul_f64(rand::random_range(0.5..=1.0))).await;
            rest = (rest * 2).min(REST.1);
        }
    }

    /// Makes the line and holds it until it breaks.
    async fn hold(&self, heard: &impl Fn(&str)) -> Broken {
        let (connection, listening) = match self.shared.connect().await {
            Ok(connected) => connected,
            Err(error) => return error.into(),
        };
        tokio::select! {
            broken = self.say(connection.clone()) => broken,
            broken = self.listen(listening, &connection, heard) => broken,
        }
    }

    /// Sends what waits, and a beat now and then.
    async fn say(&self, mut connection: MultiplexedConnection) -> Broken {
        let mut waiting = self.shared.waiting.lock().await;
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut hints = Vec::with_capacity(AT_ONCE);
        loop {
            let mut told = redis::pipe();
            tokio::select! {
                _ = beat.tick() => self.publish(&mut told, ""),
                // The sender lives as long as the receiver.
                _ = waiting.recv_many(&mut hints, AT_ONCE) => hints.drain(..).for_each(|hint| self.publish(&mut told, &hint)),
            }
            if let Err(error) = told.query_async::<()>(&mut connection).await {
                return error.into();
            }
        }
    }

    fn publish(&self, told: &mut redis::Pipeline, hint: &str) {
        told.cmd("PUBLISH").arg(&self.shared.channel).arg(self.shared.signed(&self.name, hint)).ignore();
    }

    async fn listen(&self, mut listening: PubSub, connection: &MultiplexedConnection, heard: &impl Fn(&str)) -> Broken {
        let mut messages = listening.on_message();
        let mut heard_at = Instant::now();
        loop {
            let message = tokio::select! {
                message = messages.next() => message,
                () = sleep_until(heard_at + SILENT) => return Broken::Silent,
            };
            let Some(message) = message else { return Broken::Ended };
            let Ok(text) = std::str::from_utf8(message.get_payload_bytes()) else { continue };
            if text.len() > LONGEST {
                continue;
            }
            match self.shared.checked(text) {
                Some((name, _)) if name == self.name => {
                    heard_at = Instant::now();
                    self.open(connection);
                }
                Some((_, hint)) if !hint.is_empty() => heard(hint),
                _ => {}
            }
        }
    }

    fn open(&self, connection: &MultiplexedConnection) {
        let mut way = self.shared.way.lock();
        if way.state != State::Well {
            tracing::info!("Redis carries hints");
        }
        way.state = State::Well;
        if way.connection.is_none() {
            way.connection = Some(connection.clone());
        }
    }

    /// How the way was until now.
    fn close(&self) -> State {
        let mut way = self.shared.way.lock();
        way.connection = None;
        std::mem::replace(&mut way.state, State::Away)
    }
}
