//! Elements whose position along one dimension an index tensor names: taken, overwritten, added to. All indices are checked
//! before the first element is written, and each once more as it is used, for lent memory may change in between.
#![forbid(unsafe_code)]

use crate::operand::{Destination, Source, offset_of, with_bits};
use crate::parallel::{self, CHUNK, Columns};
use crate::plain::{Plain, bytes_mut, typed, typed_mut};
use crate::scratch::filled;
use ffi_backend::layout::Joint;
use ffi_backend::{DType, IndexOp, Layout, MAX_RANK, Result, fail};
use half::{bf16, f16};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Places that are worked out at a time.
const BLOCK: usize = 512;
/// Columns of a strip of rows that several tasks add to.
const WIDTH: usize = 1024;

/// Runs an indexing op. Its two sources stand in the op's order.
pub fn index(op: IndexOp, axis: u8, a: &Source, b: &Source, destination: Destination) -> Result<()> {
    let axis = axis as usize;
    if op == IndexOp::Gather {
        let index = Index { source: b, len: a.layout.dims()[axis] };
        index.check(op)?;
        return with_bits!(destination.dtype.size(), T => gather::<T>(a, &index, axis, destination));
    }
    let index = Index { source: a, len: destination.layout.dims()[axis] };
    index.check(op)?;
    if op == IndexOp::Scatter {
        with_bits!(destination.dtype.size(), T => scatter::<T>(&index, b, axis, destination, |to, value| *to = value));
        return Ok(());
    }
    match destination.dtype {
        DType::F64 => scatter::<f64>(&index, b, axis, destination, |to, value| *to += value),
        DType::F32 => scatter::<f32>(&index, b, axis, destination, |to, value| *to += value),
        DType::F16 => add_halves(&index, b, axis, destination, f16::to_f32, f16::from_f32)?,
        DType::Bf16 => add_halves(&index, b, axis, destination, bf16::to_f32, bf16::from_f32)?,
        DType::I64 => scatter::<i64>(&index, b, axis, destination, |to, value| *to = to.wrapping_add(value)),
        DType::I32 => scatter::<i32>(&index, b, axis, destination, |to, value| *to = to.wrapping_add(value)),
        DType::U8 => scatter::<u8>(&index, b, axis, destination, |to, value| *to = to.wrapping_add(value)),
        DType::Bool => fail!(DtypeMismatch, "{}: no additions of bools", op.name()),
    }
    Ok(())
}

/// Adds up in f32 and rounds once, at the end. What nothing is added to keeps its bits.
fn add_halves<H: Plain>(
    index: &Index,
    values: &Source,
    axis: usize,
    destination: Destination,
    widen: fn(H) -> f32,
    round: fn(f32) -> H,
) -> Result<()> {
    let layout = *destination.layout;
    destination.window(|low, memory| {
        let halves = typed_mut::<H>(memory);
        let mut sums = filled(0f32, halves.len())?;
        sums.iter_mut().zip(&*halves).for_each(|(sum, half)| *sum = widen(*half));
        scatter_into(index, values, axis, &layout, low, &mut sums, |to, value: H| *to += widen(value));
        for (half, sum) in halves.iter_mut().zip(sums) {
            if widen(*half).to_bits() != sum.to_bits() {
                *half = round(sum);
            }
        }
        Ok(())
    })
}

/// An index tensor for a dimension of `len`.
struct Index<'a> {
    source: &'a Source<'a>,
    len: i64,
}

impl Index<'_> {
    /// Indices from place `at` on as positions in the dimension.
    #[inline]
    fn read(&self, at: i64, stride: i64, out: &mut [i64]) {
        if self.source.dtype == DType::I64 {
            self.source.gather(at, stride, bytes_mut(out));
        } else {
            let mut narrow = [0i32; BLOCK];
            let narrow = &mut narrow[..out.len().min(BLOCK)];
            self.source.gather(at, stride, bytes_mut(narrow));
            out.iter_mut().zip(narrow).for_each(|(out, index)| *out = i64::from(*index));
        }
        for place in out {
            *place = place.wrapping_add(if *place < 0 { self.len } else { 0 });
        }
    }

    /// As [`read`](Self::read), for use: each is a place in the dimension. All were, when [`check`](Self::check) looked; what a host
    /// that lends the memory has changed since to one outside counts as the first.
    #[inline]
    fn places(&self, at: i64, stride: i64, out: &mut [i64]) {
        self.read(at, stride, out);
        for place in out {
            *place = if (*place as u64) < self.len as u64 { *place } else { 0 };
        }
    }

    /// Whether every index lies in the dimension; a stretched one is looked at once.
    fn check(&self, op: IndexOp) -> Result<()> {
        let mut layout = *self.source.layout;
        for axis in 0..layout.rank() {
            if layout.strides()[axis] == 0 && layout.dims()[axis] > 1 {
                layout = layout.slice(axis, 0, 1, 1)?;
            }
        }
        let joint = Joint::<1>::new(&[&layout]);
        let count = joint.numel() as usize;
        let (dims, strides) = (&joint.dims[..joint.rank], &joint.strides[0][..joint.rank]);
        let (row, stride) = match joint.rank.checked_sub(1) {
            Some(last) => (dims[last] as usize, strides[last]),
            None => (1, 1),
        };
        let wrong_in = |chunk: usize| -> Option<i64> {
            let mut places = [0; BLOCK];
            let (mut at, end) = (chunk * CHUNK, count.min((chunk + 1) * CHUNK));
            while at < end {
                let part = (row - at % row).min(end - at).min(BLOCK);
                let places = &mut places[..part];
                self.read(joint.offsets[0] + offset_of(at as i64, dims, strides), stride, places);
                // Without a branch for each: a negative place is a huge one.
                let fits = places.iter().fold(true, |fits, place| fits & ((*place as u64) < self.len as u64));
                if !fits {
                    return places.iter().copied().find(|place| !(0..self.len).contains(place));
                }
                at += part;
            }
            None
        };
        let first = AtomicUsize::new(usize::MAX);
        parallel::run(count.div_ceil(CHUNK), |chunk| {
            if wrong_in(chunk).is_some() {
                first.fetch_min(chunk, Ordering::Relaxed);
            }
        });
        let first = first.into_inner();
        match if first == usize::MAX { None } else { wrong_in(first) } {
            None => Ok(()),
            Some(place) => {
                // As it was given: what `read` made of a negative one is below 0 still.
                let given = if place < 0 { place.wrapping_sub(self.len) } else { place };
                fail!(InvalidArgument, "{}: index {given} is outside a dimension of size {}", op.name(), self.len)
            }
        }
    }
}

/// Where the elements of an operand lie that has the index's dims but along one: an element of the index's row number `row` and
/// column `c` with place `p` is at `start(row) + p * along + c * across`.
struct Reach {
    dims: [i64; MAX_RANK],
    strides: [i64; MAX_RANK],
    last: usize,
    offset: i64,
    along: i64,
    across: i64,
}

impl Reach {
    /// Places count from `low` on.
    fn new(layout: &Layout, index: &Layout, axis: usize, low: i64) -> Reach {
        let last = layout.rank() - 1;
        let (mut dims, mut strides) = ([1; MAX_RANK], [0; MAX_RANK]);
        dims[..=last].copy_from_slice(index.dims());
        strides[..=last].copy_from_slice(layout.strides());
        let (along, across) = (strides[axis], if axis == last { 0 } else { strides[last] });
        strides[axis] = 0;
        Reach { dims, strides, last, offset: layout.offset() - low, along, across }
    }
    #[inline]
    fn start(&self, row: usize) -> i64 {
        self.offset + offset_of(row as i64, &self.dims[..self.last], &self.strides[..self.last])
    }
}

/// The rows of a view: its last dimension.
struct Rows<'a> {
    layout: &'a Layout,
    last: usize,
    stride: i64,
}

impl<'a> Rows<'a> {
    fn of(layout: &'a Layout) -> Rows<'a> {
        let last = layout.rank() - 1;
        Rows { layout, last, stride: layout.strides()[last] }
    }
    #[inline]
    fn place(&self, row: usize, column: usize) -> i64 {
        let (dims, strides) = (&self.layout.dims()[..self.last], &self.layout.strides()[..self.last]);
        self.layout.offset() + offset_of(row as i64, dims, strides) + column as i64 * self.stride
    }
}

fn gather<T: Plain>(x: &Source, index: &Index, axis: usize, destination: Destination) -> Result<()> {
    let (low, all) = x.window();
    let all = typed::<T>(all);
    let reach = Reach::new(x.layout, index.source.layout, axis, low);
    let rows = Rows::of(index.source.layout);
    let columns = index.source.layout.dims()[rows.last] as usize;
    // A row whose elements share an index moves as one.
    let whole = rows.stride == 0 && axis != rows.last;
    // All that a row takes lies end to end.
    let within = axis == rows.last && reach.along == 1;
    destination.fill(|out| {
        parallel::fill(typed_mut::<T>(out), CHUNK, |chunk, mut out| {
            let mut places = [0; BLOCK];
            let mut at = chunk * CHUNK;
            while !out.is_empty() {
                let (row, column) = (at / columns, at % columns);
                let most = if whole { CHUNK } else { BLOCK };
                let count = (columns - column).min(out.len()).min(most);
                let (part, rest) = std::mem::take(&mut out).split_at_mut(count);
                let start = reach.start(row) + column as i64 * reach.across;
                let read = if whole { 1 } else { count };
                index.places(rows.place(row, column), rows.stride, &mut places[..read]);
                let line = usize::try_from(start).ok().and_then(|from| all.get(from..from + index.len as usize));
                if let (true, Some(line)) = (within, line) {
                    for (out, place) in part.iter_mut().zip(&places) {
                        *out = line.get(*place as usize).copied().unwrap_or_default();
                    }
                } else if whole {
                    x.gather(low + start + places[0] * reach.along, reach.across, bytes_mut(part));
                } else {
                    for (i, (out, place)) in part.iter_mut().zip(&places).enumerate() {
                        let from = start + place * reach.along + i as i64 * reach.across;
                        *out = all.get(from as usize).copied().unwrap_or_default();
                    }
                }
                out = rest;
                at += count;
            }
        });
    })
}

/// Memory that rows of values are written to.
trait Target<T> {
    /// The element of column `column` in what begins at `start`.
    fn slot(&mut self, start: i64, column: usize) -> Option<&mut T>;
    /// Those of `count` columns, where they lie end to end.
    fn run(&mut self, start: i64, column: usize, count: usize) -> Option<&mut [T]>;
}

/// A range of elements whose first has the place `low`, columns `across` apart.
struct Range<'a, T> {
    elements: &'a mut [T],
    low: i64,
    across: i64,
}

impl<T> Target<T> for Range<'_, T> {
    #[inline(always)]
    fn slot(&mut self, start: i64, column: usize) -> Option<&mut T> {
        self.elements.get_mut((start + column as i64 * self.across - self.low) as usize)
    }
    #[inline(always)]
    fn run(&mut self, start: i64, column: usize, count: usize) -> Option<&mut [T]> {
        let from = usize::try_from(start - self.low + column as i64).ok()?;
        if self.across == 1 { self.elements.get_mut(from..from + count) } else { None }
    }
}

/// A strip of the columns of a matrix; `start` is a row's number.
struct Strip<'a, T> {
    columns: Columns<'a, T>,
    from: usize,
}

impl<T> Target<T> for Strip<'_, T> {
    #[inline(always)]
    fn slot(&mut self, start: i64, column: usize) -> Option<&mut T> {
        self.columns.row(start as usize).get_mut(column - self.from)
    }
    #[inline(always)]
    fn run(&mut self, start: i64, column: usize, count: usize) -> Option<&mut [T]> {
        self.columns.row(start as usize).get_mut(column - self.from..column - self.from + count)
    }
}

fn scatter<T: Plain>(
    index: &Index,
    values: &Source,
    axis: usize,
    destination: Destination,
    put: impl Fn(&mut T, T) + Sync + Copy,
) {
    let layout = *destination.layout;
    destination.window(|low, memory| scatter_into(index, values, axis, &layout, low, typed_mut::<T>(memory), put));
}

/// `memory` holds the elements that `layout` reaches, from place `low` on.
fn scatter_into<T: Plain, V: Plain>(
    index: &Index,
    values: &Source,
    axis: usize,
    layout: &Layout,
    low: i64,
    memory: &mut [T],
    put: impl Fn(&mut T, V) + Sync + Copy,
) {
    let dims = index.source.layout.dims();
    let last = layout.rank() - 1;
    let (count, columns) = (index.source.layout.numel() as usize, dims[last] as usize);
    if count == 0 {
        return;
    }
    let outer = layout.dims()[..axis].iter().product::<i64>() as usize;
    let packed = layout.is_contiguous();
    let mut reach = Reach::new(layout, index.source.layout, axis, low);
    let scatter = Scatter { index, values, rows: Rows::of(index.source.layout), from: Rows::of(values.layout), put };
    if packed && outer > 1 && count > CHUNK {
        // Tasks by the dimensions before the one that is indexed: no two meet in an element.
        let (line, rows) = (memory.len() / outer, count / columns / outer);
        let per_task = (CHUNK / (count / outer)).max(1);
        parallel::fill(memory, per_task * line, |task, elements| {
            let first = task * per_task;
            let (from, to) = (first * rows, (first + elements.len() / line) * rows);
            let low = (first * line) as i64;
            scatter.rows(&reach, from..to, 0..columns, Range { elements, low, across: reach.across });
        });
    } else if packed && axis != last && count > CHUNK && columns > 1 {
        // Tasks by columns, each over all rows in order.
        let row_len = columns as i64;
        reach.strides[..last].iter_mut().for_each(|stride| *stride /= row_len);
        (reach.along, reach.offset) = (reach.along / row_len, reach.offset / row_len);
        let width = WIDTH.min(columns.div_ceil(4).next_multiple_of(16));
        parallel::columns(memory, columns, width, |from, strip| {
            let to = (from + width).min(columns);
            scatter.rows(&reach, 0..count / columns, from..to, Strip { columns: strip, from });
        });
    } else {
        let across = reach.across;
        scatter.rows(&reach, 0..count / columns, 0..columns, Range { elements: memory, low: 0, across });
    }
}

struct Scatter<'a, P> {
    index: &'a Index<'a>,
    values: &'a Source<'a>,
    rows: Rows<'a>,
    from: Rows<'a>,
    put: P,
}

impl<P> Scatter<'_, P> {
    /// Some columns of some rows of the index, in order.
    fn rows<T: Plain, V: Plain>(
        &self,
        reach: &Reach,
        rows: std::ops::Range<usize>,
        columns: std::ops::Range<usize>,
        mut target: impl Target<T>,
    ) where
        P: Fn(&mut T, V),
    {
        let whole = self.rows.stride == 0 && reach.across != 0;
        let mut places = [0; BLOCK];
        let mut scratch = [V::default(); BLOCK];
        for row in rows {
            let start = reach.start(row);
            for column in columns.clone().step_by(BLOCK) {
                let count = BLOCK.min(columns.end - column);
                let at = self.from.place(row, column);
                let values = if self.from.stride == 1 {
                    typed::<V>(self.values.run(at, count))
                } else {
                    self.values.gather(at, self.from.stride, bytes_mut(&mut scratch[..count]));
                    &scratch[..count]
                };
                let read = if whole { 1 } else { count };
                self.index.places(self.rows.place(row, column), self.rows.stride, &mut places[..read]);
                let shared = start + places[0] * reach.along;
                if whole && let Some(to) = target.run(shared, column, count) {
                    to.iter_mut().zip(values).for_each(|(to, value)| (self.put)(to, *value));
                    continue;
                }
                for (i, value) in values.iter().enumerate() {
                    let place = if whole { places[0] } else { places[i] };
                    if let Some(to) = target.slot(start + place * reach.along, column + i) {
                        (self.put)(to, *value);
                    }
                }
            }
        }
    }
}
