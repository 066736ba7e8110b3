//! Normalisation: distances from the mean in units of the standard deviation, over a batch or over each element's features.

use super::fused::{inst, program, run};
use super::module::{Layer, named, parameter};
use crate::Tensor;
use crate::autograd::recording;
use crate::elementwise::{lerp, map, map_scalar};
use crate::reduce::rows as rows_of;
use crate::statistics::moments;
use crate::view::short;
use ffi_backend::{DType, DeviceRef, MapOp, Program, Result, RowOp, Scalar, fail};

/// Halves are normalised in f32: the squares of their distances would overflow.
fn wide(x: &Tensor) -> Result<Tensor> {
    x.to_dtype(if x.dtype == DType::F64 { DType::F64 } else { DType::F32 })
}

fn check_epsilon(what: &str, epsilon: f64) -> Result<()> {
    if !(epsilon.is_finite() && epsilon >= 0.0) {
        fail!(InvalidArgument, "{what}: epsilon is {epsilon}; it is finite and not below 0");
    }
    Ok(())
}

/// `(x - mean) / sqrt(var + epsilon) * weight + bias`.
fn scaled(
    x: &Tensor,
    mean: &Tensor,
    var: &Tensor,
    epsilon: f64,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
) -> Result<Tensor> {
    let scale = map(MapOp::rsqrt, &[&map_scalar(MapOp::add, var, Scalar::Float(epsilon))?])?;
    // Weight and scale first where both are small: one pass less over x.
    let (scale, late) = match weight {
        Some(weight) if weight.dims().len() == scale.dims().len() && weight.numel() == scale.numel() => {
            (map(MapOp::mul, &[&scale, weight])?, None)
        }
        weight => (scale, weight),
    };
    // x, mean, scale, then what there is of weight and bias: one pass where nothing is recorded.
    const PLAIN: &Program = &program("normal", 3, 0, &[inst(MapOp::sub, [0, 1, 0]), inst(MapOp::mul, [3, 2, 0])]);
    const WEIGHTED: &Program = &program(
        "normal",
        4,
        0,
        &[inst(MapOp::sub, [0, 1, 0]), inst(MapOp::mul, [4, 2, 0]), inst(MapOp::mul, [5, 3, 0])],
    );
    const BIASED: &Program = &program(
        "normal",
        4,
        0,
        &[inst(MapOp::sub, [0, 1, 0]), inst(MapOp::mul, [4, 2, 0]), inst(MapOp::add, [5, 3, 0])],
    );
    const WHOLE: &Program = &program(
        "normal",
        5,
        0,
        &[
            inst(MapOp::sub, [0, 1, 0]),
            inst(MapOp::mul, [5, 2, 0]),
            inst(MapOp::mul, [6, 3, 0]),
            inst(MapOp::add, [7, 4, 0]),
        ],
    );
    match (late, bias) {
        (None, None) => run(PLAIN, &[x, mean, &scale], &[]),
        (Some(weight), None) => run(WEIGHTED, &[x, mean, &scale, weight], &[]),
        (None, Some(bias)) => run(BIASED, &[x, mean, &scale, bias], &[]),
        (Some(weight), Some(bias)) => run(WHOLE, &[x, mean, &scale, weight, bias], &[]),
    }
}

/// What was seen of a batch before, of one number a channel each.
#[derive(Clone, Copy)]
pub struct Running<'a> {
    /// The mean.
    pub mean: &'a Tensor,
    /// The variance, as of a sample.
    pub var: &'a Tensor,
}

/// How batches are normalised.
#[derive(Clone, Copy, Debug)]
pub struct BatchRule {
    /// By the batch's own statistics, which then go into the running ones; else by the running ones.
    pub training: bool,
    /// The share of the batch in the running statistics.
    pub momentum: f64,
    /// Added to the variance.
    pub epsilon: f64,
}

/// Each channel (dimension 1) by its mean and variance over all other dimensions.
pub fn batch_norm(
    x: &Tensor,
    running: Option<Running>,
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    rule: BatchRule,
) -> Result<Tensor> {
    check_epsilon("batch_norm", rule.epsilon)?;
    if !(0.0..=1.0).contains(&rule.momentum) {
        fail!(InvalidArgument, "batch_norm: momentum is {}; it lies between 0 and 1", rule.momentum);
    }
    let &[_, channels, ..] = x.dims() else {
        fail!(ShapeMismatch, "batch_norm: shape {:?} is not [batch, channels, …]", x.dims());
    };
    if !x.dtype.is_float() {
        fail!(DtypeMismatch, "batch_norm: not defined for {}", x.dtype);
    }
    let given = [running.map(|running| running.mean), running.map(|running| running.var), weight, bias];
    for tensor in given.into_iter().flatten() {
        if tensor.dims() != [channels] {
            fail!(ShapeMismatch, "batch_norm: {:?} for {channels} channels of {:?}", tensor.dims(), x.dims());
        }
    }
    let result = x.dtype;
    let x = wide(x)?;
    let mut kept = vec![1; x.dims().len()];
    kept[1] = channels;
    let across = |tensor: &Tensor| wide(tensor)?.reshape(&kept);
    let (mean, var) = if rule.training {
        statistics_of_batch(&x, running, rule.momentum)?
    } else {
        let Some(running) = running else {
            fail!(InvalidArgument, "batch_norm: evaluation needs the running mean and variance");
        };
        (across(running.mean)?, across(running.var)?)
    };
    let (weight, bias) = (weight.map(&across).transpose()?, bias.map(&across).transpose()?);
    scaled(&x, &mean, &var, rule.epsilon, weight.as_ref(), bias.as_ref())?.to_dtype(result)
}

fn statistics_of_batch(x: &Tensor, running: Option<Running>, momentum: f64) -> Result<(Tensor, Tensor)> {
    let (rank, channels) = (x.dims().len() as i64, x.dims()[1]);
    let count = if channels == 0 { 0 } else { x.numel() / channels };
    if count < 2 {
        fail!(InvalidArgument, "batch_norm: training wants more than one value a channel, shape {:?}", x.dims());
    }
    let axes: Vec<i64> = (0..rank).filter(|&axis| axis != 1).collect();
    let (mean, var) = moments(x, &axes)?;
    if let Some(running) = running {
        recording(false, || {
            let sample = map_scalar(MapOp::mul, &var, Scalar::Float(count as f64 / (count - 1) as f64))?;
            let (means, vars) = (mean.reshape(&[channels])?, sample.reshape(&[channels])?);
            // Both first, then both: what fails leaves them as they were.
            let (means, vars) = (lerp(running.mean, &means, momentum)?, lerp(running.var, &vars, momentum)?);
            running.mean.assign(&means)?;
            running.var.assign(&vars)
        })?;
    }
    Ok((mean, var))
}

/// Each element of the leading dimensions by the mean and variance over the last ones, whose sizes are `dims`.
pub fn layer_norm(
    x: &Tensor,
    dims: &[i64],
    weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    epsilon: f64,
) -> Result<Tensor> {
    check_epsilon("layer_norm", epsilon)?;
    let count = short(dims)?.len();
    if dims.is_empty() || !x.dims().ends_with(dims) {
        fail!(ShapeMismatch, "layer_norm: shape {:?} does not end in {dims:?}", x.dims());
    }
    if !x.dtype.is_float() {
        fail!(DtypeMismatch, "layer_norm: not defined for {}", x.dtype);
    }
    for tensor in [weight, bias].into_iter().flatten() {
        if tensor.dims() != dims {
            fail!(ShapeMismatch, "layer_norm: {:?} for features {dims:?}", tensor.dims());
        }
    }
    let result = x.dtype;
    let x = wide(x)?;
    let (weight, bias) = (weight.map(wide).transpose()?, bias.map(wide).transpose()?);
    let mut rows = x.dims()[..x.dims().len() - count].to_vec();
    rows.push(dims.iter().product());
    let normal = rows_of(RowOp::Normal { epsilon }, &x.reshape(&rows)?, -1)?.reshape(x.dims())?;
    const WHOLE: &Program = &program("normal", 3, 0, &[inst(MapOp::mul, [0, 1, 0]), inst(MapOp::add, [3, 2, 0])]);
    let scaled = match (&weight, &bias) {
        (None, None) => normal,
        (Some(weight), None) => map(MapOp::mul, &[&normal, weight])?,
        (None, Some(bias)) => map(MapOp::add, &[&normal, bias])?,
        (Some(weight), Some(bias)) => run(WHOLE, &[&normal, weight, bias], &[])?,
    };
    scaled.to_dtype(result)
}

fn filled(dims: &[i64], value: i64, dtype: DType, device: DeviceRef) -> Result<Tensor> {
    if !dtype.is_float() {
        fail!(DtypeMismatch, "parameters are floats, not {dtype}");
    }
    if dims.iter().any(|&size| size <= 0) {
        fail!(InvalidArgument, "normalisation over {dims:?}; every size must be above 0");
    }
    Tensor::full(dims, Scalar::Int(value), dtype, device)
}

/// The layer of [`batch_norm`].
pub struct BatchNorm {
    weight: Tensor,
    bias: Tensor,
    mean: Tensor,
    var: Tensor,
    momentum: f64,
    epsilon: f64,
}

impl BatchNorm {
    /// Weights and running variance start as ones, bias and running mean as zeros.
    pub fn new(features: i64, epsilon: f64, momentum: f64, dtype: DType, device: DeviceRef) -> Result<BatchNorm> {
        check_epsilon("batch_norm", epsilon)?;
        if !(0.0..=1.0).contains(&momentum) {
            fail!(InvalidArgument, "batch_norm: momentum is {momentum}; it lies between 0 and 1");
        }
        let all = |value| filled(&[features], value, dtype, device);
        let (weight, bias) = (parameter(all(1)?)?, parameter(all(0)?)?);
        Ok(BatchNorm { weight, bias, mean: all(0)?, var: all(1)?, momentum, epsilon })
    }
}

impl Layer for BatchNorm {
    fn name(&self) -> &'static str {
        "batch_norm"
    }
    fn forward(&self, x: &Tensor, training: bool) -> Result<Tensor> {
        let rule = BatchRule { training, momentum: self.momentum, epsilon: self.epsilon };
        let running = Running { mean: &self.mean, var: &self.var };
        batch_norm(x, Some(running), Some(&self.weight), Some(&self.bias), rule)
    }
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        named([("weight", Some(&self.weight)), ("bias", Some(&self.bias))])
    }
    fn buffers(&self) -> Vec<(String, &Tensor)> {
        named([("running_mean", Some(&self.mean)), ("running_var", Some(&self.var))])
    }
}

/// The layer of [`layer_norm`].
pub struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f64,
}

impl LayerNorm {
    /// Weights start as ones, bias as zeros.
    pub fn new(dims: &[i64], epsilon: f64, dtype: DType, device: DeviceRef) -> Result<LayerNorm> {
        check_epsilon("layer_norm", epsilon)?;
        if short(dims)?.is_empty() {
            fail!(InvalidArgument, "layer_norm: over no dimensions");
        }
        let all = |value| parameter(filled(dims, value, dtype, device)?);
        Ok(LayerNorm { weight: all(1)?, bias: all(0)?, epsilon })
    }
}

impl Layer for LayerNorm {
    fn name(&self) -> &'static str {
        "layer_norm"
    }
    fn forward(&self, x: &Tensor, _: bool) -> Result<Tensor> {
        layer_norm(x, self.weight.dims(), Some(&self.weight), Some(&self.bias), self.epsilon)
    }
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        named([("weight", Some(&self.weight)), ("bias", Some(&self.bias))])
    }
}
