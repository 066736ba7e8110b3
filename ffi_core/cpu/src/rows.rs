//! softmax, log_softmax and normal rows: one pass per row over a row that lies end to end, copied to scratch where it does not.
#![forbid(unsafe_code)]

use crate::buffer::CpuBuffer;
use crate::convert;
use crate::level::{self, Task};
use crate::operand::{Destination, Source, offset_of};
use crate::parallel;
use crate::plain::{bytes_mut, typed, typed_mut};
use crate::vector::{Lane, Real};
use ffi_backend::value::Float;
use ffi_backend::{DType, DeviceId, Result, RowOp};
use triomphe::UniqueArc;

/// Elements a task gets at least.
const CHUNK: usize = 16 << 10;

/// Runs a row op.
pub fn rows(op: RowOp, source: &Source, destination: Destination) -> Result<()> {
    let rank = source.layout.rank();
    let (dims, strides) = (source.layout.dims(), source.layout.strides());
    let len = dims[rank - 1] as usize;
    let dtype = source.dtype;
    let per_task = (CHUNK / len).max(1);
    destination.fill(|bytes| {
        parallel::fill(bytes, per_task * len * dtype.size(), |task, part| {
            // For rows that are not end to end, and for halves on both sides.
            let mut raw = Vec::new();
            let (mut wide, mut result) = (Vec::new(), Vec::new());
            for (i, out) in part.chunks_exact_mut(len * dtype.size()).enumerate() {
                let number = (task * per_task + i) as i64;
                let at = source.layout.offset() + offset_of(number, &dims[..rank - 1], &strides[..rank - 1]);
                let row = if strides[rank - 1] == 1 || len == 1 {
                    source.run(at, len)
                } else {
                    raw.resize((len * dtype.size()).div_ceil(8), 0u64);
                    let raw = &mut bytes_mut(&mut raw)[..len * dtype.size()];
                    source.gather(at, strides[rank - 1], raw);
                    raw
                };
                match dtype {
                    DType::F64 => row_f64(op, row, out),
                    DType::F32 => row_f32(op, row, out),
                    _ => {
                        wide.resize(len, 0f32);
                        result.resize(len, 0f32);
                        convert::widen(dtype, row, bytes_mut(&mut wide));
                        level::run(Row32 { op, row: &wide, out: &mut result });
                        convert::narrow(dtype, crate::plain::bytes(&result), out);
                    }
                }
            }
        });
    })
}

fn row_f32(op: RowOp, row: &[u8], out: &mut [u8]) {
    level::run(Row32 { op, row: typed(row), out: typed_mut(out) });
}

fn row_f64(op: RowOp, row: &[u8], out: &mut [u8]) {
    level::run(Row64 { op, row: typed(row), out: typed_mut(out) });
}

struct Row32<'a> {
    op: RowOp,
    row: &'a [f32],
    out: &'a mut [f32],
}

struct Row64<'a> {
    op: RowOp,
    row: &'a [f64],
    out: &'a mut [f64],
}

impl Task for Row32<'_> {
    type Output = ();
    #[inline(always)]
    fn run<const FMA: bool>(self) {
        row::<Real<f32, FMA>>(self.op, self.row, self.out);
    }
}

impl Task for Row64<'_> {
    type Output = ();
    #[inline(always)]
    fn run<const FMA: bool>(self) {
        row::<Real<f64, FMA>>(self.op, self.row, self.out);
    }
}

/// Lanes that gather side by side: enough for four of the widest vectors in flight.
const LANES: usize = 64;
/// Values one lane sums before it is added up with the others.
const BLOCK: usize = LANES * 64;

#[inline(always)]
fn row<N: Float + Lane>(op: RowOp, row: &[N::Memory], out: &mut [N::Memory]) {
    match op {
        RowOp::Softmax => softmax::<N>(false, row, out),
        RowOp::LogSoftmax => softmax::<N>(true, row, out),
        RowOp::Normal { epsilon } => normal::<N>(epsilon, row, out),
    }
}

/// The sum over a row of what becomes of each element, two of them at once: lanes side by side, then block by block.
#[inline(always)]
fn sums<N: Float + Lane>(row: &[N::Memory], of: impl Fn(N) -> [N; 2]) -> [N; 2] {
    let mut total = [N::of(0.0); 2];
    for block in row.chunks(BLOCK) {
        let (mut first, mut second) = ([N::of(0.0); LANES], [N::of(0.0); LANES]);
        let (whole, rest) = block.as_chunks::<LANES>();
        for chunk in whole {
            for ((first, second), x) in first.iter_mut().zip(&mut second).zip(chunk) {
                let [a, b] = of(N::load(*x));
                (*first, *second) = (*first + a, *second + b);
            }
        }
        for ((first, second), x) in first.iter_mut().zip(&mut second).zip(rest) {
            let [a, b] = of(N::load(*x));
            (*first, *second) = (*first + a, *second + b);
        }
        let mut width = LANES / 2;
        while width > 0 {
            for i in 0..width {
                first[i] = first[i] + first[i + width];
                second[i] = second[i] + second[i + width];
            }
            width /= 2;
        }
        total = [total[0] + first[0], total[1] + second[0]];
    }
    total
}

#[inline(always)]
fn normal<N: Float + Lane>(epsilon: f64, row: &[N::Memory], out: &mut [N::Memory]) {
    let share = N::of(1.0 / row.len() as f64);
    let Some(&first) = row.first() else { return };
    // Counted from the first: what all have in common costs no digits.
    let shift = N::load(first);
    let mean = sums::<N>(row, |x| [x - shift, N::of(0.0)])[0] * share;
    // What the distances sum up to is what the rounding of the mean left out of it.
    let [squares, rest] = sums::<N>(row, |x| {
        let distance = x - shift - mean;
        [distance * distance, distance]
    });
    let scale = N::of(1.0) / ((squares - rest * rest * share) * share + N::of(epsilon)).sqrt();
    for (x, out) in row.iter().zip(out) {
        *out = ((N::load(*x) - shift - mean) * scale).store();
    }
}

#[inline(always)]
fn softmax<N: Float + Lane>(log: bool, row: &[N::Memory], out: &mut [N::Memory]) {
    // A NaN does not reach the maximum for certain, but it reaches the sum.
    let mut lanes = [N::of(f64::NEG_INFINITY); LANES];
    let (whole, rest) = row.as_chunks::<LANES>();
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            let x = N::load(*x);
            *lane = N::select(lane.lt(x), x, *lane);
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        let x = N::load(*x);
        *lane = N::select(lane.lt(x), x, *lane);
    }
    let max = lanes.into_iter().fold(N::of(f64::NEG_INFINITY), |a, b| N::select(a.lt(b), b, a));
    let mut sum = N::of(0.0);
    for (row, out) in row.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
        let mut lanes = [N::of(0.0); LANES];
        let ((row, row_rest), (out, out_rest)) = (row.as_chunks::<LANES>(), out.as_chunks_mut::<LANES>());
        for (row, out) in row.iter().zip(out) {
            for ((lane, x), out) in lanes.iter_mut().zip(row).zip(out) {
                let shifted = N::load(*x) - max;
                let power = shifted.exp();
                *out = if log { shifted } else { power }.store();
                *lane = *lane + power;
            }
        }
        for ((lane, x), out) in lanes.iter_mut().zip(row_rest).zip(out_rest) {
            let shifted = N::load(*x) - max;
            let power = shifted.exp();
            *out = if log { shifted } else { power }.store();
            *lane = *lane + power;
        }
        let mut width = LANES / 2;
        while width > 0 {
            for i in 0..width {
                lanes[i] = lanes[i] + lanes[i + width];
            }
            width /= 2;
        }
        sum = sum + lanes[0];
    }
    if log {
        let log = sum.log();
        out.iter_mut().for_each(|out| *out = (N::load(*out) - log).store());
    } else {
        let scale = N::of(1.0) / sum;
        out.iter_mut().for_each(|out| *out = (N::load(*out) * scale).store());
    }
}

/// The view as f32, end to end in a temporary.
pub fn to_f32(source: &Source) -> Result<UniqueArc<CpuBuffer>> {
    let count = source.layout.numel() as usize;
    let made = CpuBuffer::new(DeviceId(0), 4 * count as u64)?;
    let layout = source.layout;
    let contiguous = layout.is_contiguous();
    let rank = layout.rank();
    let row = layout.dims()[rank - 1] as usize;
    crate::buffer::write(&made, |bytes| {
        let out = typed_mut::<f32>(bytes);
        if contiguous {
            parallel::fill(out, parallel::CHUNK, |chunk, part| {
                let run = source.run(layout.offset() + (chunk * parallel::CHUNK) as i64, part.len());
                convert::widen(source.dtype, run, bytes_mut(part));
            });
            return;
        }
        let per_task = (parallel::CHUNK / row.max(1)).max(1);
        parallel::fill(out, per_task * row, |task, part| {
            let mut raw = vec![0u16; row];
            for (i, part) in part.chunks_exact_mut(row.max(1)).enumerate() {
                let number = (task * per_task + i) as i64;
                let at = offset_of(number, &layout.dims()[..rank - 1], &layout.strides()[..rank - 1]);
                source.gather(layout.offset() + at, layout.strides()[rank - 1], bytes_mut(&mut raw));
                convert::widen(source.dtype, crate::plain::bytes(&raw), bytes_mut(part));
            }
        });
    });
    Ok(made)
}
