//! How parameters start. All draw from the process's generator, so that a seed gives the same network.

use crate::elementwise::map_scalar;
use crate::{Tensor, random};
use ffi_backend::{DType, DeviceRef, MapOp, RandomOp, Result, Scalar};

/// Uniform between `low` and `high`.
pub fn uniform(dims: &[i64], low: f64, high: f64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    let unit = random::draw(RandomOp::Uniform, dims, dtype, device)?;
    let scaled = map_scalar(MapOp::mul, &unit, Scalar::Float(high - low))?;
    map_scalar(MapOp::add, &scaled, Scalar::Float(low))
}

/// Uniform between plus and minus one over the root of the number of inputs: how layers with weights start in PyTorch.
pub fn by_inputs(dims: &[i64], inputs: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    let bound = 1.0 / (inputs.max(1) as f64).sqrt();
    uniform(dims, -bound, bound, dtype, device)
}
