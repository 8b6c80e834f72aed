//! How often one address, or one account, may try. Kept in memory, and counted together with the other processes where
//! they have a Redis server: it slows guessing down, nothing depends on it being exact.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use hints::{Allowance, Verdict};

use super::fleet::Fleet;
use crate::error::{Code, Failure};
use crate::models::id::UserId;

/// The limits on attempts.
pub struct Throttle {
    login_by_address: Limit,
    login_by_neighbours_and_account: Limit,
    login_by_account: Limit,
    register_by_address: Limit,
    prompt_by_user: Limit,
    mail_by_address: Limit,
    mail_by_neighbours: Limit,
    mail_by_recipient: Limit,
    mail_by_studio: Limit,
    checkout_by_user: Limit,
    redeem_by_address: Limit,
    redeem_by_user: Limit,
    attempts: AtomicU32,
    fleet: Fleet,
}

/// One limit, as this process counts it.
struct Limit {
    name: &'static str,
    rate: Rate,
    counts: DefaultKeyedRateLimiter<String>,
}

/// Attempts allowed at once, and the time after which one more is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Attempts at once.
    pub burst: NonZeroU32,
    /// One more after so long.
    pub every: Duration,
}

impl Rate {
    const fn new(burst: u32, every_seconds: u64) -> Self {
        let burst = match NonZeroU32::new(burst) {
            Some(burst) => burst,
            None => NonZeroU32::MIN,
        };
        Self { burst, every: Duration::from_secs(every_seconds) }
    }

    fn quota(self) -> Quota {
        Quota::with_period(self.every).unwrap_or_else(|| Quota::per_second(self.burst)).allow_burst(self.burst)
    }
}

/// Log-ins from one address: a household behind one address logs in freely, a guesser gets 30 and then 6 a minute.
pub const LOGIN_BY_ADDRESS: Rate = Rate::new(30, 10);
/// Log-ins from one neighbourhood of addresses to one account: ten tries, then two a minute.
pub const LOGIN_BY_NEIGHBOURS_AND_ACCOUNT: Rate = Rate::new(10, 30);
/// Log-ins to one account from wherever they come. More than one neighbourhood may have, so that a stranger who guesses
/// from one cannot keep the owner of the account out.
pub const LOGIN_BY_ACCOUNT: Rate = Rate::new(40, 10);
/// Registrations from one address: twenty at once for a classroom, then one every three minutes.
pub const REGISTER_BY_ADDRESS: Rate = Rate::new(20, 180);
/// Questions of one person to the text model, which the operator pays: ten at once while somebody tries words, then four a
/// minute.
pub const PROMPT_BY_USER: Rate = Rate::new(10, 15);
/// Letters that one address asks for: a household, then one a minute.
pub const MAIL_BY_ADDRESS: Rate = Rate::new(10, 60);
/// Letters that one neighbourhood of addresses asks for: a few households, and far less than the whole studio has, so that a
/// stranger with many addresses does not keep everybody from the letters they need.
pub const MAIL_BY_NEIGHBOURS: Rate = Rate::new(30, 20);
/// Letters to one recipient, whoever asks for them: a few tries, then one every five minutes, so that nobody's mailbox is
/// filled by a stranger.
pub const MAIL_BY_RECIPIENT: Rate = Rate::new(5, 300);
/// Letters of the whole studio, so that many strangers together do not use up what its mail server sends in a day.
pub const MAIL_BY_STUDIO: Rate = Rate::new(200, 5);
/// Checkouts that one person begins: ten at once while somebody compares packs, then two a minute.
pub const CHECKOUT_BY_USER: Rate = Rate::new(10, 30);
/// Codes from one address: a class that redeems together, then four a minute.
pub const REDEEM_BY_ADDRESS: Rate = Rate::new(40, 15);
/// Codes of one person: ten at once for whoever has a handful, then one a minute. A code has 31¹⁵ forms.
pub const REDEEM_BY_USER: Rate = Rate::new(10, 60);
/// After so many attempts those who have waited long enough are forgotten: the tables grow by attempts, so that is what
/// bounds them, in every process that answers requests.
const FORGET_EVERY: u32 = 1024;

impl Limit {
    fn new(name: &'static str, rate: Rate) -> Self {
        Self { name, rate, counts: RateLimiter::keyed(rate.quota()) }
    }

    /// Counts an attempt in this process.
    fn count(&self, whose: &String) -> Result<(), Failure> {
        let counted = self.counts.check_key(whose);
        counted.map_err(|early| too_many(early.wait_time_from(DefaultClock::default().now())))
    }

    /// The same limit for all processes.
    fn for_all<'a>(&self, whose: &'a str) -> Allowance<'a> {
        Allowance { limit: self.name, whose, burst: self.rate.burst.get(), every: self.rate.every }
    }
}

fn too_many(wait: Duration) -> Failure {
    let seconds = wait.as_secs() + 1;
    Failure::new(Code::TooManyAttempts).with("seconds", seconds).retry_after(seconds)
}

impl Throttle {
    /// With the processes that count together.
    #[must_use]
    pub fn with(fleet: Fleet) -> Self {
        Self {
            login_by_address: Limit::new("login-address", LOGIN_BY_ADDRESS),
            login_by_neighbours_and_account: Limit::new("login-neighbours", LOGIN_BY_NEIGHBOURS_AND_ACCOUNT),
            login_by_account: Limit::new("login-account", LOGIN_BY_ACCOUNT),
            register_by_address: Limit::new("register-address", REGISTER_BY_ADDRESS),
            prompt_by_user: Limit::new("prompt-user", PROMPT_BY_USER),
            mail_by_address: Limit::new("mail-address", MAIL_BY_ADDRESS),
            mail_by_neighbours: Limit::new("mail-neighbours", MAIL_BY_NEIGHBOURS),
            mail_by_recipient: Limit::new("mail-recipient", MAIL_BY_RECIPIENT),
            mail_by_studio: Limit::new("mail-studio", MAIL_BY_STUDIO),
            checkout_by_user: Limit::new("checkout-user", CHECKOUT_BY_USER),
            redeem_by_address: Limit::new("redeem-address", REDEEM_BY_ADDRESS),
            redeem_by_user: Limit::new("redeem-user", REDEEM_BY_USER),
            attempts: AtomicU32::new(0),
            fleet,
        }
    }

    /// Counts a log-in from an address.
    ///
    /// # Errors
    /// `too_many_attempts` with the seconds to wait.
    pub async fn login_address(&self, address: IpAddr) -> Result<(), Failure> {
        self.count(&[(&self.login_by_address, network(address).to_string())]).await
    }

    /// Counts a log-in from an address to an account, existing or not.
    ///
    /// # Errors
    /// `too_many_attempts` with the seconds to wait.
    pub async fn login_account(&self, address: IpAddr, email: &str) -> Result<(), Failure> {
        let account: String = email.chars().take(254).collect();
        // What one neighbourhood may not do does not count for the others.
        let from_here = format!("{} {account}", neighbourhood(address));
        self.count(&[(&self.login_by_neighbours_and_account, from_here), (&self.login_by_account, account)]).await
    }

    /// Counts a registration from an address.
    ///
    /// # Errors
    /// `too_many_attempts` with the seconds to wait.
    pub async fn register_address(&self, address: IpAddr) -> Result<(), Failure> {
        self.count(&[(&self.register_by_address, network(address).to_string())]).await
    }

    /// Counts a question of somebody to the text model.
    ///
    /// # Errors
    /// `too_many_attempts` with the seconds to wait.
    pub async fn prompt_user(&self, user: &UserId) -> Result<(), Failure> {
        self.count(&[(&self.prompt_by_user, user.to_string())]).await
    }

    /// Counts a letter that somebody asks for from an address, to a recipient who may or may not have an account.
    ///
    /// # Errors
    /// `too_many_attempts` with the seconds to wait.
    pub async fn mail(&self, address: IpAddr, recipient: &str) -> Result<(), Failure> {
        let from_here = network(address).to_string();
        // What the first ones refuse does not count for everybody.
        let counts = [
            (&self.mail_by_address, from_here),
            (&self.mail_by_neighbours, neighbourhood(address).to_string()),
            (&self.mail_by_recipient, recipient.to_owned()),
            (&self.mail_by_studio, String::new()),
        ];
        self.count(&counts).await
    }

    /// Counts a checkout that somebody begins.
    ///
    /// # Errors
    /// `too_many_attempts` with the seconds to wait.
    pub async fn checkout_user(&self, user: &UserId) -> Result<(), Failure> {
        self.count(&[(&self.checkout_by_user, user.to_string())]).await
    }

    /// Counts a code that somebody tries.
    ///
    /// # Errors
    /// `too_many_attempts` with the seconds to wait.
    pub async fn redeem(&self, address: IpAddr, user: &UserId) -> Result<(), Failure> {
        let from_here = network(address).to_string();
        self.count(&[(&self.redeem_by_user, user.to_string()), (&self.redeem_by_address, from_here)]).await
    }

    /// Counts an attempt against each limit in turn, up to the first that refuses: in this process, whose own limits hold
    /// in any case, and then for all processes.
    async fn count(&self, attempts: &[(&Limit, String)]) -> Result<(), Failure> {
        if self.attempts.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.forget_idle();
        }
        attempts.iter().try_for_each(|(limit, whose)| limit.count(whose))?;
        let for_all: Vec<Allowance<'_>> = attempts.iter().map(|(limit, whose)| limit.for_all(whose)).collect();
        match self.fleet.admit(&for_all).await {
            Verdict::Refused(wait) => Err(too_many(wait)),
            Verdict::Admitted | Verdict::Unknown => Ok(()),
        }
    }

    /// Forgets those who have waited long enough, so that the tables do not grow for ever.
    fn forget_idle(&self) {
        let all = [
            &self.login_by_address,
            &self.login_by_neighbours_and_account,
            &self.login_by_account,
            &self.register_by_address,
            &self.prompt_by_user,
            &self.mail_by_address,
            &self.mail_by_neighbours,
            &self.mail_by_recipient,
            &self.mail_by_studio,
            &self.checkout_by_user,
            &self.redeem_by_address,
            &self.redeem_by_user,
        ];
        all.into_iter().for_each(|limit| limit.counts.retain_recent());
    }
}

/// One household has a whole IPv6 /64, so that is what counts as one address.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The addresses that one stranger may easily have: a provider gives a customer an IPv6 /48, and whoever rents machines
/// has many of an IPv4 /24.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & (u128::MAX << 80)).into()),
        IpAddr::V4(v4) => IpAddr::V4((u32::from(v4) & (u32::MAX << 8)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addresses that have nothing to do with each other.
    fn address(number: u32) -> IpAddr {
        std::net::Ipv4Addr::from(0xc612_0000 + (number << 8)).into()
    }

    #[tokio::test]
    async fn an_account_is_slowed_down_for_one_neighbourhood_and_more_slowly_for_all() {
        let throttle = Throttle::with(Fleet::default());
        let from_one = LOGIN_BY_NEIGHBOURS_AND_ACCOUNT.burst.get();
        for _ in 0..from_one {
            throttle.login_account(address(0), "a@b.c").await.unwrap();
        }
        for _ in 0..1_000 {
            let refused = throttle.login_account(address(0), "a@b.c").await.unwrap_err();
            assert_eq!(refused.code, Code::TooManyAttempts);
            assert!(refused.retry_after_seconds.unwrap() <= LOGIN_BY_NEIGHBOURS_AND_ACCOUNT.every.as_secs() + 1);
        }
        for number in from_one..LOGIN_BY_ACCOUNT.burst.get() {
            throttle.login_account(address(number), "a@b.c").await.unwrap();
        }
        assert!(throttle.login_account(address(1), "a@b.c").await.is_err());
        throttle.login_account(address(1), "d@e.f").await.unwrap();
    }

    #[tokio::test]
    async fn whoever_has_many_addresses_side_by_side_has_the_tries_of_one() {
        let throttle = Throttle::with(Fleet::default());
        for (own, other) in [("198.51.100", "203.0.113.1"), ("2001:db8:7", "2001:db8:8::1")] {
            let own = |number: u32| -> IpAddr {
                let text = if own.contains(':') { format!("{own}:{number:x}::1") } else { format!("{own}.{number}") };
                text.parse().unwrap()
            };
            for number in 0..LOGIN_BY_NEIGHBOURS_AND_ACCOUNT.burst.get() {
                throttle.login_account(own(number), other).await.unwrap();
            }
            for number in 100..200 {
                assert!(throttle.login_account(own(number), other).await.is_err());
            }
            throttle.login_account(other.parse().unwrap(), other).await.unwrap();
        }
    }

    #[tokio::test]
    async fn those_who_waited_long_enough_are_forgotten_without_a_housekeeper() {
        let brief = Rate { burst: NonZeroU32::MIN, every: Duration::from_nanos(1) };
        let throttle = Throttle { login_by_address: Limit::new("brief", brief), ..Throttle::with(Fleet::default()) };
        for number in 0..FORGET_EVERY * 2 {
            throttle.login_address(address(number)).await.unwrap();
        }
        assert!(throttle.login_by_address.counts.len() < FORGET_EVERY as usize, "{}", throttle.login_by_address.counts.len());
    }

    #[tokio::test]
    async fn letters_are_limited_for_each_address_each_recipient_and_the_studio() {
        let throttle = Throttle::with(Fleet::default());
        for number in 0..MAIL_BY_ADDRESS.burst.get() {
            throttle.mail(address(0), &format!("{number}@b.c")).await.unwrap();
        }
        assert!(throttle.mail(address(0), "new@b.c").await.is_err());
        for number in 1..=MAIL_BY_RECIPIENT.burst.get() {
            throttle.mail(address(number), "one@b.c").await.unwrap();
        }
        assert!(throttle.mail(address(100), "one@b.c").await.is_err());
        let sent = MAIL_BY_ADDRESS.burst.get() + MAIL_BY_RECIPIENT.burst.get();
        for number in sent..MAIL_BY_STUDIO.burst.get() {
            throttle.mail(address(1_000 + number), &format!("{number}@d.e")).await.unwrap();
        }
        let refused = throttle.mail(address(5_000), "last@d.e").await.unwrap_err();
        assert_eq!(refused.code, Code::TooManyAttempts);
    }

    #[tokio::test]
    async fn a_stranger_with_many_addresses_side_by_side_leaves_the_studio_its_letters() {
        for own in ["2001:db8:7", "198.51.100"] {
            let throttle = Throttle::with(Fleet::default());
            for number in 0..255_u32 {
                let text = if own.contains(':') { format!("{own}:{number:x}::1") } else { format!("{own}.{number}") };
                drop(throttle.mail(text.parse().unwrap(), &format!("{number}@b.c")).await);
            }
            throttle.mail("203.0.113.9".parse().unwrap(), "owner@d.e").await.unwrap();
        }
    }

    #[tokio::test]
    async fn all_addresses_of_one_ipv6_network_count_as_one() {
        let throttle = Throttle::with(Fleet::default());
        for host in 0..REGISTER_BY_ADDRESS.burst.get() {
            throttle.register_address(format!("2001:db8::{host:x}").parse().unwrap()).await.unwrap();
        }
        assert!(throttle.register_address("2001:db8::ffff".parse().unwrap()).await.is_err());
        assert!(throttle.register_address("2001:db8:0:1::1".parse().unwrap()).await.is_ok());
    }
}
