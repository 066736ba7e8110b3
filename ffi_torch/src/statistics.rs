//! Variances, norms and the like, out of reductions and maps. Halves are computed in f32 and rounded once.

use crate::Tensor;
use crate::autograd::{self, tracks};
use crate::elementwise::{map, map_scalar};
use crate::reduce::reduce;
use ffi_backend::{DType, Inst, Layout, MapOp, Op, Program, ReduceOp, Result, Scalar, fail};
use std::borrow::Cow;

/// What these are computed in, and the dtype of the result: integers and bools become f32.
fn prepared(x: &Tensor) -> Result<(Tensor, DType)> {
    let result = x.dtype.to_float();
    let wide = if result == DType::F64 { DType::F64 } else { DType::F32 };
    Ok((x.to_dtype(wide)?, result))
}

/// How many elements a reduction gathers in each result.
fn gathered(x: &Tensor, kept: &Tensor) -> f64 {
    match kept.numel() {
        0 => 0.0,
        results => (x.numel() / results) as f64,
    }
}

/// The variance over these dimensions (over all when `None`): the squared distances from the mean, summed and divided by the
/// count less `correction`. NaN where that leaves nothing. Two passes, the second making up for the rounding of the mean, so that
/// a mean far from 0 costs no digits.
pub fn var(x: &Tensor, dims: Option<&[i64]>, correction: f64, keepdim: bool) -> Result<Tensor> {
    if tracks(&[x]) {
        return autograd::statistics::var(x, dims, correction, keepdim);
    }
    let (x, result) = prepared(x)?;
    variance(&x, dims, correction, keepdim)?.to_dtype(result)
}

/// The square root of [`var`].
pub fn std(x: &Tensor, dims: Option<&[i64]>, correction: f64, keepdim: bool) -> Result<Tensor> {
    if tracks(&[x]) {
        return map(MapOp::sqrt, &[&var(x, dims, correction, keepdim)?]);
    }
    let (x, result) = prepared(x)?;
    map(MapOp::sqrt, &[&variance(&x, dims, correction, keepdim)?])?.to_dtype(result)
}

/// The mean and, with no correction, the variance of a tensor of f32 or f64, whose dimensions stay with size 1.
pub(crate) fn moments(x: &Tensor, dims: &[i64]) -> Result<(Tensor, Tensor)> {
    let mean = reduce(ReduceOp::Mean, x, Some(dims), true)?;
    let var = if tracks(&[x]) { var(x, Some(dims), 0.0, true) } else { about(x, &mean, Some(dims), 0.0, true) };
    Ok((mean, var?))
}

fn variance(x: &Tensor, dims: Option<&[i64]>, correction: f64, keepdim: bool) -> Result<Tensor> {
    about(x, &reduce(ReduceOp::Mean, x, dims, true)?, dims, correction, keepdim)
}

fn about(x: &Tensor, mean: &Tensor, dims: Option<&[i64]>, correction: f64, keepdim: bool) -> Result<Tensor> {
    let count = gathered(x, mean);
    let distance = map(MapOp::sub, &[x, mean])?;
    // What the distances sum up to is what the rounding of the mean left out of it.
    let rest = reduce(ReduceOp::Sum, &distance, dims, keepdim)?;
    distance.run(&Op::Map { program: Program::of(MapOp::square), scalars: &[] }, &[distance.view_of()])?;
    let sum = reduce(ReduceOp::Sum, &distance, dims, keepdim)?;
    // (sum - rest^2 / count) / (count - correction), neither of them below 0, where rounding would take the first.
    let divisor = (count - correction).max(0.0);
    const CODE: &[Inst] = &[
        Inst { op: MapOp::square, args: [1, 0, 0], to: None },
        Inst { op: MapOp::div, args: [5, 2, 0], to: None },
        Inst { op: MapOp::sub, args: [0, 6, 0], to: None },
        Inst { op: MapOp::maximum, args: [7, 4, 0], to: None },
        Inst { op: MapOp::div, args: [8, 3, 0], to: None },
    ];
    let program = Program { name: "var", inputs: 2, scalars: 3, code: Cow::Borrowed(CODE) };
    let op = Op::Map { program: &program, scalars: &[count, divisor, 0.0].map(Scalar::Float) };
    Tensor::of_op(x.device, &op, &[sum.view_of(), rest.view_of()], x.dtype, &Layout::contiguous(sum.dims())?)
}

/// The p-norm over these dimensions (over all when `None`): the p-th root of the sum of the p-th powers of the magnitudes. p = 0
/// counts what is not 0; infinity gives the largest magnitude, minus infinity the smallest. Other p are above 0.
pub fn norm(x: &Tensor, p: f64, dims: Option<&[i64]>, keepdim: bool) -> Result<Tensor> {
    if tracks(&[x]) {
        return autograd::statistics::norm(x, p, dims, keepdim);
    }
    if p.is_nan() || (p < 0.0 && p != f64::NEG_INFINITY) {
        fail!(InvalidArgument, "norm: p is {p}; it is 0 or more, or minus infinity");
    }
    let (x, result) = prepared(x)?;
    let all = |op, x: &Tensor| reduce(op, x, dims, keepdim);
    let magnitude = |x: &Tensor| map(MapOp::abs, &[x]);
    let norm = if p == 0.0 {
        all(ReduceOp::Sum, &map_scalar(MapOp::ne, &x, Scalar::Float(0.0))?)?
    } else if p == 1.0 {
        all(ReduceOp::Sum, &magnitude(&x)?)?
    } else if p == f64::INFINITY {
        all(ReduceOp::Max, &magnitude(&x)?)?
    } else if p == f64::NEG_INFINITY {
        all(ReduceOp::Min, &magnitude(&x)?)?
    } else if x.numel() == 0 {
        all(ReduceOp::Sum, &x)?
    } else if p == 2.0 {
        let (unit, squares) = in_units(&x, dims, "norm", SQUARE_OF_UNIT, &[])?;
        let root = map(MapOp::sqrt, &[&all(ReduceOp::Sum, &squares)?])?;
        map(MapOp::mul, &[&root, &unit.reshape(root.dims())?])?
    } else {
        // Through logarithms, in double precision, for they lose what the exponent gains.
        let x = x.to_dtype(DType::F64)?;
        let (unit, powers) = in_units(&x, dims, "norm", POWER_OF_UNIT, &[Scalar::Float(p)])?;
        // No larger than a double, or the root of 1 would be NaN.
        let root = power(&all(ReduceOp::Sum, &powers)?, (1.0 / p).min(f64::MAX))?;
        map(MapOp::mul, &[&root, &unit.reshape(root.dims())?])?
    };
    norm.to_dtype(result)
}

const SQUARE_OF_UNIT: &[Inst] =
    &[Inst { op: MapOp::div, args: [0, 1, 0], to: None }, Inst { op: MapOp::square, args: [2, 0, 0], to: None }];
const POWER_OF_UNIT: &[Inst] = &[
    Inst { op: MapOp::abs, args: [0, 0, 0], to: None },
    Inst { op: MapOp::div, args: [3, 1, 0], to: None },
    Inst { op: MapOp::log, args: [4, 0, 0], to: None },
    Inst { op: MapOp::mul, args: [5, 2, 0], to: None },
    Inst { op: MapOp::exp, args: [6, 0, 0], to: None },
];

/// A program over x and the largest magnitude of each range, whose dimensions stay with size 1: in that unit no power of an
/// element leaves the range of its dtype, and what becomes 0 is too little to count. Where the largest is 0, infinite or NaN the
/// unit is 1, and the powers say so themselves.
fn in_units(
    x: &Tensor,
    dims: Option<&[i64]>,
    name: &'static str,
    code: &'static [Inst],
    scalars: &[Scalar],
) -> Result<(Tensor, Tensor)> {
    let largest = reduce(ReduceOp::Max, &map(MapOp::abs, &[x])?, dims, true)?;
    let usable = map(MapOp::logical_and, &[&largest, &map(MapOp::isfinite, &[&largest])?])?;
    let one = Tensor::full(&[], Scalar::Int(1), x.dtype, x.device)?;
    let unit = crate::elementwise::select(&usable, &largest, &one)?;
    let program = Program { name, inputs: 2, scalars: scalars.len() as u8, code: Cow::Borrowed(code) };
    let op = Op::Map { program: &program, scalars };
    let wide = unit.layout.broadcast_to(x.dims())?;
    let sources = [x.view_of(), crate::elementwise::on(&unit, &wide)];
    let powers = Tensor::of_op(x.device, &op, &sources, x.dtype, &Layout::contiguous(x.dims())?)?;
    Ok((unit, powers))
}

/// x, which is not negative, to the power p, which is above 0.
fn power(x: &Tensor, p: f64) -> Result<Tensor> {
    const CODE: &[Inst] = &[
        Inst { op: MapOp::log, args: [0, 0, 0], to: None },
        Inst { op: MapOp::mul, args: [2, 1, 0], to: None },
        Inst { op: MapOp::exp, args: [3, 0, 0], to: None },
    ];
    let program = Program { name: "power", inputs: 1, scalars: 1, code: Cow::Borrowed(CODE) };
    let op = Op::Map { program: &program, scalars: &[Scalar::Float(p)] };
    Tensor::of_op(x.device, &op, &[x.view_of()], x.dtype, &Layout::contiguous(x.dims())?)
}

/// The logarithm of the sum of e to each element over these dimensions, computed from the largest, so that nothing overflows.
pub fn logsumexp(x: &Tensor, dims: &[i64], keepdim: bool) -> Result<Tensor> {
    if tracks(&[x]) {
        return autograd::statistics::logsumexp(x, dims, keepdim);
    }
    let (x, result) = prepared(x)?;
    let largest = reduce(ReduceOp::Max, &x, Some(dims), true)?;
    // From an infinite one every distance would be NaN; they are taken from 0 then.
    let finite = map_scalar(MapOp::lt, &map(MapOp::abs, &[&largest])?, Scalar::Float(f64::INFINITY))?;
    let zero = Tensor::full(&[], Scalar::Int(0), x.dtype, x.device)?;
    let shift = crate::elementwise::select(&finite, &largest, &zero)?;
    const CODE: &[Inst] =
        &[Inst { op: MapOp::sub, args: [0, 1, 0], to: None }, Inst { op: MapOp::exp, args: [2, 0, 0], to: None }];
    let program = Program { name: "logsumexp", inputs: 2, scalars: 0, code: Cow::Borrowed(CODE) };
    let op = Op::Map { program: &program, scalars: &[] };
    let wide = shift.layout.broadcast_to(x.dims())?;
    let sources = [x.view_of(), crate::elementwise::on(&shift, &wide)];
    let powers = Tensor::of_op(x.device, &op, &sources, x.dtype, &Layout::contiguous(x.dims())?)?;
    let sum = map(MapOp::log, &[&reduce(ReduceOp::Sum, &powers, Some(dims), keepdim)?])?;
    map(MapOp::add, &[&sum, &shift.reshape(sum.dims())?])?.to_dtype(result)
}
