//! Capacities of channels and queues, whose memory is taken when they are made.

use ffi_base::{Result, error, fail};

/// More is better served by an unbounded one, which takes memory as it fills.
const MOST: i64 = 1 << 24;

/// A capacity from `least` to the most, for which there is memory.
pub fn check<T>(capacity: i64, least: i64) -> Result<usize> {
    if !(least..=MOST).contains(&capacity) {
        fail!(InvalidArgument, "capacity {capacity}: from {least} to {MOST}, or -1 for an unbounded one");
    }
    let capacity = capacity as usize;
    // A value and a stamp each. What is asked for and given back is there in the next moment too, as a rule.
    let room = Vec::<(T, usize)>::new().try_reserve_exact(capacity);
    room.map_err(|_| error!(OutOfMemory, "no memory for a capacity of {capacity}"))?;
    Ok(capacity)
}
