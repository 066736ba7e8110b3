//! Folds and running totals. The blocks depend on the length and the grain alone, and are put together in order: any number of
//! threads gives the same bits, also of sums of doubles and of operations that are not commutative.
#![forbid(unsafe_code)]

use super::foreign::{Number, Source, Target, zeros};
use ffi_base::share::{self, Part, Plan, Wake};
use ffi_base::{Result, error};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The most blocks: what is between them is done by one thread.
const MOST_BLOCKS: usize = 1024;
/// The fewest numbers of a block of a sum, which one thread adds in a microsecond or two.
const SUM_BLOCK: usize = 4096;
/// The fewest numbers of a block for a function of the host, where they are not few and nobody says otherwise.
const CALL_BLOCK: usize = 16;
/// Up to so many calls of a function are taken for few and long ones.
const FEW: usize = 64;

#[derive(Clone, Copy)]
struct Blocks {
    len: usize,
    each: usize,
    wake: Wake,
}

impl Blocks {
    fn new(len: usize, least: usize, wake: Wake) -> Blocks {
        Blocks { len, each: least.max(len.div_ceil(MOST_BLOCKS)).max(1), wake }
    }

    fn count(self) -> usize {
        self.len.div_ceil(self.each)
    }

    /// Runs `body` for each block but those from `until` on.
    fn run(self, until: usize, body: impl Fn(usize, Range<usize>, &Part<'_>) + Sync) -> Result<()> {
        let plan = Plan { count: until, grain: 1, wake: self.wake, may_wait: false };
        share::run(plan, |part: &Part<'_>| {
            for block in part {
                body(block, block * self.each..self.len.min((block + 1) * self.each), part);
            }
        })
    }
}

/// A number for each block.
fn room(blocks: usize) -> Result<Vec<AtomicU64>> {
    Ok(zeros(blocks)?.into_iter().map(|word| AtomicU64::new(word as u64)).collect())
}

/// `combine(… combine(combine(initial, item(0)), item(1)) …)`, in any grouping but in this order.
pub fn reduce<T: Number>(
    count: usize,
    grain: i64,
    initial: T,
    item: impl Fn(usize) -> T + Copy + Sync,
    combine: impl Fn(T, T) -> T + Copy + Sync,
) -> Result<T> {
    let grain = usize::try_from(grain).map_err(|_| error!(InvalidArgument, "the grain {grain} is negative"))?;
    let (usual, wake) = if count <= FEW { (1, Wake::WhenItPays) } else { (CALL_BLOCK, Wake::ByClock) };
    let blocks = Blocks::new(count, if grain == 0 { usual } else { grain }, wake);
    let totals = room(blocks.count())?;
    blocks.run(blocks.count(), |block, range, part| {
        // Of its own, as in `each`.
        let (item, combine) = (item, combine);
        let mut total = item(range.start);
        for i in range.start + 1..range.end {
            if part.stopped() {
                return;
            }
            total = combine(total, item(i));
        }
        totals[block].store(total.to_word(), Relaxed);
    })?;
    // Also inside an item, so that what this calls can cancel the loop, and panic.
    let result = AtomicU64::new(initial.to_word());
    let plan = Plan { count: totals.len(), grain: totals.len(), wake: Wake::ByClock, may_wait: false };
    share::run(plan, |part| {
        for block in part {
            let total = T::from_word(totals[block].load(Relaxed));
            result.store(combine(T::from_word(result.load(Relaxed)), total).to_word(), Relaxed);
        }
    })?;
    Ok(T::from_word(result.into_inner()))
}

/// The reduction of an array.
pub fn reduce_of<T: Number>(
    data: Source<'_, T>,
    initial: T,
    grain: i64,
    combine: impl Fn(T, T) -> T + Copy + Sync,
) -> Result<T> {
    reduce(data.len(), grain, initial, move |i| data.get(i), combine)
}

/// The reduction of `map(first + i)`.
pub fn reduce_range(
    first: i64,
    count: i64,
    grain: i64,
    initial: i64,
    map: impl Fn(i64) -> i64 + Copy + Sync,
    combine: impl Fn(i64, i64) -> i64 + Copy + Sync,
) -> Result<i64> {
    reduce(super::indices(first, count)?, grain, initial, move |i| map(first + i as i64), combine)
}

/// Running sums.
pub fn prefix_sum<T: Number>(data: Source<'_, T>, out: Target<'_, T>, exclusive: bool) -> Result<i64> {
    // The sum of nothing is +0, but -0.0 added to it is +0 too: the first sum is the first number itself.
    scan_blocks(data, out, T::default(), exclusive, true, Blocks::new(data.len(), SUM_BLOCK, Wake::ByClock), T::plus)
}

/// `out[i] = combine(… combine(initial, data[0]) …, data[i])`, exclusive without `data[i]`.
pub fn scan<T: Number>(
    data: Source<'_, T>,
    out: Target<'_, T>,
    initial: T,
    exclusive: bool,
    combine: impl Fn(T, T) -> T + Copy + Sync,
) -> Result<i64> {
    let wake = if data.len() <= FEW { Wake::WhenItPays } else { Wake::ByClock };
    scan_blocks(data, out, initial, exclusive, false, Blocks::new(data.len(), CALL_BLOCK, wake), combine)
}

/// Two passes: the total of every block but the last, then every block from the totals before it.
fn scan_blocks<T: Number>(
    data: Source<'_, T>,
    out: Target<'_, T>,
    initial: T,
    exclusive: bool,
    neutral: bool,
    blocks: Blocks,
    combine: impl Fn(T, T) -> T + Copy + Sync,
) -> Result<i64> {
    out.fits(&data)?;
    if data.is_empty() {
        return Ok(0);
    }
    let before = room(blocks.count())?;
    blocks.run(blocks.count() - 1, |block, range, part| {
        let (data, combine) = (data, combine);
        let mut total = data.get(range.start);
        for i in range.start + 1..range.end {
            if part.stopped() {
                return;
            }
            total = combine(total, data.get(i));
        }
        before[block + 1].store(total.to_word(), Relaxed);
    })?;
    before[0].store(initial.to_word(), Relaxed);
    let plan = Plan { count: before.len(), grain: before.len(), wake: Wake::ByClock, may_wait: false };
    share::run(plan, |part| {
        for block in part {
            if block > usize::from(neutral) {
                let total = T::from_word(before[block].load(Relaxed));
                let all = combine(T::from_word(before[block - 1].load(Relaxed)), total);
                before[block].store(all.to_word(), Relaxed);
            }
        }
    })?;
    blocks.run(blocks.count(), |block, range, part| {
        let (data, out, combine) = (data, out, combine);
        let mut total = T::from_word(before[block].load(Relaxed));
        let mut first = neutral && block == 0;
        for i in range {
            if part.stopped() {
                return;
            }
            // Read before it is written: the two may be one array.
            let value = data.get(i);
            let next = if first { value } else { combine(total, value) };
            out.set(i, if exclusive { total } else { next });
            (total, first) = (next, false);
        }
    })?;
    Ok(data.len() as i64)
}
