//! Reductions over any set of dimensions, in one pass, or in two where few outputs gather much, or any of them too much for one.
#![forbid(unsafe_code)]

use super::elementwise;
use super::kernel::Key;
use super::memory::Block;
use super::plan::{Binding, Dispatch, GROUP, MOST_TURNS, Operand, Place, Plan, TABLE_WORDS, Words, groups};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Layout, MAX_RANK, ReduceOp, Result, Scalar, fail, program};
use shaders::Id;

/// Elements that one workgroup gathers alone; sixty-four for each invocation.
pub const CHUNK: i64 = 64 * GROUP;
/// Invocations for a range of middling length.
pub const FEW_LANES: i64 = 32;
/// So many outputs keep a device busy without cutting their ranges.
pub const ENOUGH_OUTPUTS: i64 = 256;

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

/// The dtype of partial results: what a second pass of the same kind can finish, and for places the places themselves.
fn partial(op: ReduceOp, source: DType) -> DType {
    match (op, source) {
        (ReduceOp::ArgMax | ReduceOp::ArgMin, _) => DType::I64,
        (ReduceOp::Any | ReduceOp::All, _) => DType::Bool,
        (_, DType::F16 | DType::Bf16) => DType::F32,
        (ReduceOp::Sum | ReduceOp::Prod, DType::I32 | DType::U8 | DType::Bool) => DType::I64,
        _ => source,
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
    // Gathered by one workgroup in as many turns as a dispatch has.
    let most = GROUP * MOST_TURNS / turns(axes, source);
    let few = rows < ENOUGH_OUTPUTS && count >= 2 * CHUNK;
    let busy = if few { ceil_div(count, CHUNK).min(1024) } else { 1 };
    Cut { rows, count, chunks: busy.max(ceil_div(count, most)), partial: partial(op, source.dtype) }
}

/// Turns of loops for each element: one, and one more for each dimension where reduce.comp finds it by a loop over them.
fn turns(axes: u8, source: &Operand) -> i64 {
    let dims = source.layout.dims().iter().enumerate();
    let reduced = dims.filter(|(i, dim)| axes >> i & 1 != 0 && **dim > 1).count() as i64;
    if reduced < 3 { 1 } else { reduced }
}

pub fn ceil_div(count: i64, by: i64) -> i64 {
    (count as u64).div_ceil(by as u64) as i64
}

/// What a pass does.
#[derive(Clone, Copy)]
enum Parts<'a> {
    /// All of it.
    Whole,
    /// So many partial results for each output, [rows, chunks], into a contiguous destination.
    Made(i64),
    /// Finishes partial results.
    Finished,
    /// Finds among so many places for each output, [rows, chunks], the right one.
    Found(&'a Block, i64),
}

/// One pass.
fn pass(
    plan: &mut Plan,
    op: ReduceOp,
    axes: u8,
    source: &Operand,
    destination: &Operand,
    parts: Parts,
    divisor: i64,
) -> Result<()> {
    let (chunks, number) = match parts {
        // Partial results of a mean are sums.
        Parts::Made(chunks) => (chunks, if op == ReduceOp::Mean { ReduceOp::Sum } else { op }),
        _ => (1, op),
    };
    let most = plan.most;
    let bound = Place::of_bound(source, most).zip(Place::of_bound(destination, most)).and_then(|(from, to)| {
        let candidates = match parts {
            Parts::Found(block, _) => Binding { buffer: block.buffer, offset: 0, len_bytes: block.len_bytes },
            _ => to.1,
        };
        let fits = candidates.len_bytes <= most;
        fits.then_some((from.0, to.0, Some([to.1, from.1, candidates, to.1])))
    });
    let (from, to, bindings) = match bound {
        Some(bound) => bound,
        None => (Place::of(source, op.name())?, Place::of(destination, op.name())?, None),
    };
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
    let rows = kept.numel();
    let (candidates, count) = match parts {
        Parts::Found(block, count) => (block.address, count),
        _ => (0, reduced.numel()),
    };
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
    let brief = chunks == 1 && count <= MOST_TURNS / turns(axes, source);
    let alone = brief && (count <= 32 || (rows >= 1024 && (across || count <= 64)));
    // Short ranges leave most of a workgroup idle: then it takes several.
    let lanes = if alone {
        1
    } else if chunks == 1 && count <= 64 * FEW_LANES && rows >= 8 {
        FEW_LANES
    } else {
        GROUP
    };

    let mut push = Words::<32>::new();
    push.u64(to.address).u64(from.address);
    let table_at = push.len();
    push.u64(0).i64(rows).i64(count).i64(chunks).i64(ceil_div(count, chunks)).i64(kept.rank as i64);
    push.i64(reduced.rank as i64).i64(from.start).i64(to.start).i64(divisor);
    push.i64(reduced.dims[1]).i64(reduced.strides[0][0]).i64(reduced.strides[0][1]).u64(candidates);
    let reduced_rank = (reduced.rank as u32).clamp(1, 3);
    let parts = match parts {
        Parts::Whole => 0,
        Parts::Made(_) => 1,
        Parts::Finished | Parts::Found(..) => 2,
    };
    // Halves have parts in singles.
    let half = matches!(destination.dtype, DType::F16 | DType::Bf16);
    let module = module(op, if half { destination.dtype } else { source.dtype });
    let module = if bindings.is_some() { module.bound().unwrap_or(module) } else { module };
    let key = Key { module, constants: [number as u32, lanes as u32, reduced_rank, parts, 0, 0] };
    let groups = groups(rows * chunks, GROUP / lanes);
    plan.push_in_turn(Dispatch { key, push: &mut push, table: Some((&table, table_at)), bindings, groups });
    Ok(())
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
    if cut.count == 0 {
        let mut emit = |dispatch: Dispatch| {
            plan.push(dispatch);
            Ok(())
        };
        return elementwise::plan(program::FILL, &[of_nothing(op)], &[], destination, 0, &mut emit);
    }
    if cut.chunks == 1 {
        return pass(plan, op, axes, source, destination, Parts::Whole, cut.count);
    }
    let Some(block) = scratch else { fail!(Internal, "{}: two passes without scratch", op.name()) };
    let flat = Layout::contiguous(&[cut.rows, cut.chunks])?;
    let partial = Operand { block, dtype: cut.partial, layout: &flat };
    pass(plan, op, axes, source, &partial, Parts::Made(cut.chunks), cut.count)?;
    if matches!(op, ReduceOp::ArgMax | ReduceOp::ArgMin) {
        return pass(plan, op, axes, source, destination, Parts::Found(block, cut.chunks), cut.count);
    }
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
    pass(plan, op, 1 << last, &from, &to, Parts::Finished, cut.count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_results_are_of_a_dtype_that_the_second_pass_reads() {
        for op in ReduceOp::ALL {
            for &dtype in DType::ALL {
                let (partial, result) = (partial(op, dtype), op.result(dtype));
                let places = matches!(op, ReduceOp::ArgMax | ReduceOp::ArgMin);
                let singles = matches!(dtype, DType::F16 | DType::Bf16) && partial == DType::F32;
                let same = result.is_none() || op.result(partial) == result;
                assert!(places || singles || same, "{op:?} of {dtype} by {partial}");
            }
        }
    }

    #[test]
    fn no_range_is_longer_than_the_turns_of_a_dispatch() {
        let block = Block::pretended(0);
        for (dims, axes) in
            [(vec![1 << 30], 1), (vec![3000, 1 << 19], 2), (vec![9, 9, 99, 9, 99, 9, 9, 9], 0b1111_1110)]
        {
            let layout = Layout::scalar().broadcast_to(&dims).unwrap();
            for op in ReduceOp::ALL {
                let source = Operand { block: &block, dtype: DType::F16, layout: &layout };
                let cut = cut(op, axes, &source);
                let each = ceil_div(ceil_div(cut.count, cut.chunks), GROUP);
                assert!(each * turns(axes, &source) <= MOST_TURNS + 8, "{op:?} of {dims:?}: {cut:?}");
            }
        }
    }
}
