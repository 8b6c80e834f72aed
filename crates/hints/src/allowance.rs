//! Limits on attempts that all processes count together, in one script that Redis runs at once.

use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;
use redis::aio::MultiplexedConnection;

/// How often somebody may try something.
#[derive(Clone, Copy, Debug)]
pub struct Allowance<'a> {
    /// Names the limit.
    pub limit: &'static str,
    /// Whose attempts are counted.
    pub whose: &'a str,
    /// Attempts at once.
    pub burst: u32,
    /// One more after so long.
    pub every: Duration,
}

/// What Redis knows of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is counted, and within every limit.
    Admitted,
    /// It comes too early by so much.
    Refused(Duration),
    /// Redis cannot be asked.
    Unknown,
}

/// The generic cell rate algorithm over each key in turn. A key holds the moment at which all of its attempts are paid
/// off and expires then, so that nothing is kept of those who do not try. Redis's own clock counts: those of the
/// processes may differ.
static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        for place, key in ipairs(KEYS) do
            local every, burst = tonumber(ARGV[2 * place - 1]), tonumber(ARGV[2 * place])
            local paid = math.max(tonumber(redis.call('GET', key) or now) or now, now)
            -- What no attempt can have left behind, NaN among it, counts as nothing.
            if not (paid <= now + every * burst) then paid = now end
            local early = paid - now - every * (burst - 1)
            if early > 0 then return early end
            redis.call('SET', key, string.format('%.0f', paid + every), 'PX', string.format('%.0f', paid + every - now))
        end
        return 0",
    )
});

/// Asks Redis.
pub(crate) async fn ask(
    connection: &mut MultiplexedConnection,
    keys: &[String],
    allowances: &[Allowance<'_>],
) -> redis::RedisResult<Verdict> {
    let mut call = SCRIPT.prepare_invoke();
    for (key, allowance) in keys.iter().zip(allowances) {
        let every = u64::try_from(allowance.every.as_millis()).unwrap_or(u64::MAX).max(1);
        call.key(key).arg(every).arg(allowance.burst.max(1));
    }
    let early: u64 = call.invoke_async(connection).await?;
    Ok(if early == 0 { Verdict::Admitted } else { Verdict::Refused(Duration::from_millis(early)) })
}
