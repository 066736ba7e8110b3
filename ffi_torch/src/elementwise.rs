//! Rows of the op table over tensors: promotion and broadcasting are decided here, values are the device's matter.

use crate::Tensor;
use crate::autograd::{maps, refuse_in_place, tracks};
use ffi_backend::dtype::{Family, not_defined_for};
use ffi_backend::layout::broadcast_dims;
use ffi_backend::{
    BufferRef, Class, DType, Element, Inst, Layout, MapOp, Op, Program, Result, Scalar, View, fail, with_element,
};
use std::borrow::Cow;

/// A row over tensors of any dtypes and shapes that fit together.
#[inline]
pub fn map(op: MapOp, operands: &[&Tensor]) -> Result<Tensor> {
    if tracks(operands) { recorded(op, operands) } else { compute(op, operands) }
}

/// [`map`] with a record of it. Conversions are recorded by themselves.
fn recorded(op: MapOp, operands: &[&Tensor]) -> Result<Tensor> {
    let promoted = operands.iter().map(|operand| operand.dtype).reduce(DType::promote).unwrap_or(DType::F32);
    let op = row(op, promoted);
    let dtype = computed(op, promoted)?;
    let converted = operands.iter().map(|operand| operand.to_dtype(dtype)).collect::<Result<Vec<Tensor>>>()?;
    let operands: Vec<&Tensor> = converted.iter().collect();
    Ok(maps::row(op, &operands, &[], compute(op, &operands)?))
}

#[inline]
fn compute(op: MapOp, operands: &[&Tensor]) -> Result<Tensor> {
    match *operands {
        [x] => unary(op, x),
        [a, b] => binary(op, a, b),
        [a, b, c] => ternary(op, a, b, c),
        _ => fail!(InvalidArgument, "{}: {} operands", op.name(), operands.len()),
    }
}

/// The dtype a row computes in, for operands that promote to `dtype`.
#[inline]
fn computed(op: MapOp, dtype: DType) -> Result<DType> {
    let dtype = match op.class() {
        Class::Float => dtype.to_float(),
        Class::Logic => DType::Bool,
        _ => dtype,
    };
    if op.class().dtypes().has(dtype) { Ok(dtype) } else { Err(not_defined_for(op.name(), dtype)) }
}

/// The row for operands that promote to `dtype`: the bits of bools are their truth.
#[inline]
fn row(op: MapOp, dtype: DType) -> MapOp {
    if dtype == DType::Bool { op.of_bools().unwrap_or(op) } else { op }
}

fn unary(op: MapOp, x: &Tensor) -> Result<Tensor> {
    let op = row(op, x.dtype);
    let dtype = computed(op, x.dtype)?;
    if dtype != x.dtype {
        return unary(op, &x.to_dtype(dtype)?);
    }
    let result = op.class().result(dtype, dtype);
    run_like(x, &Op::Map { program: Program::of(op), scalars: &[] }, &[x.view_of()], result)
}

/// An op into a new tensor of the same shape.
#[inline]
fn run_like(like: &Tensor, op: &Op, sources: &[View], dtype: DType) -> Result<Tensor> {
    if like.layout.is_contiguous() && like.layout.offset() == 0 {
        return Tensor::of_op(like.device, op, sources, dtype, &like.layout);
    }
    Tensor::of_op(like.device, op, sources, dtype, &Layout::contiguous(like.dims())?)
}

fn binary(op: MapOp, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let promoted = a.dtype.promote(b.dtype);
    let op = row(op, promoted);
    let dtype = computed(op, promoted)?;
    if a.dtype != dtype {
        return binary(op, &a.to_dtype(dtype)?, b);
    }
    if b.dtype != dtype {
        return binary(op, a, &b.to_dtype(dtype)?);
    }
    let result = op.class().result(dtype, dtype);
    let op = Op::Map { program: Program::of(op), scalars: &[] };
    // The common case, without building stretched layouts.
    if a.layout.same_dims(&b.layout) {
        return run_like(a, &op, &[a.view_of(), b.view_of()], result);
    }
    let (dims, rank) = broadcast_dims(a.dims(), b.dims())?;
    let layout = Layout::contiguous(&dims[..rank])?;
    let (wide_a, wide_b) = (a.layout.broadcast_to(layout.dims())?, b.layout.broadcast_to(layout.dims())?);
    Tensor::of_op(a.device, &op, &[on(a, &wide_a), on(b, &wide_b)], result, &layout)
}

fn ternary(op: MapOp, a: &Tensor, b: &Tensor, c: &Tensor) -> Result<Tensor> {
    let dtype = computed(op, a.dtype.promote(b.dtype).promote(c.dtype))?;
    let (a, b, c) = (a.to_dtype(dtype)?, b.to_dtype(dtype)?, c.to_dtype(dtype)?);
    let (dims, rank) = broadcast_dims(a.dims(), b.dims())?;
    let (dims, rank) = broadcast_dims(c.dims(), &dims[..rank])?;
    let layout = Layout::contiguous(&dims[..rank])?;
    let wide = |t: &Tensor| t.layout.broadcast_to(layout.dims());
    let (x, y, z) = (wide(&a)?, wide(&b)?, wide(&c)?);
    let map = Op::Map { program: Program::of(op), scalars: &[] };
    let result = op.class().result(dtype, dtype);
    Tensor::of_op(a.device, &map, &[on(&a, &x), on(&b, &y), on(&c, &z)], result, &layout)
}

/// `x` kept between two numbers; they promote as that of [`map_scalar`] does.
pub fn clamp(x: &Tensor, low: Scalar, high: Scalar) -> Result<Tensor> {
    const CLAMP: &Program = &Program {
        name: "clamp",
        inputs: 1,
        scalars: 2,
        code: Cow::Borrowed(&[Inst { op: MapOp::clamp, args: [0, 1, 2], to: None }]),
    };
    let dtype = computed(MapOp::clamp, with_number(x.dtype, low))?;
    let x = x.to_dtype(dtype)?;
    let bounds = [low, high].map(|bound| nearest(dtype, bound));
    let out = run_like(&x, &Op::Map { program: CLAMP, scalars: &bounds }, &[x.view_of()], dtype)?;
    Ok(if tracks(&[&x]) { maps::row(MapOp::clamp, &[&x], &bounds, out) } else { out })
}

/// The number of an integer dtype that is nearest to this one.
fn nearest(dtype: DType, number: Scalar) -> Scalar {
    match number {
        Scalar::Int(number) if dtype.family() == Family::Integer && !dtype.holds(number) => {
            let end = if number < 0 { f64::NEG_INFINITY } else { f64::INFINITY };
            Scalar::Int(with_element!(dtype, T => T::from_real(end).to_whole()))
        }
        _ => number,
    }
}

/// start + weight (end - start) with one weight; start and end promote and broadcast, integers become f32.
pub fn lerp(start: &Tensor, end: &Tensor, weight: f64) -> Result<Tensor> {
    let dtype = computed(MapOp::lerp, start.dtype.promote(end.dtype))?;
    let (start, end) = (start.to_dtype(dtype)?, end.to_dtype(dtype)?);
    let (dims, rank) = broadcast_dims(start.dims(), end.dims())?;
    let layout = Layout::contiguous(&dims[..rank])?;
    let (x, y) = (start.layout.broadcast_to(layout.dims())?, end.layout.broadcast_to(layout.dims())?);
    let op = Op::Map { program: Program::with_scalar(MapOp::lerp), scalars: &[Scalar::Float(weight)] };
    let out = Tensor::of_op(start.device, &op, &[on(&start, &x), on(&end, &y)], dtype, &layout)?;
    let weight = [Scalar::Float(weight)];
    Ok(if tracks(&[&start, &end]) { maps::row(MapOp::lerp, &[&start, &end], &weight, out) } else { out })
}

/// What a tensor of this dtype and a number compute in.
fn with_number(dtype: DType, number: Scalar) -> DType {
    match (number, dtype.family()) {
        (Scalar::Float(_), Family::Integer | Family::Bool) => DType::F32,
        (Scalar::Int(_), Family::Bool) => DType::I64,
        _ => dtype,
    }
}

pub(crate) fn on<'a>(tensor: &'a Tensor, layout: &'a Layout) -> View<'a> {
    View { layout, ..tensor.view_of() }
}

/// Refuses an integer that the elements of an integer dtype cannot be.
pub(crate) fn check_held(what: &str, dtype: DType, scalar: Scalar) -> Result<()> {
    match scalar {
        Scalar::Int(number) if dtype.family() == Family::Integer && !dtype.holds(number) => {
            fail!(InvalidArgument, "{what}: {dtype} does not hold {number}; convert the tensor first")
        }
        _ => Ok(()),
    }
}

/// A row of two operands whose second is a number. The number does not widen a tensor of its own family; a fraction makes
/// integers and bools f32.
pub fn map_scalar(op: MapOp, x: &Tensor, scalar: Scalar) -> Result<Tensor> {
    let dtype = computed(op, with_number(x.dtype, scalar))?;
    // Sums, products and bits come out right of a number that wraps; a comparison or a divisor would be another one.
    let wraps = matches!(op, MapOp::add | MapOp::sub | MapOp::mul)
        || matches!(op, MapOp::bitwise_and | MapOp::bitwise_or | MapOp::bitwise_xor);
    if !wraps {
        check_held(op.name(), dtype, scalar)?;
    }
    let x = x.to_dtype(dtype)?;
    let program = Op::Map { program: Program::with_scalar(op), scalars: &[scalar] };
    let out = run_like(&x, &program, &[x.view_of()], op.class().result(dtype, dtype))?;
    Ok(if tracks(&[&x]) { maps::row(op, &[&x], &[scalar], out) } else { out })
}

/// `x = op(x, y)` in x's own memory. y broadcasts to x's shape and converts to its dtype, which must not lose its family.
pub fn map_in_place(op: MapOp, x: &Tensor, y: &Tensor) -> Result<()> {
    refuse_in_place(op.name(), &[x, y])?;
    check_in_place(op, x)?;
    if y.dtype.family() > x.dtype.family() {
        fail!(DtypeMismatch, "{}_: {} does not fit into {} in place", op.name(), y.dtype, x.dtype);
    }
    let y = y.to_dtype(x.dtype)?;
    let mut wide = Tensor { layout: y.layout.broadcast_to(x.dims())?, ..y };
    if BufferRef::ptr_eq(&wide.buffer, &x.buffer) && wide.layout != x.layout {
        wide = wide.copy()?;
    }
    x.run(&Op::Map { program: Program::of(op), scalars: &[] }, &[x.view_of(), wide.view_of()])
}

/// `x = op(x, scalar)` in x's own memory.
pub fn map_scalar_in_place(op: MapOp, x: &Tensor, scalar: Scalar) -> Result<()> {
    refuse_in_place(op.name(), &[x])?;
    check_in_place(op, x)?;
    if matches!(scalar, Scalar::Float(_)) && !x.dtype.is_float() {
        fail!(DtypeMismatch, "{}_: a fraction does not fit into {} in place", op.name(), x.dtype);
    }
    x.run(&Op::Map { program: Program::with_scalar(op), scalars: &[scalar] }, &[x.view_of()])
}

fn check_in_place(op: MapOp, x: &Tensor) -> Result<()> {
    if op.class().dtypes().has(x.dtype) { Ok(()) } else { Err(not_defined_for(op.name(), x.dtype)) }
}

/// `a` where the condition is true (not 0), else `b`.
pub fn select(condition: &Tensor, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let dtype = a.dtype.promote(b.dtype);
    let (condition, a, b) = (condition.to_dtype(DType::Bool)?, a.to_dtype(dtype)?, b.to_dtype(dtype)?);
    let (dims, rank) = broadcast_dims(a.dims(), b.dims())?;
    let (dims, rank) = broadcast_dims(condition.dims(), &dims[..rank])?;
    let layout = Layout::contiguous(&dims[..rank])?;
    let wide = |t: &Tensor| t.layout.broadcast_to(layout.dims());
    let (c, x, y) = (wide(&condition)?, wide(&a)?, wide(&b)?);
    let op = Op::Map { program: Program::of(MapOp::select), scalars: &[] };
    let out = Tensor::of_op(a.device, &op, &[on(&condition, &c), on(&a, &x), on(&b, &y)], dtype, &layout)?;
    Ok(if tracks(&[&a, &b]) { maps::row(MapOp::select, &[&condition, &a, &b], &[], out) } else { out })
}
