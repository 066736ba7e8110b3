//! What every op's operands must satisfy, checked once for all devices. Pure.

use crate::device::{DeviceId, Header};
use crate::dtype::{DType, not_defined_for};
use crate::layout::{Layout, MAX_RANK};
use crate::op::{LinalgOp, Op, RandomOp, View};
use crate::program::MAX_INPUTS;
use crate::reference::BufferRef;
use crate::{check_lines, check_product};
use ffi_base::{Error, Result, error, fail};
use std::sync::atomic::Ordering;

/// Devices, bounds, overlap, faults, then what the op's family asks for.
pub fn check(device: DeviceId, op: &Op, sources: &[View], dtypes: &[DType], destination: &View) -> Result<()> {
    check_view(device, op, destination)?;
    for view in sources.iter().filter(|view| BufferRef::ptr_eq(view.buffer, destination.buffer)) {
        check_overlap(op, view, destination)?;
    }
    if !destination.layout.is_injective() {
        fail!(InvalidArgument, "{}: the destination {:?} meets itself", op.name(), destination.layout);
    }
    check_operands(device, op, sources, dtypes, destination.dtype, destination.layout)
}

/// The same for memory that is yet to be made.
pub fn check_new(
    device: DeviceId,
    op: &Op,
    sources: &[View],
    dtypes: &[DType],
    dtype: DType,
    layout: &Layout,
) -> Result<()> {
    if !layout.is_contiguous() || layout.offset() != 0 {
        fail!(InvalidArgument, "{}: new memory is row-major from 0 on, not {layout:?}", op.name());
    }
    check_operands(device, op, sources, dtypes, dtype, layout)
}

/// Everything but where the destination lies.
#[inline]
fn check_operands(
    device: DeviceId,
    op: &Op,
    sources: &[View],
    dtypes: &[DType],
    dtype: DType,
    layout: &Layout,
) -> Result<()> {
    if sources.len() > MAX_INPUTS {
        fail!(InvalidArgument, "{}: {} operands, at most {MAX_INPUTS}", op.name(), sources.len());
    }
    for view in sources {
        if check_view(device, op, view)?.faulted.load(Ordering::Acquire)
            && let Some(fault) = view.buffer.fault()
        {
            return Err(fault.at(op.name()));
        }
    }
    match op {
        Op::Map { program, scalars } => {
            if scalars.len() != program.scalars as usize {
                fail!(InvalidArgument, "{}: {} scalars for {}", op.name(), scalars.len(), program.scalars);
            }
            same_dims(op, sources, layout)?;
            program.check_types(dtypes, dtype)
        }
        Op::Reduce { op: reduce, axes } => {
            let [source] = sources else { fail!(InvalidArgument, "{}: takes one operand", op.name()) };
            let Some(result) = reduce.result(source.dtype) else {
                return Err(not_defined_for(op.name(), source.dtype));
            };
            if result != dtype {
                fail!(DtypeMismatch, "{}: the result is {result}, the destination {}", op.name(), dtype);
            }
            check_reduced(op, source.layout, layout, *axes)?;
            check_lines::walkable(op, source)?;
            if reduce.needs_elements() && source.layout.numel() == 0 && layout.numel() > 0 {
                fail!(
                    InvalidArgument,
                    "{}: no answer over an empty range, shape {:?}",
                    op.name(),
                    source.layout.dims()
                );
            }
            Ok(())
        }
        Op::Rows(_) => {
            let [source] = sources else { fail!(InvalidArgument, "{}: takes one operand", op.name()) };
            same_dims(op, sources, layout)?;
            if source.layout.rank() == 0 || source.dtype != dtype {
                fail!(
                    InvalidArgument,
                    "{}: {} of shape {:?} into {}",
                    op.name(),
                    source.dtype,
                    source.layout.dims(),
                    dtype
                );
            }
            if source.dtype.is_float() { Ok(()) } else { Err(not_defined_for(op.name(), source.dtype)) }
        }
        Op::Matmul { .. } => check_product::product(op, [1; 3], sources, dtype, layout),
        Op::Contract { rows, inner, columns } => {
            check_product::product(op, [*rows, *inner, *columns], sources, dtype, layout)
        }
        Op::Linalg(linalg) => check_linalg(op, *linalg, sources, dtype, layout),
        Op::Random { op: random, .. } => {
            if !sources.is_empty() || !layout.is_contiguous() {
                fail!(InvalidArgument, "{}: fills one contiguous destination", op.name());
            }
            match random {
                RandomOp::Integers { low, high } if low >= high => {
                    fail!(InvalidArgument, "{}: no integer in [{low}, {high})", op.name())
                }
                RandomOp::Integers { .. } if dtype.is_float() => Err(not_defined_for(op.name(), dtype)),
                // What wraps would come out twice as often, or below `low`.
                RandomOp::Integers { low, high } if !(dtype.holds(*low) && dtype.holds(high - 1)) => {
                    fail!(InvalidArgument, "{}: bounds [{low}, {high}) do not fit {dtype}", op.name())
                }
                RandomOp::Uniform | RandomOp::Normal if !dtype.is_float() => Err(not_defined_for(op.name(), dtype)),
                _ => Ok(()),
            }
        }
        Op::Scan { axis, .. } => check_lines::scan(op, *axis, sources, dtype, layout),
        Op::Index { op: index, axis } => check_lines::index(op, *index, *axis, sources, dtype, layout),
        Op::Order { axis, .. } => check_lines::order(op, *axis, sources, dtype, layout),
    }
}

#[inline(always)]
fn check_view<'a>(device: DeviceId, op: &Op, view: &View<'a>) -> Result<&'a Header> {
    let header = view.buffer.header();
    if header.device != device {
        return Err(elsewhere(device, op, header.device));
    }
    if let Some((low, high)) = view.layout.extent() {
        let fits = low >= 0
            && (high as u64 + 1).checked_mul(view.dtype.size() as u64).is_some_and(|end| end <= header.len_bytes);
        if !fits {
            fail!(
                InvalidArgument,
                "{}: view {:?} leaves its buffer of {} bytes",
                op.name(),
                view.layout,
                header.len_bytes
            );
        }
    } else if view.layout.numel() != 0 {
        fail!(InvalidArgument, "{}: view {:?} is not addressable", op.name(), view.layout);
    }
    Ok(header)
}

#[cold]
fn elsewhere(device: DeviceId, op: &Op, other: DeviceId) -> Error {
    error!(DeviceMismatch, "{}: one operand lives on {}, another on {}", op.name(), device.name(), other.name())
}

/// In place is fine where each element is read before it is written at the same index; anything between is not.
fn check_overlap(op: &Op, source: &View, destination: &View) -> Result<()> {
    let index_wise = matches!(op, Op::Map { .. });
    if index_wise && source.layout == destination.layout && source.dtype.size() == destination.dtype.size() {
        return Ok(());
    }
    let bytes = |view: &View| {
        view.layout.extent().map(|(low, high)| (low * view.dtype.size() as i64, (high + 1) * view.dtype.size() as i64))
    };
    match (bytes(source), bytes(destination)) {
        (Some((a, b)), Some((c, d))) if a < d && c < b => {
            fail!(
                InvalidArgument,
                "{}: source {:?} and destination {:?} overlap",
                op.name(),
                source.layout,
                destination.layout
            )
        }
        _ => Ok(()),
    }
}

#[inline(always)]
fn same_dims(op: &Op, sources: &[View], destination: &Layout) -> Result<()> {
    match sources.iter().find(|view| !view.layout.same_dims(destination)) {
        Some(view) => {
            fail!(ShapeMismatch, "{}: shape {:?} into {:?}", op.name(), view.layout.dims(), destination.dims())
        }
        None => Ok(()),
    }
}

fn check_reduced(op: &Op, source: &Layout, destination: &Layout, axes: u8) -> Result<()> {
    let mut wanted = [1; MAX_RANK];
    for (i, dim) in source.dims().iter().enumerate() {
        wanted[i] = if axes >> i & 1 != 0 { 1 } else { *dim };
    }
    if &wanted[..source.rank()] != destination.dims() || u32::from(axes) >> source.rank() != 0 {
        fail!(ShapeMismatch, "{}: {:?} over axes {axes:#b} into {:?}", op.name(), source.dims(), destination.dims());
    }
    Ok(())
}

fn check_linalg(op: &Op, linalg: LinalgOp, sources: &[View], dtype: DType, destination: &Layout) -> Result<()> {
    let (a, b) = match (linalg, sources) {
        (LinalgOp::Solve, [a, b]) => (a, Some(b)),
        (LinalgOp::Cholesky { .. } | LinalgOp::Inverse | LinalgOp::Det, [a]) => (a, None),
        _ => fail!(InvalidArgument, "{}: {} operands", op.name(), sources.len()),
    };
    if a.dtype != dtype || b.is_some_and(|b| b.dtype != dtype) {
        fail!(DtypeMismatch, "{}: {} into {dtype}", op.name(), a.dtype);
    }
    if !matches!(dtype, DType::F32 | DType::F64) {
        return Err(not_defined_for(op.name(), dtype));
    }
    let (x, z) = (a.layout.dims(), destination.dims());
    let Some(batch) = x.len().checked_sub(2) else {
        fail!(ShapeMismatch, "{}: shape {x:?} has no last two dimensions", op.name());
    };
    if x[batch] != x[batch + 1] {
        fail!(ShapeMismatch, "{}: the last two dimensions differ, shape {x:?}", op.name());
    }
    let fits = match (linalg, b) {
        (LinalgOp::Det, _) => z == &x[..batch],
        (_, Some(b)) => {
            let y = b.layout.dims();
            y.len() == x.len() && y[..=batch] == x[..=batch] && z == y
        }
        _ => z == x,
    };
    if !fits {
        let y = b.map_or(&[][..], |b| b.layout.dims());
        fail!(ShapeMismatch, "{}: shape {x:?} with {y:?} does not give {z:?}", op.name());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Buffer;
    use crate::op::ReduceOp;

    #[derive(Debug)]
    struct Memory(Header);

    impl Buffer for Memory {
        fn header(&self) -> &Header {
            &self.0
        }
    }

    #[test]
    fn operands_on_two_devices_are_refused_with_both_names() {
        let (here, there) = (DeviceId(0x7001), DeviceId(0x7002));
        here.remember("abacus:0");
        let buffer: BufferRef = crate::share(Memory(Header::new(there, 16)));
        let layout = Layout::contiguous(&[4]).unwrap();
        let source = View { buffer: &buffer, dtype: DType::F32, layout: &layout };
        let sum = Op::Reduce { op: ReduceOp::Sum, axes: 1 };
        let refused = || {
            check_new(here, &sum, &[source], &[DType::F32], DType::F32, &Layout::contiguous(&[1]).unwrap()).unwrap_err()
        };
        assert_eq!(refused().text(), "sum: one operand lives on abacus:0, another on device 0x7002");
        there.remember("abacus:1");
        assert_eq!(refused().text(), "sum: one operand lives on abacus:0, another on abacus:1");
    }
}
