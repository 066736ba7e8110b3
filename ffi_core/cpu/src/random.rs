//! Random numbers of the shared generator, sixteen counters side by side.
#![forbid(unsafe_code)]

use crate::level::{self, Task};
use crate::operand::Destination;
use crate::parallel;
use crate::plain::{Plain, typed_mut};
use ffi_backend::{DType, Element, RandomOp, Result, Truth, philox};
use half::{bf16, f16};

/// A multiple of the elements of a batch of counters.
const CHUNK: usize = 8 << 10;
/// Counters of a batch.
const BATCH: usize = 16;

/// Fills the destination.
pub fn random(op: RandomOp, seed: u64, offset: u64, destination: Destination) -> Result<()> {
    let draw = Draw { op, seed, offset };
    match destination.dtype {
        DType::F64 => draw.fill::<f64, 2>(destination, f64::from_real),
        DType::F32 => draw.fill::<f32, 4>(destination, f32::from_real),
        DType::F16 => draw.fill::<f16, 4>(destination, f16::from_real),
        DType::Bf16 => draw.fill::<bf16, 4>(destination, bf16::from_real),
        DType::I64 => draw.integers(destination, i64::from_whole),
        DType::I32 => draw.integers(destination, i32::from_whole),
        DType::U8 => draw.integers(destination, u8::from_whole),
        DType::Bool => draw.integers(destination, |v| Truth::from_whole(v).0),
    }
}

#[derive(Clone, Copy)]
struct Draw {
    op: RandomOp,
    seed: u64,
    offset: u64,
}

/// The lanes of a batch of counters.
struct Lanes {
    seed: u64,
    first: u128,
}

impl Task for Lanes {
    type Output = [[u32; 4]; BATCH];
    #[inline(always)]
    fn run<const FMA: bool>(self) -> [[u32; 4]; BATCH] {
        let mut lanes = [[0; 4]; BATCH];
        for (i, lanes) in lanes.iter_mut().enumerate() {
            *lanes = philox::philox4x32_10(self.seed, self.first + i as u128);
        }
        lanes
    }
}

impl Draw {
    /// Calls `body` with each counter's lanes and its `PER` elements.
    fn each<T: Plain, const PER: usize>(
        &self,
        destination: Destination,
        body: impl Fn([u32; 4], &mut [T]) + Sync,
    ) -> Result<()> {
        destination.fill(|bytes| {
            parallel::fill(typed_mut::<T>(bytes), CHUNK, |chunk, part| {
                for (batch, part) in part.chunks_mut(BATCH * PER).enumerate() {
                    let first = u128::from(self.offset) + (chunk * (CHUNK / PER) + batch * BATCH) as u128;
                    let lanes = level::run(Lanes { seed: self.seed, first });
                    for (lanes, part) in lanes.into_iter().zip(part.chunks_mut(PER)) {
                        body(lanes, part);
                    }
                }
            });
        })
    }

    fn fill<T: Plain, const PER: usize>(
        &self,
        destination: Destination,
        round: impl Fn(f64) -> T + Sync,
    ) -> Result<()> {
        let normal = self.op == RandomOp::Normal;
        // A normal is made of as many bits in a half as in f32.
        let dtype = if normal { DType::F32 } else { destination.dtype };
        let uniform = |[a, b, c, d]: [u32; 4]| match PER {
            2 => [philox::uniform_wide(a, b), philox::uniform_wide(c, d), 0.0, 0.0],
            _ => [a, b, c, d].map(|lane| philox::uniform_of(dtype, lane)),
        };
        if !normal {
            return self.each::<T, PER>(destination, |lanes, part| {
                part.iter_mut().zip(uniform(lanes)).for_each(|(out, value)| *out = round(value));
            });
        }
        self.each::<T, PER>(destination, |lanes, part| {
            let uniform = uniform(lanes);
            for (pair, out) in uniform.chunks_exact(2).zip(part.chunks_mut(2)) {
                let (first, second) = philox::normal_pair(pair[0], pair[1]);
                out.iter_mut().zip([first, second]).for_each(|(out, value)| *out = round(value));
            }
        })
    }

    fn integers<T: Plain>(&self, destination: Destination, to: impl Fn(i64) -> T + Sync) -> Result<()> {
        let RandomOp::Integers { low, high } = self.op else { return Ok(()) };
        self.each::<T, 2>(destination, |[a, b, c, d], part| {
            let draw = [philox::integer(a, b, low, high), philox::integer(c, d, low, high)];
            part.iter_mut().zip(draw).for_each(|(out, value)| *out = to(value));
        })
    }
}
