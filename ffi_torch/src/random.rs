//! The process's random generator: a seed and a counter, so that a seed gives the same numbers on every device.

use crate::Tensor;
use ffi_backend::philox::counters;
use ffi_backend::{DType, DeviceRef, ForkMutex, Op, RandomOp, Result};

struct Generator {
    seed: u64,
    /// The first counter that no draw has used.
    next: u64,
}

/// Seed 0 until somebody seeds it: a program without a seed gives the same run every time.
static GENERATOR: ForkMutex<Generator> = ForkMutex::new(Generator { seed: 0, next: 0 });

/// Starts the sequence of this seed.
pub fn seed(seed: u64) {
    *GENERATOR.lock() = Generator { seed, next: 0 };
}

/// New random numbers. Draws from several threads each get their own part of the sequence, in the order of their calls.
pub fn draw(op: RandomOp, dims: &[i64], dtype: DType, device: DeviceRef) -> Result<Tensor> {
    let tensor = Tensor::empty(dims, dtype, device)?;
    let wide = dtype == DType::F64 || matches!(op, RandomOp::Integers { .. });
    let (seed, offset) = {
        let mut generator = GENERATOR.lock();
        let offset = generator.next;
        generator.next = offset.wrapping_add(counters(tensor.numel() as u64, wide));
        (generator.seed, offset)
    };
    tensor.run(&Op::Random { op, seed, offset }, &[])?;
    Ok(tensor)
}
