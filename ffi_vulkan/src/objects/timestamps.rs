//! Timestamps: when the device came past a point of a command buffer.
#![forbid(unsafe_code)]

use super::at;
use super::commands::{Commands, Phase};
use super::physical::WORKS;
use super::raw::query::RawQueries;
use super::resource::Resource;
use ffi_base::{Result, fail};
use std::sync::Arc;

/// Records one; its number.
pub fn stamp(commands: &Arc<Commands>) -> Result<i64> {
    let mut recording = commands.record("timestamp")?;
    let (device, family) = (commands.device(), commands.pool().family);
    // Queues that only copy may have them, but cannot make them ready to be taken anew.
    let row = &device.physical().families[family as usize];
    if row.timestamp_valid_bits == 0 || !row.queue_flags.intersects(WORKS) {
        fail!(Unsupported, "queues of family {family} have no timestamps");
    }
    let at = recording.state.stamps;
    if at == RawQueries::COUNT {
        fail!(InvalidArgument, "a command buffer has {at} timestamps, and all are used");
    }
    let queries = match recording.state.clock.clone() {
        Some(queries) => queries,
        None => Arc::new(RawQueries::create(device)?),
    };
    if at == 0 {
        recording.outside_rendering("the first timestamp")?;
        recording.recorder().forget_stamps(&queries);
    }
    recording.recorder().stamp(&queries, at);
    recording.state.clock = Some(queries);
    recording.state.stamps += 1;
    Ok(i64::from(at))
}

/// Nanoseconds from one to another, of the last submission.
pub fn elapsed(commands: &Arc<Commands>, first: i64, second: i64) -> Result<i64> {
    commands.device().check()?;
    commands.check_idle("asked for its timestamps")?;
    let state = commands.state();
    let count = state.stamps as usize;
    let (first, second) = (at("timestamp", first, count)?, at("timestamp", second, count)?);
    if state.phase != Phase::Ended || !state.submitted {
        fail!(InvalidArgument, "the command buffer was not submitted since it was recorded");
    }
    let Some(queries) = &state.clock else { fail!(NotFound, "no timestamp was recorded") };
    let (before, after) = (queries.read(first as u32)?, queries.read(second as u32)?);
    let physical = commands.device().physical();
    let bits = physical.families[commands.pool().family as usize].timestamp_valid_bits;
    let ticks = after.wrapping_sub(before) & (u64::MAX >> (64 - bits.clamp(1, 64)));
    Ok((ticks as f64 * f64::from(physical.properties.limits.timestamp_period)) as i64)
}
