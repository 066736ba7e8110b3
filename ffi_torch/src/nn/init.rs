//! How parameters start. All draw from the process's generator, so that a seed gives the same network.

use crate::autograd::recording;
use crate::elementwise::map_scalar;
use crate::{Tensor, random};
use ffi_backend::{DType, DeviceRef, MapOp, RandomOp, Result, Scalar, fail};

/// Uniform between `low` and `high`.
pub fn uniform(dims: &[i64], low: f64, high: f64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    drawn(RandomOp::Uniform, dims, high - low, low, dtype, device)
}

/// Random numbers times `scale`, plus `shift`.
fn drawn(op: RandomOp, dims: &[i64], scale: f64, shift: f64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    let plain = random::draw(op, dims, dtype, device)?;
    let scaled = map_scalar(MapOp::mul, &plain, Scalar::Float(scale))?;
    map_scalar(MapOp::add, &scaled, Scalar::Float(shift))
}

/// Uniform between plus and minus one over the root of the number of inputs: how layers with weights start in PyTorch.
pub fn by_inputs(dims: &[i64], inputs: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    let bound = 1.0 / (inputs.max(1) as f64).sqrt();
    uniform(dims, -bound, bound, dtype, device)
}

/// How many inputs one output has and how many outputs one input, of a weight `[outputs, inputs, …]`.
fn fans(dims: &[i64]) -> Result<[f64; 2]> {
    let &[outputs, inputs, ref kernel @ ..] = dims else {
        fail!(ShapeMismatch, "a weight of shape {dims:?} has no inputs and outputs; its rank is 2 or more");
    };
    let field: f64 = kernel.iter().map(|&size| size as f64).product();
    Ok([inputs as f64 * field, outputs as f64 * field])
}

/// The bound of Glorot's (Xavier's) uniform numbers: what goes in comes out as large, in both directions.
pub(super) fn xavier_bound(dims: &[i64], gain: f64) -> Result<f64> {
    let [inputs, outputs] = fans(dims)?;
    Ok(gain * (6.0 / (inputs + outputs).max(1.0)).sqrt())
}

/// The bound of He's (Kaiming's) uniform numbers: what goes in comes out as large, through a leaky ReLU of this slope.
fn kaiming_bound(dims: &[i64], slope: f64) -> Result<f64> {
    let [inputs, _] = fans(dims)?;
    Ok((6.0 / ((1.0 + slope * slope) * inputs.max(1.0))).sqrt())
}

/// How many standard deviations lie between the mean of uniform numbers and their bound: the root of 3.
const UNIFORM: f64 = 1.732_050_807_568_877_2;

/// Overwrites a parameter, which keeps its place, with random numbers.
fn overwrite(tensor: &Tensor, op: RandomOp, scale: f64, shift: f64) -> Result<()> {
    if !(scale.is_finite() && shift.is_finite()) {
        fail!(InvalidArgument, "random numbers times {scale} plus {shift} are not all finite");
    }
    let numbers = recording(false, || drawn(op, tensor.dims(), scale, shift, tensor.dtype, tensor.device))?;
    recording(false, || tensor.assign(&numbers))
}

/// Uniform between `low` and `high`, in place.
pub fn uniform_in_place(tensor: &Tensor, low: f64, high: f64) -> Result<()> {
    if low.is_nan() || high.is_nan() || low > high {
        fail!(InvalidArgument, "uniform: from {low} to {high}");
    }
    overwrite(tensor, RandomOp::Uniform, high - low, low)
}

/// Normal with this mean and standard deviation, in place.
pub fn normal_in_place(tensor: &Tensor, mean: f64, std: f64) -> Result<()> {
    if std.is_nan() || std < 0.0 {
        fail!(InvalidArgument, "normal: a standard deviation of {std}");
    }
    overwrite(tensor, RandomOp::Normal, std, mean)
}

/// Uniform between plus and minus `gain sqrt(6 / (inputs + outputs))`, in place.
pub fn xavier_uniform_in_place(tensor: &Tensor, gain: f64) -> Result<()> {
    let bound = xavier_bound(tensor.dims(), gain)?;
    uniform_in_place(tensor, -bound, bound)
}

/// Uniform between plus and minus `sqrt(6 / ((1 + slope^2) inputs))`, in place: for layers before a leaky ReLU of this slope.
pub fn kaiming_uniform_in_place(tensor: &Tensor, slope: f64) -> Result<()> {
    let bound = kaiming_bound(tensor.dims(), slope)?;
    uniform_in_place(tensor, -bound, bound)
}

/// Normal with the standard deviation `gain sqrt(2 / (inputs + outputs))`, in place.
pub fn xavier_normal_in_place(tensor: &Tensor, gain: f64) -> Result<()> {
    normal_in_place(tensor, 0.0, xavier_bound(tensor.dims(), gain)? / UNIFORM)
}

/// Normal with the standard deviation `sqrt(2 / ((1 + slope^2) inputs))`, in place.
pub fn kaiming_normal_in_place(tensor: &Tensor, slope: f64) -> Result<()> {
    normal_in_place(tensor, 0.0, kaiming_bound(tensor.dims(), slope)? / UNIFORM)
}

/// One number everywhere, in place.
pub fn constant_in_place(tensor: &Tensor, value: f64) -> Result<()> {
    recording(false, || tensor.clone().fill(Scalar::Float(value)))
}
