//! Random numbers of the shared generator, a chunk of counters per task.
#![forbid(unsafe_code)]

use crate::operand::Destination;
use crate::parallel;
use crate::plain::{Plain, typed_mut};
use ffi_backend::{DType, Element, RandomOp, Truth, philox};
use half::{bf16, f16};

/// A multiple of the four elements of a counter.
const CHUNK: usize = 8 << 10;

/// Fills the destination.
pub fn random(op: RandomOp, seed: u64, offset: u64, destination: Destination) {
    match destination.dtype {
        DType::F64 => fill(op, seed, offset, destination, |v: f64| v),
        DType::F32 => fill(op, seed, offset, destination, f32::from_real),
        DType::F16 => fill(op, seed, offset, destination, f16::from_real),
        DType::Bf16 => fill(op, seed, offset, destination, bf16::from_real),
        DType::I64 => integers::<i64>(op, seed, offset, destination, i64::from_whole),
        DType::I32 => integers::<i32>(op, seed, offset, destination, i32::from_whole),
        DType::U8 => integers::<u8>(op, seed, offset, destination, u8::from_whole),
        DType::Bool => integers::<u8>(op, seed, offset, destination, |v| Truth::from_whole(v).0),
    }
}

fn lanes(seed: u64, offset: u64, counter: usize) -> [u32; 4] {
    philox::philox4x32_10(seed, u128::from(offset) + counter as u128)
}

fn fill<T: Plain>(op: RandomOp, seed: u64, offset: u64, destination: Destination, round: impl Fn(f64) -> T + Sync) {
    let wide = destination.dtype == DType::F64;
    let per_counter = if wide { 2 } else { 4 };
    destination.fill(|bytes| {
        parallel::fill(typed_mut::<T>(bytes), CHUNK, |chunk, part| {
            for (i, part) in part.chunks_mut(per_counter).enumerate() {
                let [a, b, c, d] = lanes(seed, offset, chunk * (CHUNK / per_counter) + i);
                let mut draw = if wide {
                    [philox::uniform_wide(a, b), philox::uniform_wide(c, d), 0.0, 0.0]
                } else {
                    [a, b, c, d].map(philox::uniform)
                };
                if op == RandomOp::Normal {
                    (draw[0], draw[1]) = philox::normal_pair(draw[0], draw[1]);
                    (draw[2], draw[3]) = philox::normal_pair(draw[2], draw[3]);
                }
                for (out, value) in part.iter_mut().zip(draw) {
                    *out = round(value);
                }
            }
        });
    });
}

fn integers<T: Plain>(op: RandomOp, seed: u64, offset: u64, destination: Destination, to: impl Fn(i64) -> T + Sync) {
    let RandomOp::Integers { low, high } = op else { return };
    destination.fill(|bytes| {
        parallel::fill(typed_mut::<T>(bytes), CHUNK, |chunk, part| {
            for (i, part) in part.chunks_mut(2).enumerate() {
                let [a, b, c, d] = lanes(seed, offset, chunk * (CHUNK / 2) + i);
                let draw = [philox::integer(a, b, low, high), philox::integer(c, d, low, high)];
                for (out, value) in part.iter_mut().zip(draw) {
                    *out = to(value);
                }
            }
        });
    });
}
