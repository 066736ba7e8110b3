//! Waits inside items of parallel loops: another thread first comes in the place of this one, since what it waits for may be an item that
//! has not begun. Outside of loops a wait costs a look at one thread-local more.

use crate::deadline::Deadline;
use ffi_base::share::{self, Waiting};
use ffi_base::{Code, Result};
use std::time::{Duration, Instant};

/// How long an item waits for a lock before another thread comes: locks are held for moments, and a thread for each that waits for one
/// would only make the line longer.
const LOCKED: Duration = Duration::from_millis(50);

/// Makes `attempt` by the deadline; inside an item first without waiting.
#[inline(always)]
pub(crate) fn patiently<R>(deadline: Deadline, mut attempt: impl FnMut(Deadline) -> Result<R>) -> Result<R> {
    if deadline == Deadline::Now || !share::inside() {
        return attempt(deadline);
    }
    match attempt(Deadline::Now) {
        Err(error) if error.code() == Code::WouldBlock => {}
        outcome => return outcome,
    }
    let _waiting = share::waiting()?;
    attempt(deadline)
}

/// The same for locks: `take` says whether it got one by a deadline.
#[inline(always)]
pub(crate) fn lock(deadline: Deadline, mut take: impl FnMut(Deadline) -> bool) -> Result<bool> {
    if take(Deadline::Now) {
        return Ok(true);
    }
    if deadline == Deadline::Now {
        return Ok(false);
    }
    if !share::inside() {
        return Ok(take(deadline));
    }
    let soon = Instant::now() + LOCKED;
    match deadline {
        Deadline::At(until) if until <= soon => return Ok(take(deadline)),
        _ if take(Deadline::At(soon)) => return Ok(true),
        _ => {}
    }
    let _waiting = share::waiting()?;
    Ok(take(deadline))
}

/// For a call that tried and has to wait now. To be kept until the wait is over.
pub(crate) fn waiting(deadline: Deadline) -> Result<Option<Waiting>> {
    if deadline == Deadline::Now || !share::inside() { Ok(None) } else { share::waiting().map(Some) }
}
