//! softmax, log_softmax and normal rows in one dispatch, or in two where few rows are long, or any of them too long for one.
#![forbid(unsafe_code)]

use super::kernel::Key;
use super::memory::Block;
use super::plan::{
    Binding, Dispatch, GROUP, MOST_TURNS, Operand, Place, Plan, TABLE_WORDS, Words, computed_bits, groups,
};
use super::reduce::{CHUNK, ENOUGH_OUTPUTS, FEW_LANES, ceil_div};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Layout, Result, RowOp, Scalar, fail};
use shaders::Id;

/// Elements of a part of a row: an invocation goes over its own twice, and over what is gathered of the parts.
const MOST: i64 = GROUP * (MOST_TURNS / 4);

/// Which module has rows of this dtype, or why none does.
pub fn module(op: RowOp, dtype: DType) -> std::result::Result<Id, &'static str> {
    let normal = matches!(op, RowOp::Normal { .. });
    match dtype {
        DType::F64 if normal => Ok(Id::normal_f64),
        DType::F32 if normal => Ok(Id::normal_f32),
        DType::F16 if normal => Ok(Id::normal_f16),
        DType::Bf16 if normal => Ok(Id::normal_bf16),
        DType::F64 => Ok(Id::rows_f64),
        DType::F32 => Ok(Id::rows_f32),
        DType::F16 => Ok(Id::rows_f16),
        DType::Bf16 => Ok(Id::rows_bf16),
        _ => Err("rows of floats alone"),
    }
}

/// How rows are cut: their number, their length, and the parts of each. By shape alone, so the same numbers come out on every run.
fn cut(layout: &Layout) -> [i64; 3] {
    let count = layout.dims().last().copied().unwrap_or(1);
    let rows = layout.numel() / count.max(1);
    let few = rows < ENOUGH_OUTPUTS && count >= 2 * CHUNK;
    let busy = if few { ceil_div(count, CHUNK).min(1024) } else { 1 };
    [rows, count, busy.max(ceil_div(count, MOST))]
}

/// Bytes of what is gathered of parts that [`plan`] wants a block for, 0 where rows are whole.
pub fn scratch_bytes(destination: &Operand) -> u64 {
    let [rows, _, chunks] = cut(destination.layout);
    let number = if destination.dtype == DType::F64 { 8 } else { 4 };
    if chunks == 1 { 0 } else { 2 * number * (rows * chunks) as u64 }
}

/// Plans it all. `scratch` is as [`scratch_bytes`] wants it.
pub fn plan(
    plan: &mut Plan,
    op: RowOp,
    sources: &[Operand],
    destination: &Operand,
    scratch: Option<&Block>,
) -> Result<()> {
    let [source] = sources else { fail!(Internal, "{}: {} operands", op.name(), sources.len()) };
    let module = match module(op, destination.dtype) {
        Ok(module) => module,
        Err(why) => fail!(Unsupported, "{}: {why}", op.name()),
    };
    let [rows, count, chunks] = cut(destination.layout);
    // The kernel counts both in 32 bits; a stretched view has more of them than its memory tells.
    if rows.saturating_mul(chunks).max(count) > i64::from(i32::MAX) {
        fail!(Unsupported, "{}: {rows} rows of {count} elements, more than 32-bit indices count", op.name());
    }
    let most = plan.most;
    let places = Place::of_bound(destination, most).zip(Place::of_bound(source, most));
    let gathered = scratch.map(|block| Binding { buffer: block.buffer, offset: 0, len_bytes: block.len_bytes });
    let fits = gathered.is_none_or(|gathered| gathered.len_bytes <= most);
    let (to, from, module, bindings) = match places.filter(|_| fits).zip(module.bound()) {
        Some((((to, to_part), (from, from_part)), bound)) => {
            (to, from, bound, Some([to_part, from_part, gathered.unwrap_or(to_part), to_part]))
        }
        None => (Place::of(destination, op.name())?, Place::of(source, op.name())?, module, None),
    };
    let last = destination.layout.rank() - 1;
    let kept = |layout: &Layout| Layout::from_parts(&layout.dims()[..last], &layout.strides()[..last], 0);
    let kept = Joint::<2>::new(&[&kept(source.layout)?, &kept(destination.layout)?]);
    let step = |layout: &Layout| if count == 1 { 0 } else { layout.strides()[last] };

    // One invocation a row where there are many short ones, or where neighbouring rows lie closer than neighbours within
    // one; otherwise a workgroup.
    let brief = chunks == 1 && count <= MOST_TURNS / 2;
    let across = step(source.layout).abs() != 1;
    let lanes = if brief && (count <= 32 || (rows >= 1024 && (across || count <= 64))) {
        1
    } else if chunks == 1 && count <= 64 * FEW_LANES && rows >= 8 {
        FEW_LANES
    } else {
        GROUP
    };
    let mut table = Words::<TABLE_WORDS>::new();
    for values in [&kept.dims, &kept.strides[0], &kept.strides[1]] {
        values.iter().for_each(|value| {
            table.i64(*value);
        });
    }
    let tabled = kept.rank > 1;
    for parts in if chunks == 1 { 0..1 } else { 1..3 } {
        let mut push = Words::<32>::new();
        push.u64(to.address).u64(from.address);
        let table_at = push.len();
        push.u64(0).u64(scratch.map_or(0, |block| block.address));
        push.i64(rows).i64(count).i64(chunks).i64(ceil_div(count, chunks)).i64(from.start).i64(to.start);
        push.i64(step(source.layout)).i64(step(destination.layout));
        push.i64(kept.strides[0][0]).i64(kept.strides[1][0]).i64(kept.rank as i64);
        if let RowOp::Normal { epsilon } = op {
            // In the width that is computed in: an epsilon may be too small for a half.
            let width = if destination.dtype == DType::F64 { DType::F64 } else { DType::F32 };
            push.pair(computed_bits(Scalar::Float(epsilon), width));
        }
        let logarithm = op == RowOp::LogSoftmax;
        let constants = [u32::from(logarithm), lanes as u32, if tabled { 2 } else { 1 }, parts, 0, 0];
        plan.push_in_turn(Dispatch {
            key: Key { module, constants },
            push: &mut push,
            table: tabled.then_some((&table, table_at)),
            bindings,
            groups: groups(rows * chunks, GROUP / lanes),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_invocation_goes_over_more_than_the_turns_of_a_dispatch() {
        for dims in [[1, 1 << 30], [3000, 1 << 24], [255, 1 << 23], [1 << 20, 1000], [1 << 16, 1 << 14]] {
            let [rows, count, chunks] = cut(&Layout::contiguous(&dims).unwrap());
            assert_eq!([rows, count], dims);
            let turns = 2 * ceil_div(ceil_div(count, chunks), GROUP) + ceil_div(chunks, GROUP);
            assert!(turns <= MOST_TURNS, "{dims:?}: {chunks} parts, {turns} turns");
        }
    }
}
