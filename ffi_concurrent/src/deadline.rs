//! How long a call may wait: nanoseconds from now, 0 not at all, -1 for ever.

use crate::monitor::Ended;
use ffi_base::{Error, Result, error, fail};
use std::time::{Duration, Instant};

/// Until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// Not at all.
    Now,
    /// Until then.
    At(Instant),
    /// For ever.
    Never,
}

impl Deadline {
    /// From a row's `timeout_ns`.
    pub fn after(timeout_ns: i64) -> Result<Deadline> {
        match timeout_ns {
            0 => Ok(Deadline::Now),
            -1 => Ok(Deadline::Never),
            1.. => {
                // A moment that the clock cannot name does not come.
                let until = Instant::now().checked_add(Duration::from_nanos(timeout_ns.unsigned_abs()));
                Ok(until.map_or(Deadline::Never, Deadline::At))
            }
            _ => fail!(InvalidArgument, "timeout_ns is {timeout_ns}: nanoseconds from 0 on, or -1 to wait for ever"),
        }
    }

    /// The moment, where there is one.
    pub fn instant(self) -> Option<Instant> {
        match self {
            Deadline::Now => Some(Instant::now()),
            Deadline::At(instant) => Some(instant),
            Deadline::Never => None,
        }
    }

    /// The error of a call on `what` that gave up: it was not to wait at all, or not that long.
    #[cold]
    pub fn over(self, what: &str) -> Error {
        match self {
            Deadline::Now => error!(WouldBlock, "{what}"),
            _ => error!(Timeout, "{what}, and the given time is over"),
        }
    }

    /// The same, for a wait that was ended.
    #[cold]
    pub fn ended(self, ended: Ended, what: &str, object: &str) -> Error {
        match ended {
            Ended::Closed => error!(Closed, "the {object} was freed"),
            Ended::TimedOut => self.over(what),
        }
    }
}
