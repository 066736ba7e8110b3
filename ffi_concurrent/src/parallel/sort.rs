//! Sorting: blocks are sorted side by side, then merged two and two, each merge cut into pieces for all threads.
#![forbid(unsafe_code)]

use super::foreign::{Number, Source, Target, zeros};
use crate::sync::Mutex;
use ffi_base::share::{self, Part, Plan, Wake};
use ffi_base::{Result, fail};

/// Fewer numbers are sorted by the caller alone.
const SERIAL: usize = 16 << 10;
/// How many numbers of the left side make a piece of a merge.
const PIECE: usize = 32 << 10;
/// A block that a function of the host sorts; so short, for it cannot be interrupted when the loop is cancelled.
const BY_BLOCK: usize = 2048;
/// Shorter runs are sorted by insertion.
const RUN: usize = 16;

/// Runs each task once, on all threads. A slice cannot go to several threads, but each of its parts to one.
fn each<T: Send>(tasks: Vec<T>, wake: Wake, run: impl Fn(T) + Sync) -> Result<()> {
    let tasks: Vec<Mutex<Option<T>>> = tasks.into_iter().map(|task| Mutex::new(Some(task))).collect();
    share::run(Plan { count: tasks.len(), grain: 1, wake, may_wait: false }, |part: &Part<'_>| {
        for i in part {
            let task = tasks[i].lock().take();
            task.into_iter().for_each(&run);
        }
    })
}

/// Sorts integers. Unstable, which equal integers do not show.
pub fn sort_i64(data: &mut [i64]) -> Result<()> {
    let threads = super::threads()? as usize;
    if data.len() < SERIAL || threads == 1 {
        data.sort_unstable();
        return Ok(());
    }
    // A power of 4: after an even number of merges the numbers lie where they lay.
    let mut blocks = 4;
    while blocks < threads {
        blocks *= 4;
    }
    let mut spare = zeros(data.len())?;
    let block = data.len().div_ceil(blocks);
    each(data.chunks_mut(block).collect(), Wake::AtOnce, |block: &mut [i64]| block.sort_unstable())?;
    let in_spare = merge_all(data, &mut spare, block, Wake::AtOnce, &|a, b| a > b)?;
    if in_spare {
        data.copy_from_slice(&spare);
    }
    Ok(())
}

/// Sorts the words of doubles: by value, -0 before 0, NaN of either sign last.
pub fn sort_f64(data: &mut [i64]) -> Result<()> {
    let turn = |data: &mut [i64], to: fn(i64) -> i64| {
        let wake = if data.len() < SERIAL { Wake::ByClock } else { Wake::AtOnce };
        each(data.chunks_mut(PIECE).collect(), wake, |block: &mut [i64]| {
            block.iter_mut().for_each(|word| *word = to(*word))
        })
    };
    turn(data, key_of_bits)?;
    let outcome = sort_i64(data);
    // Also when the sort failed: what lies there are keys.
    turn(data, bits_of_key)?;
    outcome
}

/// How many NaN of one sign there are.
const NANS: i64 = (1 << 52) - 1;

/// An integer that is ordered as the double with these bits.
fn key_of_bits(bits: i64) -> i64 {
    // Of negative numbers the larger bits are the smaller number. Negative NaN are then the smallest; the shift makes them the largest.
    (bits ^ ((bits >> 63) as u64 >> 1) as i64).wrapping_sub(NANS)
}

fn bits_of_key(key: i64) -> i64 {
    let key = key.wrapping_add(NANS);
    key ^ ((key >> 63) as u64 >> 1) as i64
}

/// Sorts a copy by a function, positive where its first argument belongs behind its second, and writes it back when all went well.
/// Stable. The function may contradict itself: that is found or not, and does no harm.
pub fn sort_by<T: Number>(data: Source<'_, T>, out: Target<'_, T>, compare: impl Fn(T, T) -> i64 + Sync) -> Result<()> {
    let len = data.len();
    let (mut words, mut spare) = (zeros(len)?, zeros(len)?);
    words.iter_mut().enumerate().for_each(|(i, word)| *word = data.get(i).to_word() as i64);
    let number = |word: i64| T::from_word(word as u64);
    let after = |a: i64, b: i64| compare(number(a), number(b)) > 0;
    let blocks: Vec<_> = words.chunks_mut(BY_BLOCK).zip(spare.chunks_mut(BY_BLOCK)).collect();
    each(blocks, Wake::ByClock, |(block, spare)| sort_block(block, spare, &after))?;
    let in_spare = merge_all(&mut words, &mut spare, BY_BLOCK, Wake::ByClock, &after)?;
    let sorted = if in_spare { &spare } else { &words };
    let plan = Plan { count: len.saturating_sub(1), grain: 64, wake: Wake::ByClock, may_wait: false };
    let wrong: Mutex<Option<usize>> = Mutex::new(None);
    share::run(plan, |part| {
        for i in part {
            if after(sorted[i], sorted[i + 1]) {
                *wrong.lock() = Some(i);
                part.stop();
            }
        }
    })?;
    let wrong = wrong.lock().take();
    if let Some(i) = wrong {
        let (a, b) = (number(sorted[i]), number(sorted[i + 1]));
        fail!(
            InvalidArgument,
            "the function contradicts itself: it says that {a:?} belongs behind {b:?}, and by others the reverse"
        );
    }
    sorted.iter().enumerate().for_each(|(i, word)| out.set(i, number(*word)));
    Ok(())
}

/// Sorts a block on one thread, stable.
fn sort_block(block: &mut [i64], spare: &mut [i64], after: &impl Fn(i64, i64) -> bool) {
    for run in block.chunks_mut(RUN) {
        for i in 1..run.len() {
            let mut at = i;
            while at > 0 && after(run[at - 1], run[at]) {
                run.swap(at - 1, at);
                at -= 1;
            }
        }
    }
    let (mut from, mut to, mut width) = (block, spare, RUN);
    let mut swapped = false;
    while width < from.len() {
        for (pair, out) in from.chunks(2 * width).zip(to.chunks_mut(2 * width)) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, out, after);
        }
        std::mem::swap(&mut from, &mut to);
        swapped = !swapped;
        width *= 2;
    }
    if swapped {
        to.copy_from_slice(from);
    }
}

/// Merges sorted blocks until one is left. Says whether it lies in `spare`.
fn merge_all(
    data: &mut [i64],
    spare: &mut [i64],
    block: usize,
    wake: Wake,
    after: &(impl Fn(i64, i64) -> bool + Sync),
) -> Result<bool> {
    let (mut from, mut to, mut width) = (data, spare, block);
    let mut in_spare = false;
    while width < from.len() {
        merge_pairs(from, to, width, wake, after)?;
        std::mem::swap(&mut from, &mut to);
        in_spare = !in_spare;
        width *= 2;
    }
    Ok(in_spare)
}

/// Two sorted pieces and the room for both.
struct Merge<'a> {
    left: &'a [i64],
    right: &'a [i64],
    out: &'a mut [i64],
}

fn merge_pairs(
    from: &[i64],
    to: &mut [i64],
    width: usize,
    wake: Wake,
    after: &(impl Fn(i64, i64) -> bool + Sync),
) -> Result<()> {
    let mut pairs = Vec::new();
    for (pair, out) in from.chunks(2 * width).zip(to.chunks_mut(2 * width)) {
        let (left, right) = pair.split_at(width.min(pair.len()));
        pairs.push(Mutex::new(Merge { left, right, out }));
    }
    // The cuts call the function too, so they are looked for inside a loop, which can be cancelled.
    let pieces = Mutex::new(Vec::new());
    share::run(Plan { count: pairs.len(), grain: pairs.len(), wake, may_wait: false }, |part| {
        for i in part {
            let mut pair = pairs[i].lock();
            let Merge { left, right, out } = &mut *pair;
            cut(left, right, std::mem::take(out), after, &mut pieces.lock());
        }
    })?;
    let pieces = std::mem::take(&mut *pieces.lock());
    each(pieces, wake, |Merge { left, right, out }| merge(left, right, out, after))
}

/// Cuts a merge into pieces that can be done side by side.
fn cut<'a>(
    mut left: &'a [i64],
    mut right: &'a [i64],
    mut out: &'a mut [i64],
    after: &impl Fn(i64, i64) -> bool,
    pieces: &mut Vec<Merge<'a>>,
) {
    while left.len() > PIECE {
        let next = left[PIECE];
        // What belongs before the next piece's first; cut from the rest alone, so a function that contradicts itself can
        // make pieces that are wrong, but none that overlap.
        let cut = right.partition_point(|&word| after(next, word));
        let (l, r);
        (l, left) = left.split_at(PIECE);
        (r, right) = right.split_at(cut);
        let (o, rest) = out.split_at_mut(PIECE + cut);
        pieces.push(Merge { left: l, right: r, out: o });
        out = rest;
    }
    pieces.push(Merge { left, right, out });
}

/// Merges two sorted slices; of equal ones the left comes first.
#[inline]
fn merge(left: &[i64], right: &[i64], out: &mut [i64], after: &impl Fn(i64, i64) -> bool) {
    let (Some(&last), Some(&first)) = (left.last(), right.first()) else {
        out[..left.len()].copy_from_slice(left);
        out[left.len()..].copy_from_slice(right);
        return;
    };
    if !after(last, first) {
        out[..left.len()].copy_from_slice(left);
        out[left.len()..].copy_from_slice(right);
        return;
    }
    if after(left[0], right[right.len() - 1]) {
        out[..right.len()].copy_from_slice(right);
        out[right.len()..].copy_from_slice(left);
        return;
    }
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        let (a, b) = (left[i], right[j]);
        let behind = after(a, b);
        out[i + j] = if behind { b } else { a };
        i += usize::from(!behind);
        j += usize::from(behind);
    }
    let rest = &mut out[i + j..];
    let (a, b) = rest.split_at_mut(left.len() - i);
    a.copy_from_slice(&left[i..]);
    b.copy_from_slice(&right[j..]);
}
