//! Reductions over any axes. Two ways: runs of a result's own elements, or rows of many results side by side. Ranges are cut
//! by shape alone and their parts joined pairwise, so the result does not depend on the number of threads.
#![forbid(unsafe_code)]

use crate::convert;
use crate::fold::{self, All, Any, Fold, Max, Min, Pairwise, PairwiseRows, Prod, Sum};
use crate::operand::{Destination, Source, offset_of};
use crate::parallel;
use crate::plain::{Bit, Plain, bytes, bytes_mut, typed, typed_mut};
use crate::scratch::filled;
use ffi_backend::{DType, Layout, MAX_RANK, ReduceOp, Result};

/// Elements that one task gathers.
const SEGMENT: usize = 64 << 10;
/// Elements gathered at a time.
const BLOCK: usize = 2048;
/// Columns gathered side by side.
const COLUMNS: usize = 1024;
/// Rows gathered one after another before their sum is joined pairwise with others.
const ROWS: usize = 64;

/// Some of a layout's dimensions, neighbours merged.
#[derive(Clone, Copy)]
struct Axes {
    rank: usize,
    dims: [i64; MAX_RANK],
    strides: [i64; MAX_RANK],
}

impl Axes {
    fn of(layout: &Layout, wanted: impl Fn(usize) -> bool, sorted: bool) -> Axes {
        let mut pairs = [(1i64, 0i64); MAX_RANK];
        let mut count = 0;
        for (i, (dim, stride)) in layout.dims().iter().zip(layout.strides()).enumerate() {
            if wanted(i) && *dim != 1 {
                pairs[count] = (*dim, *stride);
                count += 1;
            }
        }
        if sorted {
            pairs[..count].sort_by_key(|(_, stride)| std::cmp::Reverse(stride.abs()));
        }
        let mut axes = Axes { rank: 0, dims: [1; MAX_RANK], strides: [0; MAX_RANK] };
        for (dim, stride) in &pairs[..count] {
            let last = axes.rank.wrapping_sub(1);
            if axes.rank > 0 && axes.strides[last] == stride.wrapping_mul(*dim) {
                axes.dims[last] *= dim;
                axes.strides[last] = *stride;
            } else {
                (axes.dims[axes.rank], axes.strides[axes.rank]) = (*dim, *stride);
                axes.rank += 1;
            }
        }
        axes
    }
    fn numel(&self) -> usize {
        self.dims[..self.rank].iter().product::<i64>() as usize
    }
    fn offset(&self, number: usize) -> i64 {
        offset_of(number as i64, &self.dims[..self.rank], &self.strides[..self.rank])
    }
    /// The innermost dimension: size and stride.
    fn inner(&self) -> (usize, i64) {
        match self.rank.checked_sub(1) {
            Some(last) => (self.dims[last] as usize, self.strides[last]),
            None => (1, 1),
        }
    }
}

/// A source split into what stays and what is reduced.
struct Split<'a> {
    source: &'a Source<'a>,
    kept: Axes,
    reduced: Axes,
}

/// Runs a reduction.
pub fn reduce(op: ReduceOp, axes: u8, source: &Source, destination: Destination) -> Result<()> {
    let is_reduced = |axis: usize| axes >> axis & 1 != 0;
    let in_order = matches!(op, ReduceOp::ArgMax | ReduceOp::ArgMin);
    let kept = Axes::of(source.layout, |axis| !is_reduced(axis), false);
    let reduced = Axes::of(source.layout, is_reduced, !in_order);
    let split = Split { source, kept, reduced };
    macro_rules! per_type {
        ($run:ident, $fold:ident $(, $more:ident)?) => { match source.dtype {
            DType::F64 => split.$run::<$fold<f64 $(, $more!(f64))?>>(op, destination),
            DType::F32 | DType::F16 | DType::Bf16 => split.$run::<$fold<f32 $(, $more!(f32))?>>(op, destination),
            DType::I64 => split.$run::<$fold<i64 $(, $more!(i64))?>>(op, destination),
            DType::I32 => split.$run::<$fold<i32 $(, $more!(i32))?>>(op, destination),
            DType::U8 => split.$run::<$fold<u8 $(, $more!(u8))?>>(op, destination),
            DType::Bool => split.$run::<$fold<Bit $(, $more!(Bit))?>>(op, destination),
        } };
    }
    macro_rules! wide {
        (f64) => {
            f64
        };
        (f32) => {
            f32
        };
        ($int:ident) => {
            i64
        };
    }
    match op {
        ReduceOp::Sum | ReduceOp::Mean => per_type!(values, Sum, wide),
        ReduceOp::Prod => per_type!(values, Prod, wide),
        ReduceOp::Max => per_type!(values, Max),
        ReduceOp::Min => per_type!(values, Min),
        ReduceOp::Any => per_type!(values, Any),
        ReduceOp::All => per_type!(values, All),
        ReduceOp::ArgMax => per_type!(positions, Max),
        ReduceOp::ArgMin => per_type!(positions, Min),
    }
}

/// Divides a sum by a count; integers have no mean and pass.
trait Mean {
    fn mean(self, count: usize) -> Self;
}
macro_rules! means {
    ($($type:ty, |$v:ident, $n:ident| $e:expr;)*) => { $( impl Mean for $type { #[inline(always)] fn mean(self, $n: usize) -> $type { let $v = self; $e } } )* };
}
means! { f64, |v, n| v / n as f64; f32, |v, n| v / n as f32; i64, |v, _n| v; i32, |v, _n| v; u8, |v, _n| v; Bit, |v, _n| v; }

impl Split<'_> {
    fn values<F: Fold<Acc: Mean>>(&self, op: ReduceOp, destination: Destination) -> Result<()> {
        let (inner_kept, kept_stride) = self.kept.inner();
        let (_, reduced_stride) = self.reduced.inner();
        let side_by_side = kept_stride == 1 && reduced_stride != 1 && inner_kept >= 4;
        let mut results = if side_by_side { self.by_rows::<F>() } else { self.by_runs::<F>() }?;
        if op == ReduceOp::Mean {
            let count = self.reduced.numel();
            results.iter_mut().for_each(|value| *value = value.mean(count));
        }
        let dtype = destination.dtype;
        destination.fill(|out| match dtype {
            DType::F16 | DType::Bf16 => convert::narrow(dtype, bytes(&results), out),
            _ => out.copy_from_slice(bytes(&results)),
        })
    }

    /// Each result from its own elements.
    fn by_runs<F: Fold>(&self) -> Result<Vec<F::Acc>> {
        let (results, range) = (self.kept.numel(), self.reduced.numel());
        let segments = range.div_ceil(SEGMENT).max(1);
        let per_task = if segments > 1 { 1 } else { (SEGMENT / 2 / range.max(1)).clamp(1, results) };
        let mut parts = filled(F::EMPTY, results.saturating_mul(segments))?;
        let packed = self.kept.rank <= 1
            && (results == 1 || self.kept.inner().1 == range as i64)
            && self.reduced.rank <= 1
            && self.reduced.inner().1 == 1
            && self.source.dtype.size() == size_of::<F::In>();
        parallel::fill(&mut parts, per_task, |task, part| {
            if range <= BLOCK && packed {
                let at = self.source.layout.offset() + (task * per_task * range) as i64;
                let values = typed::<F::In>(self.source.run(at, part.len() * range));
                for (out, values) in part.iter_mut().zip(values.chunks_exact(range.max(1))) {
                    *out = fold::block::<F>(values);
                }
                return;
            }
            let mut scratch = Scratch::default();
            for (i, out) in part.iter_mut().enumerate() {
                let (result, segment) = ((task * per_task + i) / segments, (task * per_task + i) % segments);
                let mut pairwise = Pairwise::<F>::new();
                let (start, end) = (segment * SEGMENT, range.min((segment + 1) * SEGMENT));
                self.blocks(result, start, end, &mut scratch, |_, values| pairwise.push(fold::block::<F>(values)));
                *out = pairwise.finish();
            }
        });
        if segments == 1 {
            return Ok(parts);
        }
        let join = |parts: &[F::Acc]| {
            let mut pairwise = Pairwise::<F>::new();
            parts.iter().for_each(|part| pairwise.push(*part));
            pairwise.finish()
        };
        let mut joined = filled(F::EMPTY, results)?;
        joined.iter_mut().zip(parts.chunks_exact(segments)).for_each(|(out, parts)| *out = join(parts));
        Ok(joined)
    }

    /// Calls `body` with the number of its first element and the values of each block of a result's range, in order.
    fn blocks<T: Plain>(
        &self,
        result: usize,
        start: usize,
        end: usize,
        scratch: &mut Scratch,
        mut body: impl FnMut(usize, &[T]),
    ) {
        let base = self.source.layout.offset() + self.kept.offset(result);
        let (row, stride) = self.reduced.inner();
        let dtype = self.source.dtype;
        let size = dtype.size();
        let half = size != size_of::<T>();
        let mut at = start;
        while at < end {
            let in_row = row - at % row;
            let direct = stride == 1 && (in_row >= 256 || in_row >= end - at);
            let count = (end - at).min(BLOCK).min(if direct { in_row } else { BLOCK });
            let memory = if direct {
                self.source.run(base + self.reduced.offset(at), count)
            } else {
                let gathered = scratch.raw(count * size);
                let mut done = 0;
                while done < count {
                    let len = (row - (at + done) % row).min(count - done);
                    let from = base + self.reduced.offset(at + done);
                    self.source.gather(from, stride, &mut gathered[done * size..(done + len) * size]);
                    done += len;
                }
                &bytes(&scratch.raw)[..count * size]
            };
            if half {
                let wide = widened(dtype, memory, count, &mut scratch.wide);
                body(at, typed(wide));
            } else {
                body(at, typed(memory));
            }
            at += count;
        }
    }

    /// Many results at once, from rows in which they lie side by side.
    fn by_rows<F: Fold>(&self) -> Result<Vec<F::Acc>> {
        let (results, range) = (self.kept.numel(), self.reduced.numel());
        let (inner, _) = self.kept.inner();
        let width = inner.min(COLUMNS);
        let across = inner.div_ceil(width);
        let rows = (SEGMENT / width).next_multiple_of(ROWS).max(ROWS);
        let segments = range.div_ceil(rows).max(1);
        let strips = results / inner * across;
        let dtype = self.source.dtype;
        let half = dtype.size() != size_of::<F::In>();
        // One slot of `width` accumulators per task: the segments of a strip stand one after another.
        let mut parts = filled(F::EMPTY, strips.saturating_mul(segments).saturating_mul(width))?;
        parallel::fill(&mut parts, width, |task, out| {
            let (strip, segment) = (task / segments, task % segments);
            let (outer, left) = (strip / across, strip % across * width);
            let count = width.min(inner - left);
            let base = self.source.layout.offset() + self.kept.offset(outer * inner + left);
            let (start, end) = (segment * rows, range.min((segment + 1) * rows));
            let mut scratch = Scratch::default();
            let mut pairwise = PairwiseRows::<F>::new();
            for first in (start..end).step_by(ROWS) {
                let mut acc = vec![F::EMPTY; count];
                let row = |at: usize| self.source.run(base + self.reduced.offset(at), count);
                let last = end.min(first + ROWS);
                let mut at = first;
                while at < last {
                    if half {
                        let wide = widened(dtype, row(at), count, &mut scratch.wide);
                        fold::row::<F>(&mut acc, typed(wide));
                        at += 1;
                    } else if at + 4 <= last {
                        let rows = [row(at), row(at + 1), row(at + 2), row(at + 3)];
                        fold::four_rows::<F>(&mut acc, rows.map(typed));
                        at += 4;
                    } else {
                        fold::row::<F>(&mut acc, typed(row(at)));
                        at += 1;
                    }
                }
                pairwise.push(acc);
            }
            // Nothing where no row is.
            let whole = pairwise.finish();
            out[..whole.len()].copy_from_slice(&whole);
        });
        let mut joined = filled(F::EMPTY, results)?;
        let mut rest = &mut joined[..];
        for strip in 0..strips {
            let count = width.min(inner - strip % across * width);
            let parts = &parts[strip * segments * width..][..segments * width];
            let (out, later) = rest.split_at_mut(count);
            rest = later;
            if segments == 1 {
                out.copy_from_slice(&parts[..count]);
                continue;
            }
            let mut pairwise = PairwiseRows::<F>::new();
            parts.chunks_exact(width).for_each(|part| pairwise.push(part[..count].to_vec()));
            out.copy_from_slice(&pairwise.finish());
        }
        Ok(joined)
    }

    /// Where the extreme of each range is. `F` finds the extreme, then its first place is looked up.
    fn positions<F: Fold<In = <F as Fold>::Acc>>(&self, _: ReduceOp, destination: Destination) -> Result<()> {
        let (results, range) = (self.kept.numel(), self.reduced.numel());
        let segments = range.div_ceil(SEGMENT).max(1);
        let per_task = if segments > 1 { 1 } else { (SEGMENT / 2 / range.max(1)).clamp(1, results) };
        let better = fold::better::<F>;
        let (inner, kept_stride) = self.kept.inner();
        if kept_stride == 1 && self.reduced.inner().1 != 1 && inner >= 4 && u32::try_from(range).is_ok() {
            return self.positions_by_rows::<F>(destination);
        }
        let mut best = filled((F::EMPTY, 0i64), results.saturating_mul(segments))?;
        parallel::fill(&mut best, per_task, |task, part| {
            let mut scratch = Scratch::default();
            for (i, out) in part.iter_mut().enumerate() {
                let (result, segment) = ((task * per_task + i) / segments, (task * per_task + i) % segments);
                let (start, end) = (segment * SEGMENT, range.min((segment + 1) * SEGMENT));
                let mut found: Option<(F::Acc, i64)> = None;
                self.blocks::<F::In>(result, start, end, &mut scratch, |at, values| {
                    let extreme = fold::block::<F>(values);
                    if found.is_none_or(|(earlier, _)| better(earlier, extreme)) {
                        found = Some((extreme, (at + fold::place::<F>(values, extreme)) as i64));
                    }
                });
                *out = found.unwrap_or((F::EMPTY, 0));
            }
        });
        let choose = |parts: &[(F::Acc, i64)]| {
            let first = parts[0];
            parts.iter().fold(first, |a, b| if better(a.0, b.0) { *b } else { a }).1
        };
        destination.fill(|out| {
            for (out, parts) in typed_mut::<i64>(out).iter_mut().zip(best.chunks_exact(segments)) {
                *out = choose(parts);
            }
        })
    }

    /// As `positions`, for results that lie side by side: a strip of columns per task, row after row.
    fn positions_by_rows<F: Fold<In = <F as Fold>::Acc>>(&self, destination: Destination) -> Result<()> {
        let (results, range) = (self.kept.numel(), self.reduced.numel());
        let (inner, _) = self.kept.inner();
        // Narrower than for values, so that more threads find a strip; still whole cache lines.
        let width = inner.min(COLUMNS / 4);
        let across = inner.div_ceil(width);
        let half = self.source.dtype.size() != size_of::<F::In>();
        let mut best = filled(0u32, results / inner * across * width)?;
        parallel::fill(&mut best, width, |task, places| {
            let (outer, left) = (task / across, task % across * width);
            let count = width.min(inner - left);
            let base = self.source.layout.offset() + self.kept.offset(outer * inner + left);
            let mut scratch = Scratch::default();
            let mut extremes = vec![F::EMPTY; count];
            for at in 0..range {
                let memory = self.source.run(base + self.reduced.offset(at), count);
                let row = if half {
                    let wide = widened(self.source.dtype, memory, count, &mut scratch.wide);
                    typed(wide)
                } else {
                    typed(memory)
                };
                if at == 0 {
                    extremes.copy_from_slice(row);
                } else {
                    fold::row_positions::<F>(&mut extremes, &mut places[..count], row, at as u32);
                }
            }
        });
        destination.fill(|out| {
            let out = typed_mut::<i64>(out);
            for (strip, places) in best.chunks_exact(width).enumerate() {
                let (outer, left) = (strip / across, strip % across * width);
                let count = width.min(inner - left);
                for (out, place) in out[outer * inner + left..][..count].iter_mut().zip(places) {
                    *out = i64::from(*place);
                }
            }
        })
    }
}

/// Room for a block that is gathered, and for one that is widened.
#[derive(Default)]
struct Scratch {
    raw: Vec<u64>,
    wide: Vec<f32>,
}

impl Scratch {
    /// The first bytes of the room for what is gathered.
    fn raw(&mut self, len_bytes: usize) -> &mut [u8] {
        if self.raw.len() * 8 < len_bytes {
            self.raw.resize(BLOCK, 0);
        }
        &mut bytes_mut(&mut self.raw)[..len_bytes]
    }
}

/// Halves as f32.
fn widened<'a>(dtype: DType, memory: &[u8], count: usize, wide: &'a mut Vec<f32>) -> &'a [u8] {
    wide.resize(wide.len().max(BLOCK), 0.0);
    let wide = &mut bytes_mut(wide)[..count * 4];
    convert::widen(dtype, memory, wide);
    wide
}
