//! What the ops along one dimension ask of their operands: running totals, indexing, ordering. Pure.

use crate::dtype::{DType, not_defined_for};
use crate::layout::Layout;
use crate::op::{IndexOp, Op, View};
use ffi_base::{Result, fail};

/// So many elements of a stretched view an op walks, and no more: hours of work under the destination's lock. What is not stretched
/// is bounded by its memory.
pub const MOST_STEPS: i64 = 1 << 40;

/// Refuses to walk a view that is longer than its memory and than anybody can wait for. A destination needs no such look: it is
/// never stretched, nor are operands of its shape.
#[inline]
pub(crate) fn walkable(op: &Op, view: &View) -> Result<()> {
    let count = view.layout.numel();
    if count <= MOST_STEPS || count as u64 <= view.buffer.header().len_bytes / view.dtype.size() as u64 {
        return Ok(());
    }
    fail!(
        InvalidArgument,
        "{}: shape {:?} is stretched to {count} elements; at most {MOST_STEPS} are walked",
        op.name(),
        view.layout.dims()
    )
}

pub(crate) fn scan(op: &Op, axis: u8, sources: &[View], dtype: DType, destination: &Layout) -> Result<()> {
    let [source] = sources else { fail!(InvalidArgument, "{}: takes one operand", op.name()) };
    check_axis(op, axis, destination)?;
    if !source.layout.same_dims(destination) {
        fail!(ShapeMismatch, "{}: shape {:?} into {:?}", op.name(), source.layout.dims(), destination.dims());
    }
    let result = source.dtype.accumulated();
    if result != dtype {
        fail!(DtypeMismatch, "{}: the result is {result}, the destination {dtype}", op.name());
    }
    Ok(())
}

pub(crate) fn index(
    op: &Op,
    index_op: IndexOp,
    axis: u8,
    sources: &[View],
    dtype: DType,
    destination: &Layout,
) -> Result<()> {
    let [first, second] = sources else { fail!(InvalidArgument, "{}: takes two operands", op.name()) };
    check_axis(op, axis, destination)?;
    walkable(op, if index_op == IndexOp::Gather { second } else { first })?;
    // `moved` are the elements that the index says the places of; they lie as it does.
    let (index, values, along, moved) = match index_op {
        IndexOp::Gather => (second, first, first.layout, destination),
        IndexOp::Scatter | IndexOp::ScatterAdd => (first, second, destination, second.layout),
    };
    if !matches!(index.dtype, DType::I64 | DType::I32) {
        fail!(DtypeMismatch, "{}: the index is {}, not i64 or i32", op.name(), index.dtype);
    }
    if values.dtype != dtype {
        fail!(DtypeMismatch, "{}: {} into {dtype}", op.name(), values.dtype);
    }
    if index_op == IndexOp::ScatterAdd && dtype == DType::Bool {
        return Err(not_defined_for(op.name(), dtype));
    }
    if !index.layout.same_dims(moved) || !same_but(axis, index.layout, along) {
        fail!(
            ShapeMismatch,
            "{}: index {:?} for elements {:?} along dimension {axis} of {:?}",
            op.name(),
            index.layout.dims(),
            moved.dims(),
            along.dims()
        );
    }
    // The one case that no kernel would see: nothing to write to, and something to write.
    let len = along.dims()[axis as usize];
    if len == 0 && index.layout.numel() > 0 {
        fail!(InvalidArgument, "{}: dimension {axis} of {:?} is empty, no index fits", op.name(), along.dims());
    }
    Ok(())
}

pub(crate) fn order(op: &Op, axis: u8, sources: &[View], dtype: DType, destination: &Layout) -> Result<()> {
    let [source] = sources else { fail!(InvalidArgument, "{}: takes one operand", op.name()) };
    check_axis(op, axis, destination)?;
    walkable(op, source)?;
    let fits = same_but(axis, source.layout, destination)
        && destination.dims()[axis as usize] <= source.layout.dims()[axis as usize];
    if !fits {
        fail!(
            ShapeMismatch,
            "{}: positions of {:?} along dimension {axis} into {:?}",
            op.name(),
            source.layout.dims(),
            destination.dims()
        );
    }
    if dtype != DType::I64 {
        fail!(DtypeMismatch, "{}: positions are i64, the destination {dtype}", op.name());
    }
    Ok(())
}

fn check_axis(op: &Op, axis: u8, layout: &Layout) -> Result<()> {
    if axis as usize >= layout.rank() {
        fail!(InvalidArgument, "{}: dimension {axis} is outside rank {}", op.name(), layout.rank());
    }
    Ok(())
}

/// Whether the sizes are the same but along one dimension.
fn same_but(axis: u8, a: &Layout, b: &Layout) -> bool {
    a.rank() == b.rank() && (0..a.rank()).all(|i| i == axis as usize || a.dims()[i] == b.dims()[i])
}
