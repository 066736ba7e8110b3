//! Running totals along one dimension. Lines that lie end to end are read one by one, all others side by side; a long line is
//! cut by its length alone, so the result does not depend on the number of threads.
#![forbid(unsafe_code)]

use crate::level::{self, Task};
use crate::operand::{Destination, Source, offset_of};
use crate::parallel::{self, CHUNK, Columns};
use crate::plain::{Bit, Plain, bytes_mut, typed, typed_mut};
use crate::scratch::filled;
use ffi_backend::{DType, Result, ScanOp};
use half::{bf16, f16};

/// Elements of a long line that one task walks.
const SEGMENT: usize = 64 << 10;
/// From this length on a line is worth reading twice, where there are few of them.
const LONG: usize = 4 * SEGMENT;
/// Few lines.
const FEW: usize = 8;
/// Elements gathered at a time where they do not lie end to end.
const BLOCK: usize = 1024;
/// Lines walked side by side.
const WIDTH: usize = 256;

/// How a dtype is totalled up.
trait Total {
    type In: Plain;
    type Acc: Copy + Send + Sync;
    type Out: Plain;
    const START: Self::Acc;
    fn lift(value: Self::In) -> Self::Acc;
    fn join(a: Self::Acc, b: Self::Acc) -> Self::Acc;
    fn lower(total: Self::Acc) -> Self::Out;
}

/// The running sum or product of elements.
struct Running<I, const PRODUCT: bool>(std::marker::PhantomData<I>);

macro_rules! totals {
    ($($in:ty, $acc:ty, $out:ty, |$v:ident| $lift:expr, |$a:ident, $b:ident| $add:expr, $mul:expr, |$t:ident| $lower:expr;)*) => {$(
        impl<const PRODUCT: bool> Total for Running<$in, PRODUCT> {
            type In = $in;
            type Acc = $acc;
            type Out = $out;
            const START: $acc = PRODUCT as u8 as $acc;
            #[inline(always)]
            fn lift($v: $in) -> $acc { $lift }
            #[inline(always)]
            fn join($a: $acc, $b: $acc) -> $acc { if PRODUCT { $mul } else { $add } }
            #[inline(always)]
            fn lower($t: $acc) -> $out { $lower }
        }
    )*};
}
totals! {
    f64, f64, f64, |v| v, |a, b| a + b, a * b, |t| t;
    f32, f64, f32, |v| f64::from(v), |a, b| a + b, a * b, |t| t as f32;
    f16, f32, f16, |v| v.to_f32(), |a, b| a + b, a * b, |t| f16::from_f32(t);
    bf16, f32, bf16, |v| v.to_f32(), |a, b| a + b, a * b, |t| bf16::from_f32(t);
    i64, i64, i64, |v| v, |a, b| a.wrapping_add(b), a.wrapping_mul(b), |t| t;
    i32, i64, i64, |v| i64::from(v), |a, b| a.wrapping_add(b), a.wrapping_mul(b), |t| t;
    u8, i64, i64, |v| i64::from(v), |a, b| a.wrapping_add(b), a.wrapping_mul(b), |t| t;
    Bit, i64, i64, |v| i64::from(v.truth()), |a, b| a.wrapping_add(b), a.wrapping_mul(b), |t| t;
}

/// Runs a scan.
pub fn scan(op: ScanOp, axis: u8, source: &Source, destination: Destination) -> Result<()> {
    macro_rules! of_type {
        ($type:ty) => {
            match op {
                ScanOp::Sum => lines::<Running<$type, false>>(source, axis as usize, destination),
                ScanOp::Prod => lines::<Running<$type, true>>(source, axis as usize, destination),
            }
        };
    }
    match source.dtype {
        DType::F64 => of_type!(f64),
        DType::F32 => of_type!(f32),
        DType::F16 => of_type!(f16),
        DType::Bf16 => of_type!(bf16),
        DType::I64 => of_type!(i64),
        DType::I32 => of_type!(i32),
        DType::U8 => of_type!(u8),
        DType::Bool => of_type!(Bit),
    }
}

fn lines<K: Total>(source: &Source, axis: usize, destination: Destination) -> Result<()> {
    let (dims, strides) = (source.layout.dims(), source.layout.strides());
    let product = |dims: &[i64]| dims.iter().product::<i64>() as usize;
    let (outer, len, inner) = (product(&dims[..axis]), dims[axis] as usize, product(&dims[axis + 1..]));
    let start = |line: usize| source.layout.offset() + offset_of(line as i64, &dims[..axis], &strides[..axis]);
    let long = inner == 1 && outer < FEW && len >= LONG;
    // Made before the destination is touched.
    let mut totals = filled(K::START, if long { len.div_ceil(SEGMENT) } else { 0 })?;
    destination.fill(|out| {
        let out = typed_mut::<K::Out>(out);
        if long {
            for (line, out) in out.chunks_exact_mut(len).enumerate() {
                long_line::<K>(source, start(line), strides[axis], &mut totals, out);
            }
        } else if inner == 1 {
            let per_task = (CHUNK / len).max(1);
            parallel::fill(out, per_task * len, |task, part| {
                for (i, out) in part.chunks_exact_mut(len).enumerate() {
                    walk::<K>(source, start(task * per_task + i), strides[axis], K::START, out);
                }
            });
        } else {
            let side_by_side = |outer: usize, from: usize, count: usize, mut to: Columns<K::Out>| {
                let walk = SideBySide { source, axis, base: start(outer) };
                for at in (0..count).step_by(WIDTH) {
                    walk.strip::<K>(from + at, at, WIDTH.min(count - at), len, &mut to);
                }
            };
            if outer >= FEW {
                let per_task = (CHUNK / (len * inner)).max(1);
                parallel::fill(out, per_task * len * inner, |task, part| {
                    for (i, out) in part.chunks_exact_mut(len * inner).enumerate() {
                        side_by_side(task * per_task + i, 0, inner, Columns::all(out, inner));
                    }
                });
            } else {
                for (i, out) in out.chunks_exact_mut(len * inner).enumerate() {
                    let width = (CHUNK / len).next_multiple_of(WIDTH).max(WIDTH);
                    parallel::columns(out, inner, width, |from, to| {
                        side_by_side(i, from, width.min(inner - from), to);
                    });
                }
            }
        }
    })
}

/// Elements `at, at + stride, …` as many as `out` has, from a total so far on.
fn walk<K: Total>(source: &Source, at: i64, stride: i64, mut total: K::Acc, out: &mut [K::Out]) {
    each_block::<K::In>(source, at, stride, out.len(), |first, values| {
        for (out, value) in out[first..].iter_mut().zip(values) {
            total = K::join(total, K::lift(*value));
            *out = K::lower(total);
        }
    });
}

/// Calls `body` with the number of its first element and the values of each block.
fn each_block<T: Plain>(source: &Source, at: i64, stride: i64, count: usize, mut body: impl FnMut(usize, &[T])) {
    if stride == 1 {
        return body(0, typed(source.run(at, count)));
    }
    let mut scratch = [T::default(); BLOCK];
    for first in (0..count).step_by(BLOCK) {
        let values = &mut scratch[..BLOCK.min(count - first)];
        source.gather(at + first as i64 * stride, stride, bytes_mut(values));
        body(first, values);
    }
}

/// Each segment's total first, then each segment from the total of those before it.
fn long_line<K: Total>(source: &Source, at: i64, stride: i64, totals: &mut [K::Acc], out: &mut [K::Out]) {
    let len = out.len();
    let start = |segment: usize| at + (segment * SEGMENT) as i64 * stride;
    parallel::fill(totals, 1, |segment, total| {
        // Four chains side by side, for one would wait for each addition.
        let mut chains = [K::START; 4];
        each_block::<K::In>(source, start(segment), stride, SEGMENT.min(len - segment * SEGMENT), |_, values| {
            let mut fours = values.chunks_exact(4);
            for four in &mut fours {
                chains.iter_mut().zip(four).for_each(|(chain, value)| *chain = K::join(*chain, K::lift(*value)));
            }
            chains.iter_mut().zip(fours.remainder()).for_each(|(chain, v)| *chain = K::join(*chain, K::lift(*v)));
        });
        total[0] = K::join(K::join(chains[0], chains[1]), K::join(chains[2], chains[3]));
    });
    let mut before = K::START;
    for total in totals.iter_mut() {
        (*total, before) = (before, K::join(before, *total));
    }
    let totals = &*totals;
    parallel::fill(out, SEGMENT, |segment, part| walk::<K>(source, start(segment), stride, totals[segment], part));
}

/// One step of lines side by side.
struct Step<'a, K: Total> {
    totals: &'a mut [K::Acc],
    values: &'a [K::In],
    out: &'a mut [K::Out],
}

impl<K: Total> Task for Step<'_, K> {
    type Output = ();
    #[inline(always)]
    fn run<const FMA: bool>(self) {
        for ((out, total), value) in self.out.iter_mut().zip(self.totals).zip(self.values) {
            *total = K::join(*total, K::lift(*value));
            *out = K::lower(*total);
        }
    }
}

/// Lines whose elements of one index lie in a row of the result.
struct SideBySide<'a> {
    source: &'a Source<'a>,
    axis: usize,
    base: i64,
}

impl SideBySide<'_> {
    /// `count` lines from number `from` on, which are the columns `column..` of `to`.
    fn strip<K: Total>(&self, from: usize, column: usize, count: usize, len: usize, to: &mut Columns<K::Out>) {
        let layout = self.source.layout;
        let (dims, strides) = (&layout.dims()[self.axis + 1..], &layout.strides()[self.axis + 1..]);
        let (row, step) = (dims[dims.len() - 1] as usize, strides[strides.len() - 1]);
        let mut totals = [K::START; WIDTH];
        let mut values = [K::In::default(); WIDTH];
        for i in 0..len {
            let base = self.base + i as i64 * layout.strides()[self.axis];
            let mut done = 0;
            while done < count {
                let at = from + done;
                let part = (row - at % row).min(count - done);
                let place = base + offset_of(at as i64, dims, strides);
                self.source.gather(place, step, bytes_mut(&mut values[done..done + part]));
                done += part;
            }
            let Some(out) = to.row(i).get_mut(column..column + count) else { return };
            level::run(Step::<K> { totals: &mut totals[..count], values: &values[..count], out });
        }
    }
}
