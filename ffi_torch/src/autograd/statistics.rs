//! Rules of the statistics, which are computed in several steps but have short gradients of their own.

use super::recording;
use super::vertex::{Keep, Step, record};
use crate::Tensor;
use crate::elementwise::{map, map_scalar};
use crate::index::masked_fill;
use crate::reduce::reduce;
use crate::statistics;
use ffi_backend::{MapOp, ReduceOp, Result, Scalar};

/// Which dimensions were reduced, and how to bring a result back to the shape of what it came from.
struct Reduced {
    dims: Vec<i64>,
    kept: Vec<i64>,
    axes: Option<Vec<i64>>,
}

impl Reduced {
    fn of(x: &Tensor, axes: Option<&[i64]>) -> Result<Reduced> {
        let mut kept = x.dims().to_vec();
        match axes {
            None => kept.fill(1),
            Some(axes) => {
                for &dim in axes {
                    kept[x.axis(dim)?] = 1;
                }
            }
        }
        Ok(Reduced { dims: x.dims().to_vec(), kept, axes: axes.map(<[i64]>::to_vec) })
    }

    fn widen(&self, result: &Tensor) -> Result<Tensor> {
        result.reshape(&self.kept)?.expand(&self.dims)
    }

    fn all(&self, op: ReduceOp, x: &Tensor) -> Result<Tensor> {
        reduce(op, x, self.axes.as_deref(), true)?.expand(&self.dims)
    }

    /// How many elements make one result.
    fn count(&self) -> f64 {
        self.dims.iter().zip(&self.kept).filter(|(_, kept)| **kept == 1).map(|(&dim, _)| dim as f64).product()
    }
}

/// By each x: twice its distance from the mean, over the divisor of the variance.
pub(crate) fn var(x: &Tensor, dims: Option<&[i64]>, correction: f64, keepdim: bool) -> Result<Tensor> {
    let out = recording(false, || statistics::var(x, dims, correction, keepdim))?;
    let reduced = Reduced::of(x, dims)?;
    Ok(record("var", &[x], Keep::operands(1), out, move |step| {
        step.one(|| {
            let x = step.operand(0)?;
            let distance = map(MapOp::sub, &[&x, &reduced.all(ReduceOp::Mean, &x)?])?;
            let factor = 2.0 / (reduced.count() - correction).max(0.0);
            let slope = map_scalar(MapOp::mul, &distance, Scalar::Float(factor))?;
            map(MapOp::mul, &[&slope, &reduced.widen(step.grad)?])
        })
    }))
}

/// By each x: sign(x) (|x| / norm)^(p - 1), 0 where the norm is 0; the extremes share theirs.
pub(crate) fn norm(x: &Tensor, p: f64, dims: Option<&[i64]>, keepdim: bool) -> Result<Tensor> {
    let out = recording(false, || statistics::norm(x, p, dims, keepdim))?;
    if p == 0.0 {
        return Ok(out);
    }
    let reduced = Reduced::of(x, dims)?;
    Ok(record("norm", &[x], Keep { output: true, ..Keep::operands(1) }, out, move |step| {
        step.one(|| map(MapOp::mul, &[&slope_of_norm(step, p, &reduced)?, &reduced.widen(step.grad)?]))
    }))
}

fn slope_of_norm(step: &Step, p: f64, reduced: &Reduced) -> Result<Tensor> {
    let (x, norm) = (step.operand(0)?, reduced.widen(&step.output()?)?);
    let sign = map(MapOp::sign, &[&x.detach()])?;
    if p == 1.0 {
        return Ok(sign);
    }
    let magnitude = map(MapOp::abs, &[&x])?;
    if p.is_infinite() {
        let is_it = map(MapOp::eq, &[&magnitude.detach(), &norm.detach()])?.to_dtype(x.dtype)?;
        let share = map(MapOp::div, &[&is_it, &reduced.all(ReduceOp::Sum, &is_it)?])?;
        return map(MapOp::mul, &[&sign, &share]);
    }
    let part = map(MapOp::div, &[&magnitude, &norm])?;
    let power = if p == 2.0 { part } else { map_scalar(MapOp::pow, &part, Scalar::Float(p - 1.0))? };
    let nothing = map_scalar(MapOp::eq, &norm.detach(), Scalar::Float(0.0))?;
    masked_fill(&map(MapOp::mul, &[&sign, &power])?, &nothing, Scalar::Int(0))
}

/// By each x: e^(x - result).
pub(crate) fn logsumexp(x: &Tensor, dims: &[i64], keepdim: bool) -> Result<Tensor> {
    let out = recording(false, || statistics::logsumexp(x, dims, keepdim))?;
    let reduced = Reduced::of(x, Some(dims))?;
    Ok(record("logsumexp", &[x], Keep { output: true, ..Keep::operands(1) }, out, move |step| {
        step.one(|| {
            let result = step.output()?;
            // Of nothing but minus infinities every share is 0, not NaN.
            let infinite = map(MapOp::isinf, &[&result.detach()])?;
            let result = reduced.widen(&masked_fill(&result, &infinite, Scalar::Int(0))?)?;
            let share = map(MapOp::exp, &[&map(MapOp::sub, &[&step.operand(0)?, &result])?])?;
            map(MapOp::mul, &[&share, &reduced.widen(step.grad)?])
        })
    }))
}
