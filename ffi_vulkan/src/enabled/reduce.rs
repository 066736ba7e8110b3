//! Reductions over any set of dimensions, in one pass, or in two where few outputs gather much.
#![forbid(unsafe_code)]

use super::elementwise;
use super::kernel::Key;
use super::memory::Block;
use super::plan::{Dispatch, GROUP, Operand, Place, Plan, TABLE_WORDS, Words, groups};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Layout, MAX_RANK, ReduceOp, Result, Scalar, fail, program};
use shaders::Id;

/// Elements that one workgroup gathers alone; sixty-four for each invocation.
const CHUNK: i64 = 64 * GROUP;
/// So many outputs keep a device busy without cutting their ranges.
const ENOUGH_OUTPUTS: i64 = 256;

/// Which module reduces this dtype, or why none does.
pub fn module(op: ReduceOp, source: DType) -> Id {
    let truth = matches!(op, ReduceOp::Any | ReduceOp::All);
    match source {
        DType::F64 if truth => Id::truth_f64,
        DType::F32 if truth => Id::truth_f32,
        DType::F16 if truth => Id::truth_f16,
        DType::Bf16 if truth => Id::truth_bf16,
        DType::I64 if truth => Id::truth_i64,
        DType::I32 if truth => Id::truth_i32,
        DType::U8 | DType::Bool if truth => Id::truth_u8,
        DType::F64 => Id::reduce_f64,
        DType::F32 => Id::reduce_f32,
        DType::F16 => Id::reduce_f16,
        DType::Bf16 => Id::reduce_bf16,
        DType::I64 => Id::reduce_i64,
        DType::I32 => Id::reduce_i32,
        DType::U8 | DType::Bool => Id::reduce_u8,
    }
}

/// The result over an empty range.
pub fn of_nothing(op: ReduceOp) -> Scalar {
    match op {
        ReduceOp::Mean => Scalar::Float(f64::NAN),
        ReduceOp::Prod | ReduceOp::All => Scalar::Int(1),
        _ => Scalar::Int(0),
    }
}

/// The dtype of partial results that a second pass of the same kind can finish, `None` where one pass must do.
fn partial(op: ReduceOp, source: DType) -> Option<DType> {
    match (op, source) {
        (ReduceOp::ArgMax | ReduceOp::ArgMin | ReduceOp::Any | ReduceOp::All, _) => None,
        (_, DType::F32 | DType::F64 | DType::I64) => Some(source),
        (ReduceOp::Sum | ReduceOp::Prod, DType::I32 | DType::U8 | DType::Bool) => Some(DType::I64),
        _ => None,
    }
}

/// How one reduction is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Outputs.
    pub rows: i64,
    /// Elements gathered into each.
    pub count: i64,
    /// More than 1: two passes over so many partial results of each output.
    pub chunks: i64,
    /// Their dtype.
    pub partial: DType,
}

/// Decides by shape alone, so the same numbers come out on every run.
pub fn cut(op: ReduceOp, axes: u8, source: &Operand) -> Cut {
    let (mut rows, mut count) = (1, 1);
    for (i, dim) in source.layout.dims().iter().enumerate() {
        *(if axes >> i & 1 != 0 { &mut count } else { &mut rows }) *= dim;
    }
    let whole = Cut { rows, count, chunks: 1, partial: source.dtype };
    match partial(op, source.dtype) {
        Some(partial) if rows < ENOUGH_OUTPUTS && count >= 2 * CHUNK => {
            Cut { chunks: ceil_div(count, CHUNK).min(1024), partial, ..whole }
        }
        _ => whole,
    }
}

fn ceil_div(count: i64, by: i64) -> i64 {
    (count as u64).div_ceil(by as u64) as i64
}

/// One pass. `chunks` above 1 writes [rows, chunks] partial results into a contiguous destination.
pub fn pass(
    op: ReduceOp,
    axes: u8,
    source: &Operand,
    destination: &Operand,
    chunks: i64,
    divisor: i64,
    emit: &mut dyn FnMut(Dispatch) -> Result<()>,
) -> Result<()> {
    // Partial results of a mean are sums.
    let number = if op == ReduceOp::Mean && chunks > 1 { ReduceOp::Sum } else { op };
    let (from, to) = (Place::of(source, op.name())?, Place::of(destination, op.name())?);
    let wanted = |reduced: bool| {
        let mut parts = ([0; MAX_RANK], [0; MAX_RANK], [0; MAX_RANK], 0);
        for (i, dim) in source.layout.dims().iter().enumerate() {
            if (axes >> i & 1 != 0) == reduced {
                parts.0[parts.3] = *dim;
                parts.1[parts.3] = source.layout.strides()[i];
                parts.2[parts.3] = if chunks > 1 { 0 } else { destination.layout.strides()[i] };
                parts.3 += 1;
            }
        }
        parts
    };
    let (dims, src, dst, rank) = wanted(false);
    let kept = Joint::<2>::new(&[
        &Layout::from_parts(&dims[..rank], &src[..rank], 0)?,
        &Layout::from_parts(&dims[..rank], &dst[..rank], 0)?,
    ]);
    let (dims, src, _, rank) = wanted(true);
    let reduced = Joint::<1>::new(&[&Layout::from_parts(&dims[..rank], &src[..rank], 0)?]);
    let (rows, count) = (kept.numel(), reduced.numel());
    // The kernels count both in 32 bits; a stretched view has more of them than its memory tells.
    if rows.max(count) > i64::from(i32::MAX) || rows.saturating_mul(chunks) > i64::from(i32::MAX) {
        fail!(Unsupported, "{}: {count} elements into {rows} results, more than 32-bit indices count", op.name());
    }

    let mut table = Words::<TABLE_WORDS>::new();
    for values in [&kept.dims, &kept.strides[0], &kept.strides[1], &reduced.dims, &reduced.strides[0]] {
        values.iter().for_each(|value| {
            table.i64(*value);
        });
    }
    // One invocation an output where there are many short ones, or where neighbouring outputs lie closer than neighbours of
    // one range; otherwise a workgroup.
    let across = reduced.rank > 0 && reduced.strides[0][reduced.rank - 1].abs() != 1;
    let alone = chunks == 1 && (count <= 32 || (rows >= 1024 && (across || count <= 64)));
    let lanes = if alone { 1 } else { GROUP };

    let mut push = Words::<32>::new();
    push.u64(to.address).u64(from.address);
    let table_at = push.len();
    push.u64(0).i64(rows).i64(count).i64(chunks).i64(ceil_div(count, chunks)).i64(kept.rank as i64);
    push.i64(reduced.rank as i64).i64(from.start).i64(to.start).i64(divisor);
    push.i64(reduced.dims[1]).i64(reduced.strides[0][0]).i64(reduced.strides[0][1]);
    let reduced_rank = (reduced.rank as u32).clamp(1, 3);
    let key = Key { module: module(op, source.dtype), constants: [number as u32, lanes as u32, reduced_rank, 0, 0] };
    let groups = groups(rows * chunks, GROUP / lanes);
    emit(Dispatch { key, push: &mut push, table: Some((&table, table_at)), groups })
}

/// Bytes of partial results that [`plan`] wants a block for, 0 where one pass does.
pub fn scratch_bytes(op: ReduceOp, axes: u8, source: &Operand) -> u64 {
    let cut = cut(op, axes, source);
    if cut.chunks == 1 { 0 } else { (cut.rows * cut.chunks) as u64 * cut.partial.size() as u64 }
}

/// Plans a whole reduction. `scratch` is as [`scratch_bytes`] wants it.
pub fn plan(
    plan: &mut Plan,
    op: ReduceOp,
    axes: u8,
    sources: &[Operand],
    destination: &Operand,
    scratch: Option<&Block>,
) -> Result<()> {
    let [source] = sources else { fail!(Internal, "{}: {} operands", op.name(), sources.len()) };
    let cut = cut(op, axes, source);
    let mut emit = |dispatch: Dispatch| {
        plan.push(dispatch);
        Ok(())
    };
    if cut.count == 0 {
        return elementwise::plan(program::FILL, &[of_nothing(op)], &[], destination, &mut emit);
    }
    if cut.chunks == 1 {
        return pass(op, axes, source, destination, 1, cut.count, &mut emit);
    }
    let Some(block) = scratch else { fail!(Internal, "{}: two passes without scratch", op.name()) };
    let flat = Layout::contiguous(&[cut.rows, cut.chunks])?;
    let partial = Operand { block, dtype: cut.partial, layout: &flat };
    pass(op, axes, source, &partial, cut.chunks, cut.count, &mut emit)?;
    // The partial results viewed with the destination's dims and one more. Dims of 1 go, so that one more always fits.
    let layout = destination.layout;
    let (mut dims, mut strides) = (Vec::new(), Vec::new());
    for (dim, stride) in layout.dims().iter().zip(layout.strides()).filter(|(dim, _)| **dim != 1) {
        dims.push(*dim);
        strides.push(*stride);
    }
    let last = dims.len();
    dims.push(1);
    strides.push(0);
    let to = Layout::from_parts(&dims, &strides, layout.offset())?;
    dims[last] = cut.chunks;
    let from = Layout::contiguous(&dims)?;
    let from = Operand { layout: &from, ..partial };
    let to = Operand { layout: &to, ..*destination };
    let mut second = |dispatch: Dispatch| {
        plan.push_after(dispatch);
        Ok(())
    };
    pass(op, 1 << last, &from, &to, 1, cut.count, &mut second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_results_are_of_a_dtype_that_the_second_pass_reads() {
        for op in ReduceOp::ALL {
            for &dtype in DType::ALL {
                if let Some(partial) = partial(op, dtype) {
                    let result = op.result(dtype);
                    assert!(result.is_none() || op.result(partial) == result, "{op:?} of {dtype} by {partial}");
                }
            }
        }
    }
}
