//! The positions along one dimension in the order of their elements. Each element becomes a key that compares as an unsigned
//! integer, paired with its position: no two pairs are equal, so that any sort of them is stable and every way of cutting the
//! work gives the same result.
#![forbid(unsafe_code)]

use crate::operand::{Destination, Source, offset_of};
use crate::parallel::{self, Columns};
use crate::plain::{Bit, Plain, bytes_mut, typed, typed_mut};
use crate::scratch::filled;
use ffi_backend::{DType, Error, Result};
use parking_lot::Mutex;

/// Elements that a task sorts at least.
const CHUNK: usize = 16 << 10;
/// Elements of a long line that are sorted as one, before such are merged.
const SEGMENT: usize = 64 << 10;
/// Fewer lines than this are cut when they are long.
const FEW: usize = 4;
/// Elements read at a time.
const BLOCK: usize = 512;
/// Where lines lie side by side: how many a task takes.
const WIDTH: usize = 8;

/// A key with its position.
trait Pair: Ord + Copy + Default + Send + Sync {
    fn new(key: u64, position: usize) -> Self;
    fn position(self) -> i64;
}

/// A key of up to 32 bits above a position of as many.
impl Pair for u64 {
    #[inline(always)]
    fn new(key: u64, position: usize) -> u64 {
        key << 32 | position as u64
    }
    #[inline(always)]
    fn position(self) -> i64 {
        self as u32 as i64
    }
}

impl Pair for (u64, u64) {
    #[inline(always)]
    fn new(key: u64, position: usize) -> (u64, u64) {
        (key, position as u64)
    }
    #[inline(always)]
    fn position(self) -> i64 {
        self.1 as i64
    }
}

/// Runs an ordering.
pub fn order(axis: u8, descending: bool, source: &Source, destination: Destination) -> Result<()> {
    let axis = axis as usize;
    let (dims, strides) = (source.layout.dims(), source.layout.strides());
    let (len, kept) = (dims[axis] as usize, destination.layout.dims()[axis] as usize);
    let inner = dims[axis + 1..].iter().product::<i64>() as usize;
    let lines = Lines { source, axis, stride: strides[axis], len, kept, inner, descending };
    if source.dtype.size() <= 4 && len <= u32::MAX as usize {
        lines.run::<u64>(destination)
    } else {
        lines.run::<(u64, u64)>(destination)
    }
}

/// What is ordered.
struct Lines<'a> {
    source: &'a Source<'a>,
    axis: usize,
    stride: i64,
    len: usize,
    /// How many positions of each line are wanted.
    kept: usize,
    inner: usize,
    descending: bool,
}

impl Lines<'_> {
    /// Where a line starts; they count row-major.
    fn start(&self, line: usize) -> i64 {
        let rest = self.source.layout.drop_axis(self.axis);
        rest.offset() + offset_of(line as i64, rest.dims(), rest.strides())
    }

    fn run<P: Pair>(&self, destination: Destination) -> Result<()> {
        let (kept, inner) = (self.kept, self.inner);
        let failure = Mutex::new(None);
        destination.fill(|out| {
            let out = typed_mut::<i64>(out);
            let lines = out.len() / kept;
            if lines < FEW && self.len >= 2 * SEGMENT {
                for line in 0..lines {
                    let (outer, column) = (line / inner, line % inner);
                    let part = &mut out[outer * kept * inner..(outer + 1) * kept * inner];
                    let mut columns = Columns::all(part, inner);
                    let sorted = self.long_line::<P>(self.start(line));
                    note(&failure, sorted.map(|pairs| write(&pairs, column, &mut columns)));
                }
            } else if inner == 1 {
                let per_task = (CHUNK / self.len).max(1);
                parallel::fill(out, per_task * kept, |task, part| {
                    note(&failure, self.lines::<P>(task * per_task, part));
                });
            } else {
                for (outer, part) in out.chunks_exact_mut(kept * inner).enumerate() {
                    let width = (CHUNK / self.len).clamp(WIDTH, inner.max(WIDTH));
                    parallel::columns(part, inner, width, |from, mut to| {
                        let count = width.min(inner - from);
                        note(&failure, self.side_by_side::<P>(outer * inner + from, count, &mut to));
                    });
                }
            }
        })?;
        match failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Lines from number `first` on, whose positions lie end to end in `out`.
    fn lines<P: Pair>(&self, first: usize, out: &mut [i64]) -> Result<()> {
        let mut pairs = Vec::new();
        for (i, out) in out.chunks_exact_mut(self.kept).enumerate() {
            self.line::<P>(self.start(first + i), 0, self.len, &mut pairs)?;
            out.iter_mut().zip(&pairs).for_each(|(out, pair)| *out = pair.position());
        }
        Ok(())
    }

    /// `count` lines from number `first` on, whose positions are the columns of `to`.
    fn side_by_side<P: Pair>(&self, first: usize, count: usize, to: &mut Columns<i64>) -> Result<()> {
        let mut pairs = Vec::new();
        for column in 0..count {
            self.line::<P>(self.start(first + column), 0, self.len, &mut pairs)?;
            write(&pairs, column, to);
        }
        Ok(())
    }

    /// The first pairs of `len` elements of a line, from number `from` on, in order.
    fn line<P: Pair>(&self, start: i64, from: usize, len: usize, pairs: &mut Vec<P>) -> Result<()> {
        let kept = self.kept.min(len);
        if kept * 8 <= len {
            return self.few::<P>(start, from, len, pairs);
        }
        if pairs.len() != len {
            *pairs = filled(P::default(), len)?;
        }
        self.read(start, from, pairs);
        if kept < len && kept > 0 {
            pairs.select_nth_unstable(kept - 1);
            pairs[..kept].sort_unstable();
        } else {
            pairs.sort_unstable();
        }
        Ok(())
    }

    /// As `line` where few are kept: candidates that come before the worst one kept so far, thinned out now and then.
    fn few<P: Pair>(&self, start: i64, from: usize, len: usize, pairs: &mut Vec<P>) -> Result<()> {
        let kept = self.kept.min(len);
        *pairs = filled(P::default(), 2 * kept + BLOCK)?;
        pairs.clear();
        let mut block = [P::default(); BLOCK];
        let mut worst: Option<P> = None;
        for at in (0..len).step_by(BLOCK) {
            let block = &mut block[..BLOCK.min(len - at)];
            self.read(start, from + at, block);
            match worst {
                // Most blocks have none, and looking for one needs no branch for each.
                Some(worst) if block.iter().fold(false, |any, pair| any | (*pair < worst)) => {
                    pairs.extend(block.iter().filter(|pair| **pair < worst));
                }
                Some(_) => {}
                None => pairs.extend_from_slice(block),
            }
            if pairs.len() >= 2 * kept && pairs.len() > kept {
                worst = Some(*pairs.select_nth_unstable(kept).1);
                pairs.truncate(kept);
            }
        }
        pairs.sort_unstable();
        pairs.truncate(kept);
        Ok(())
    }

    /// The first pairs of a long line, sorted by segments on several threads.
    fn long_line<P: Pair>(&self, start: i64) -> Result<Vec<P>> {
        // The last segment takes what is left over, so that each holds as many as are kept.
        let segments = self.len / SEGMENT;
        let of_segment = |segment: usize| if segment + 1 == segments { self.len - segment * SEGMENT } else { SEGMENT };
        let few = self.kept * 8 <= SEGMENT;
        let failure = Mutex::new(None);
        if few {
            let mut best = filled(P::default(), segments * self.kept)?;
            parallel::fill(&mut best, self.kept, |segment, best| {
                let mut pairs = Vec::new();
                note(&failure, self.line::<P>(start, segment * SEGMENT, of_segment(segment), &mut pairs));
                best.iter_mut().zip(&pairs).for_each(|(to, pair)| *to = *pair);
            });
            best.sort_unstable();
            best.truncate(self.kept);
            return failure.into_inner().map_or(Ok(best), Err);
        }
        let (mut pairs, mut merged) = (filled(P::default(), self.len)?, filled(P::default(), self.len)?);
        parallel::fill(&mut pairs, SEGMENT, |segment, part| {
            self.read(start, segment * SEGMENT, part);
            part.sort_unstable();
        });
        let mut width = SEGMENT;
        while width < self.len {
            parallel::fill(&mut merged, 2 * width, |both, out| {
                let both = &pairs[both * 2 * width..][..out.len()];
                let (a, b) = both.split_at(width.min(both.len()));
                merge(a, b, out);
            });
            std::mem::swap(&mut pairs, &mut merged);
            width *= 2;
        }
        Ok(pairs)
    }

    /// Elements from number `from` on as pairs.
    fn read<P: Pair>(&self, start: i64, from: usize, out: &mut [P]) {
        match self.source.dtype {
            DType::F64 => self.keys::<u64, P>(start, from, out, float::<64, 52>),
            DType::F32 => self.keys::<u32, P>(start, from, out, |v| float::<32, 23>(u64::from(v))),
            DType::F16 => self.keys::<u16, P>(start, from, out, |v| float::<16, 10>(u64::from(v))),
            DType::Bf16 => self.keys::<u16, P>(start, from, out, |v| float::<16, 7>(u64::from(v))),
            DType::I64 => self.keys::<u64, P>(start, from, out, |v| v ^ 1 << 63),
            DType::I32 => self.keys::<u32, P>(start, from, out, |v| u64::from(v ^ 1 << 31)),
            DType::U8 => self.keys::<u8, P>(start, from, out, u64::from),
            DType::Bool => self.keys::<Bit, P>(start, from, out, |v| u64::from(v.truth())),
        }
    }

    #[inline(always)]
    fn keys<T: Plain, P: Pair>(&self, start: i64, from: usize, out: &mut [P], key: impl Fn(T) -> u64) {
        // The largest first is the smallest first of the complement.
        let flip = if self.descending { u64::MAX >> (64 - 8 * size_of::<T>()) } else { 0 };
        let mut scratch = [T::default(); BLOCK];
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let first = from + block * BLOCK;
            let at = start + first as i64 * self.stride;
            let values = if self.stride == 1 {
                typed::<T>(self.source.run(at, out.len()))
            } else {
                self.source.gather(at, self.stride, bytes_mut(&mut scratch[..out.len()]));
                &scratch[..out.len()]
            };
            for (i, (out, value)) in out.iter_mut().zip(values).enumerate() {
                *out = P::new(key(*value) ^ flip, first + i);
            }
        }
    }
}

/// Keeps the first failure: out of memory is the one thing that can go wrong on a worker.
fn note(failure: &Mutex<Option<Error>>, result: Result<()>) {
    if let Err(error) = result {
        failure.lock().get_or_insert(error);
    }
}

/// Positions down one column, as many as it has.
fn write<P: Pair>(pairs: &[P], column: usize, to: &mut Columns<i64>) {
    for (row, pair) in pairs.iter().enumerate() {
        match to.row(row).get_mut(column) {
            Some(out) => *out = pair.position(),
            None => return,
        }
    }
}

/// The bits of a float of so many bits and of its mantissa as a key: both zeros alike, every NaN the largest.
#[inline(always)]
fn float<const BITS: u32, const MANTISSA: u32>(bits: u64) -> u64 {
    let all = u64::MAX >> (64 - BITS);
    let sign = 1u64 << (BITS - 1);
    let magnitude = bits & !sign;
    let infinity = (sign - 1) >> MANTISSA << MANTISSA;
    let negative = bits & sign != 0 && magnitude != 0;
    let key = if negative { bits ^ all } else { magnitude | sign };
    if magnitude > infinity { all } else { key }
}

fn merge<'a, P: Pair>(mut a: &'a [P], mut b: &'a [P], out: &mut [P]) {
    for out in out {
        let from_a = match (a.first(), b.first()) {
            (Some(x), Some(y)) => x <= y,
            (x, _) => x.is_some(),
        };
        let from = if from_a { &mut a } else { &mut b };
        if let Some((first, rest)) = from.split_first() {
            *out = *first;
            *from = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_compare_as_the_numbers_do() {
        let numbers =
            [f32::NEG_INFINITY, -1e30, -1.0, -f32::MIN_POSITIVE, 0.0, 1e-40, 1.0, 3.0, f32::MAX, f32::INFINITY];
        let key = |v: f32| float::<32, 23>(u64::from(v.to_bits()));
        assert!(numbers.windows(2).all(|pair| key(pair[0]) < key(pair[1])));
        assert_eq!(key(0.0), key(-0.0));
        assert!([f32::NAN, -f32::NAN].iter().all(|nan| key(*nan) == u64::from(u32::MAX)));
        assert!(float::<16, 10>(0x7c00) < float::<16, 10>(0x7c01) && float::<16, 7>(0xff80) < float::<16, 7>(0x8000));
    }
}
