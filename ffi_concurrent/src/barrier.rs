//! The barrier: threads that wait until as many have come as it was made for.

use crate::deadline::Deadline;
use crate::monitor::Monitor;
use crate::patience::patiently;
use crate::shared::{End, EndWithLast, Shared};
use ffi_base::{Result, fail};

ffi_base::kinds! { KINDS;
    /// A barrier.
    BarrierKind = 21, "barrier", "rt_barrier", true, Shared<Barrier>, EndWithLast;
}

struct Round {
    arrived: i64,
    /// How many were full.
    number: u64,
}

/// See the file.
pub struct Barrier {
    parties: i64,
    round: Monitor<Round>,
}

impl End for Barrier {
    fn end(&self) {
        self.round.close();
    }
}

/// For so many threads.
pub fn new(parties: i64) -> Result<Shared<Barrier>> {
    if parties < 1 {
        fail!(InvalidArgument, "a barrier for {parties} threads; at least 1");
    }
    Ok(Shared::new(Barrier { parties, round: Monitor::new(Round { arrived: 0, number: 0 }) }))
}

fn wait_by(barrier: &Barrier, deadline: Deadline) -> Result<i64> {
    patiently(deadline, |deadline| arrive(barrier, deadline))
}

fn arrive(barrier: &Barrier, deadline: Deadline) -> Result<i64> {
    let mine = barrier.round.change(|round| {
        round.arrived += 1;
        if round.arrived < barrier.parties {
            return Some(round.number);
        }
        round.arrived = 0;
        round.number += 1;
        None
    });
    let Some(mine) = mine else { return Ok(1) };
    let waited = barrier.round.wait(deadline, |round| (round.number != mine).then_some(0));
    waited.or_else(|ended| {
        barrier.round.look(|round| {
            if round.number != mine {
                return Ok(0);
            }
            // Who goes away is not waited for.
            round.arrived -= 1;
            let what = format!("{} of {} threads came to the barrier", round.arrived + 1, barrier.parties);
            Err(deadline.ended(ended, &what, "barrier"))
        })
    })
}

/// Waits for the others.
pub fn wait(barrier: &Shared<Barrier>) -> Result<i64> {
    wait_by(barrier, Deadline::Never)
}
/// Waits that long.
pub fn wait_timeout(barrier: &Shared<Barrier>, timeout_ns: i64) -> Result<i64> {
    wait_by(barrier, Deadline::after(timeout_ns)?)
}
