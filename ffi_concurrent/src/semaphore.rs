//! The semaphore: a count of permits that threads take and give.

use crate::deadline::Deadline;
use crate::monitor::Monitor;
use crate::patience::patiently;
use crate::shared::{End, EndWithLast, Shared};
use ffi_base::{Result, fail};

ffi_base::kinds! { KINDS;
    /// A semaphore.
    SemaphoreKind = 22, "semaphore", "rt_semaphore", true, Shared<Semaphore>, EndWithLast;
}

/// The permits that are free.
pub struct Semaphore(Monitor<i64>);

impl End for Semaphore {
    fn end(&self) {
        self.0.close();
    }
}

/// With so many permits.
pub fn new(permits: i64) -> Result<Shared<Semaphore>> {
    if permits < 0 {
        fail!(InvalidArgument, "{permits} permits; 0 or more");
    }
    Ok(Shared::new(Semaphore(Monitor::new(permits))))
}

fn acquire_by(semaphore: &Semaphore, deadline: Deadline) -> Result<()> {
    let take = |permits: &mut i64| {
        (*permits > 0).then(|| {
            *permits -= 1;
        })
    };
    patiently(deadline, |deadline| {
        semaphore.0.wait(deadline, take).map_err(|ended| deadline.ended(ended, "no permit was free", "semaphore"))
    })
}

/// Waits for a permit and takes it.
pub fn acquire(semaphore: &Shared<Semaphore>) -> Result<()> {
    acquire_by(semaphore, Deadline::Never)
}
/// Takes a permit if one is free.
pub fn try_acquire(semaphore: &Shared<Semaphore>) -> Result<()> {
    acquire_by(semaphore, Deadline::Now)
}
/// Waits that long.
pub fn acquire_timeout(semaphore: &Shared<Semaphore>, timeout_ns: i64) -> Result<()> {
    acquire_by(semaphore, Deadline::after(timeout_ns)?)
}

/// Gives so many.
pub fn release(semaphore: &Shared<Semaphore>, permits: i64) -> Result<()> {
    if permits < 1 {
        fail!(InvalidArgument, "{permits} permits; at least 1");
    }
    semaphore.0.change(|free| match free.checked_add(permits) {
        Some(sum) => {
            *free = sum;
            Ok(())
        }
        None => fail!(InvalidArgument, "{permits} permits more than {free} are more than can be counted"),
    })
}

/// How many are free at this moment.
pub fn available(semaphore: &Shared<Semaphore>) -> Result<i64> {
    Ok(semaphore.0.look(|permits| *permits))
}
