//! How many requests a caller may make: buckets of tokens, several windows at once.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use super::id::WorkspaceId;
use super::time::Timestamp;

/// So many requests in a window: `50/s`, `108000/h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The most requests in a window; as many at once, and then evenly.
    pub count: u32,
    /// The window.
    pub window: Window,
}

/// The length of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
}

/// Who a request counts for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payer {
    /// A private key, by its id.
    Key(WorkspaceId, String),
    /// A public key as one network uses it: whoever floods a page from one network silences it there only.
    PublicKey(WorkspaceId, String, Option<IpAddr>),
    /// A network that named no key that we know.
    Network(Option<IpAddr>),
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Seconds to wait, if it was one too many. It then cost nothing.
    pub retry_after: Option<u32>,
    /// How many more could follow at once, for each limit.
    pub remaining: Vec<u32>,
}

/// The buckets of all callers, in memory.
#[derive(Debug, Default)]
pub struct RateLimits {
    limits: Vec<Limit>,
    buckets: Mutex<HashMap<Payer, Bucket>>,
}

/// One level for each limit, in tokens times the window's milliseconds, so that nothing is ever rounded.
#[derive(Debug)]
struct Bucket {
    levels: Vec<i64>,
    at: Timestamp,
}

/// A bucket that is full again says nothing and is dropped when there are this many.
const MAX_BUCKETS: usize = 100_000;

impl Window {
    const ALL: [(Window, &'static str); 4] =
        [(Window::Second, "s"), (Window::Minute, "m"), (Window::Hour, "h"), (Window::Day, "d")];

    /// As headers spell it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Window::Second => "second",
            Window::Minute => "minute",
            Window::Hour => "hour",
            Window::Day => "day",
        }
    }

    fn milliseconds(self) -> i64 {
        match self {
            Window::Second => 1000,
            Window::Minute => 60_000,
            Window::Hour => 3_600_000,
            Window::Day => 86_400_000,
        }
    }
}

impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Limit, &'static str> {
        const WRONG: &str = "must look like 50/s or 108000/h, with s, m, h or d";
        let (count, letter) = text.trim().split_once('/').ok_or(WRONG)?;
        let count = count.parse().ok().filter(|count| *count > 0).ok_or(WRONG)?;
        let (window, _) = Window::ALL.into_iter().find(|(_, known)| *known == letter).ok_or(WRONG)?;
        Ok(Limit { count, window })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} per {}", self.count, self.window.word())
    }
}

impl Limit {
    /// What a full bucket holds.
    fn capacity(self) -> i64 {
        i64::from(self.count) * self.window.milliseconds()
    }

    fn refilled(self, level: i64, elapsed: i64) -> i64 {
        level.saturating_add(elapsed.saturating_mul(i64::from(self.count))).min(self.capacity())
    }

    /// Milliseconds until the bucket holds a token.
    fn wait(self, level: i64) -> i64 {
        let missing = (self.window.milliseconds() - level).max(0);
        divided(missing, i64::from(self.count))
    }
}

/// Rounded up; neither number is negative.
fn divided(number: i64, by: i64) -> i64 {
    (number + by - 1) / by
}

impl RateLimits {
    /// Limits that hold for every payer.
    #[must_use]
    pub fn new(limits: Vec<Limit>) -> RateLimits {
        RateLimits { limits, buckets: Mutex::default() }
    }

    /// The limits; without any, nothing is counted.
    #[must_use]
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// Takes a token of every limit, or none of any.
    pub fn take(&self, payer: Payer, now: Timestamp) -> Taken {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_BUCKETS {
            self.make_room(&mut buckets, now);
        }
        let full = || Bucket { levels: self.limits.iter().map(|limit| limit.capacity()).collect(), at: now };
        let bucket = buckets.entry(payer).or_insert_with(full);
        self.refill(bucket, now);
        let waits = self.limits.iter().zip(&bucket.levels).map(|(limit, level)| limit.wait(*level));
        let wait = waits.max().unwrap_or(0);
        if wait == 0 {
            for (limit, level) in self.limits.iter().zip(&mut bucket.levels) {
                *level -= limit.window.milliseconds();
            }
        }
        let retry_after = (wait > 0).then(|| u32::try_from(divided(wait, 1000)).unwrap_or(u32::MAX));
        Taken { retry_after, remaining: self.remaining(bucket) }
    }

    fn remaining(&self, bucket: &Bucket) -> Vec<u32> {
        let tokens = |(limit, level): (&Limit, &i64)| level / limit.window.milliseconds();
        self.limits.iter().zip(&bucket.levels).map(|pair| u32::try_from(tokens(pair)).unwrap_or(0)).collect()
    }

    fn refill(&self, bucket: &mut Bucket, now: Timestamp) {
        let elapsed = (now.0 - bucket.at.0).max(0);
        for (limit, level) in self.limits.iter().zip(&mut bucket.levels) {
            *level = limit.refilled(*level, elapsed);
        }
        bucket.at = now;
    }

    /// Drops the buckets that are full. Should most be in use, all are dropped: a flood from everywhere must neither
    /// fill the memory nor make each request search through it.
    fn make_room(&self, buckets: &mut HashMap<Payer, Bucket>, now: Timestamp) {
        buckets.retain(|_, bucket| {
            self.refill(bucket, now);
            self.limits.iter().zip(&bucket.levels).any(|(limit, level)| *level < limit.capacity())
        });
        if buckets.len() > MAX_BUCKETS / 2 {
            buckets.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(text: &str) -> RateLimits {
        RateLimits::new(text.split(',').map(|limit| limit.parse().unwrap()).collect())
    }

    fn take(limits: &RateLimits, payer: u8, at: i64) -> (Option<u32>, Vec<u32>) {
        let payer = Payer::Network(Some([payer, 0, 0, 0].into()));
        let Taken { retry_after, remaining } = limits.take(payer, Timestamp(at));
        (retry_after, remaining)
    }

    #[test]
    fn a_limit_is_a_number_and_the_letter_of_a_window() {
        assert_eq!("50/s".parse(), Ok(Limit { count: 50, window: Window::Second }));
        assert_eq!(" 108000/h".parse(), Ok(Limit { count: 108_000, window: Window::Hour }));
        for wrong in ["50", "50/", "/s", "0/s", "-1/s", "50/w", "1.5/s", "50/second", "99999999999/s"] {
            assert!(wrong.parse::<Limit>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_bucket_gives_what_it_holds_at_once_and_then_evenly() {
        let limits = limits("2/s");
        assert_eq!(take(&limits, 1, 0), (None, vec![1]));
        assert_eq!(take(&limits, 1, 0), (None, vec![0]));
        assert_eq!(take(&limits, 1, 0), (Some(1), vec![0]));
        assert_eq!(take(&limits, 2, 0), (None, vec![1]), "another payer has another bucket");
        assert_eq!(take(&limits, 1, 499), (Some(1), vec![0]));
        assert_eq!(take(&limits, 1, 500), (None, vec![0]));
        assert_eq!(take(&limits, 1, 10_000), (None, vec![1]), "it never holds more than its size");
    }

    #[test]
    fn a_refused_request_costs_nothing_in_any_window() {
        let limits = limits("1/s,3/h");
        assert_eq!(take(&limits, 1, 0), (None, vec![0, 2]));
        for _ in 0..10 {
            assert_eq!(take(&limits, 1, 0), (Some(1), vec![0, 2]));
        }
        assert_eq!(take(&limits, 1, 1000), (None, vec![0, 1]));
        assert_eq!(take(&limits, 1, 2000), (None, vec![0, 0]));
        assert_eq!(take(&limits, 1, 3000), (Some(1197), vec![1, 0]), "a third of an hour after the first");
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_takes_nothing() {
        let limits = limits("1/s");
        assert_eq!(take(&limits, 1, 5000), (None, vec![0]));
        assert_eq!(take(&limits, 1, 1000), (Some(1), vec![0]));
        assert_eq!(take(&limits, 1, 2000), (None, vec![0]));
    }

    #[test]
    fn however_many_callers_there_are_memory_is_bounded() {
        let limits = limits("1/h");
        for caller in 0..250_000_u32 {
            let payer = Payer::Network(Some(IpAddr::from(caller.to_be_bytes())));
            assert_eq!(limits.take(payer, Timestamp(0)).retry_after, None);
        }
        assert!(limits.buckets.lock().unwrap().len() <= MAX_BUCKETS);
    }

    #[test]
    fn buckets_that_are_full_again_make_room_first() {
        let limits = limits("1/s");
        let payer = |caller: u32| Payer::Network(Some(IpAddr::from(caller.to_be_bytes())));
        for caller in 1..100_000 {
            limits.take(payer(caller), Timestamp(0));
        }
        limits.take(payer(0), Timestamp(1000));
        limits.take(payer(100_000), Timestamp(1000));
        assert_eq!(limits.take(payer(0), Timestamp(1000)).retry_after, Some(1), "this one was still in use");
        assert_eq!(limits.buckets.lock().unwrap().len(), 2);
    }
}
