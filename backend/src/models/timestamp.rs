//! Moments in time: Unix milliseconds in the database, RFC 3339 in UTC on the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::Notify;

/// A moment, in Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-22T08:30:00.000Z")]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment plus a duration.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(milliseconds(duration)))
    }

    /// The time since an earlier moment; none since a later one.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This much earlier.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(milliseconds(duration)))
    }

    /// This moment as files carry it.
    #[must_use]
    pub fn system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }

    /// The calendar day of this moment in a time zone, as `yyyymmdd`.
    #[must_use]
    pub fn day(self, zone: &jiff::tz::TimeZone) -> i32 {
        let date = self.jiff().to_zoned(zone.clone()).date();
        i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day())
    }

    /// Milliseconds until the next calendar day begins in a time zone: when daily limits start afresh.
    #[must_use]
    pub fn until_tomorrow(self, zone: &jiff::tz::TimeZone) -> Duration {
        let now = self.jiff().to_zoned(zone.clone());
        let tomorrow = now.tomorrow().and_then(|next| next.start_of_day());
        let span = tomorrow.map_or(86_400_000, |next| next.timestamp().as_millisecond() - self.0);
        Duration::from_millis(u64::try_from(span).unwrap_or(0))
    }

    fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The form of the wire.
impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3}", self.jiff())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<jiff::Timestamp>().map(|at| Self(at.as_millisecond())).map_err(serde::de::Error::custom)
    }
}

/// Where the application reads the time. Tests move it by hand; nothing else reads the system's clock for
/// anything that is stored or compared.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    moved_by: Arc<AtomicI64>,
    moved: Arc<Notify>,
}

impl Clock {
    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let system = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Timestamp(milliseconds(system).saturating_add(self.moved_by.load(Ordering::Relaxed)))
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        self.moved_by.fetch_add(milliseconds(duration), Ordering::Relaxed);
        self.moved.notify_waiters();
    }

    /// Waits until so much time has passed. Counted are real time, whatever is done to the system's clock, and what
    /// this clock is moved forward meanwhile.
    pub async fn sleep(&self, duration: Duration) {
        let (begin, moved_before) = (Instant::now(), self.moved_by.load(Ordering::Relaxed));
        loop {
            // Made before the clock is read, so that no move falls between the two.
            let moved = self.moved.notified();
            let moved_by = self.moved_by.load(Ordering::Relaxed) - moved_before;
            let passed = begin.elapsed() + Duration::from_millis(u64::try_from(moved_by).unwrap_or(0));
            let Some(left) = duration.checked_sub(passed).filter(|left| !left.is_zero()) else { return };
            tokio::select! {
                () = moved => {}
                () = tokio::time::sleep(left) => {}
            }
        }
    }

    /// What some work gives, if it is done within a duration.
    pub async fn within<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.sleep(limit) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_of_the_zone_not_of_utc() {
        let shanghai = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
        let evening_in_utc = Timestamp("2026-11-21T16:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond());
        assert_eq!(evening_in_utc.day(&shanghai), 20_261_122);
        assert_eq!(evening_in_utc.before(Duration::from_millis(1)).day(&shanghai), 20_261_121);
        assert_eq!(evening_in_utc.until_tomorrow(&shanghai), Duration::from_secs(86_400));
    }

    #[tokio::test]
    async fn who_waits_on_a_clock_is_woken_when_it_is_moved_far_enough() {
        let clock = Clock::default();
        let moving = async {
            clock.advance(Duration::from_secs(3599));
            tokio::task::yield_now().await;
            clock.advance(Duration::from_secs(1));
        };
        let (outcome, ()) = tokio::join!(clock.within(Duration::from_secs(3600), std::future::pending::<()>()), moving);
        assert_eq!(outcome, None);
        assert_eq!(clock.within(Duration::ZERO, std::future::ready(1)).await, Some(1));
    }

    #[test]
    fn the_wire_form_is_rfc_3339_with_milliseconds() {
        let at = Timestamp(1_795_336_200_120);
        let json = serde_json::to_string(&at).unwrap();
        assert_eq!(json, "\"2026-11-22T08:30:00.120Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), at);
    }
}
