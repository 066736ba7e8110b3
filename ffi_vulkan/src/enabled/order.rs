//! The positions along one dimension in the order of their elements: a sort of pairs of key and position, see order.comp.
#![forbid(unsafe_code)]

use super::kernel::Key;
use super::memory::Block;
use super::plan::{Dispatch, GROUP, Operand, Place, Plan, TABLE_WORDS, Words, groups};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Layout, Result, fail};
use shaders::Id;

/// Pairs that a work-group sorts in shared memory are 2 to this.
const BLOCK_SHIFT: u32 = 9;

/// Which module orders this dtype, and what its bits are to it.
fn kernel(source: DType) -> (Id, u32) {
    match source {
        DType::F64 => (Id::order_8, 2),
        DType::F32 => (Id::order_4, 2),
        DType::F16 => (Id::order_2, 2),
        DType::Bf16 => (Id::order_2, 3),
        DType::I64 => (Id::order_8, 1),
        DType::I32 => (Id::order_4, 1),
        DType::U8 | DType::Bool => (Id::order_1, 0),
    }
}

/// Which module orders this dtype.
pub fn module(source: DType) -> Id {
    kernel(source).0
}

/// How a source is cut: its lines, and the logarithm of what each of them is padded to.
fn cut(axis: u8, source: &Operand) -> (i64, u32) {
    let len = source.layout.dims()[axis as usize];
    (source.layout.numel() / len.max(1), (len.max(1) as u64).next_power_of_two().trailing_zeros())
}

/// Pairs that wait in memory between the passes, none where lines fit a work-group; `None` if 32 bits do not count them.
fn pairs(axis: u8, source: &Operand) -> Option<i64> {
    let (lines, shift) = cut(axis, source);
    let pairs = lines.checked_mul(1i64.checked_shl(shift)?).filter(|pairs| *pairs < i64::from(i32::MAX))?;
    Some(if shift <= BLOCK_SHIFT { 0 } else { pairs })
}

/// Bytes of a key.
fn key_bytes(source: &Operand) -> i64 {
    source.dtype.size().max(4) as i64
}

/// Bytes of pairs that [`plan`] wants a block for: keys, then positions.
pub fn scratch_bytes(axis: u8, source: &Operand) -> u64 {
    pairs(axis, source).map_or(0, |pairs| (pairs * (key_bytes(source) + 4)) as u64)
}

/// Plans an ordering. `scratch` is as [`scratch_bytes`] wants it.
pub fn plan(
    plan: &mut Plan,
    axis: u8,
    descending: bool,
    sources: &[Operand],
    destination: &Operand,
    scratch: Option<&Block>,
) -> Result<()> {
    let [source] = sources else { fail!(Internal, "sort: {} operands", sources.len()) };
    let all = [destination, source];
    let along = axis as usize;
    let [kept, len] = all.map(|operand| operand.layout.dims()[along]);
    let (lines, shift) = cut(axis, source);
    let Some(waiting) = pairs(axis, source) else {
        fail!(Unsupported, "sort: {lines} lines of {len}, padded to a power of two, are more than 2^31 elements");
    };
    let (mut places, mut layouts) = ([Place { address: 0, start: 0 }; 2], [Layout::scalar(); 2]);
    for (i, operand) in all.iter().enumerate() {
        places[i] = Place::of(operand, "sort")?;
        let (mut dims, mut strides) = (operand.layout.dims().to_vec(), operand.layout.strides().to_vec());
        dims.remove(along);
        strides.remove(along);
        layouts[i] = Layout::from_parts(&dims, &strides, 0)?;
    }
    let joint = Joint::<2>::new(&[&layouts[0], &layouts[1]]);
    let mut table = Words::<TABLE_WORDS>::new();
    for values in std::iter::once(&joint.dims).chain(&joint.strides) {
        values.iter().for_each(|value| {
            table.i64(*value);
        });
    }
    let (module, kind) = kernel(source.dtype);
    let keys = scratch.map_or(0, |block| block.address);
    let mut pass = |phase: u32, stage: u32, step: u32, invocations: i64, each: i64| {
        let mut push = Words::<32>::new();
        push.u64(places[0].address).u64(places[1].address);
        let table_at = push.len();
        push.u64(0).u64(keys).u64(keys + (waiting * key_bytes(source)) as u64);
        push.i64(lines).i64(joint.rank as i64).i64(places[0].start).i64(places[1].start);
        all.iter().for_each(|operand| {
            push.i64(operand.layout.strides()[along]);
        });
        push.i64(len).i64(kept).u32(shift).u32(stage).u32(step);
        let key = Key { module, constants: [phase, kind, u32::from(descending), 0, 0, 0] };
        let (table, groups) = (Some((&table, table_at)), groups(invocations, each));
        plan.push_in_turn(Dispatch { key, push: &mut push, table, bindings: None, groups });
    };
    let (pairs, block) = (lines << shift, 1 << BLOCK_SHIFT);
    if shift <= BLOCK_SHIFT {
        pass(4, 0, 0, pairs, block);
        return Ok(());
    }
    pass(0, 0, 0, pairs, block);
    for stage in BLOCK_SHIFT + 1..=shift {
        for step in (BLOCK_SHIFT..stage).rev() {
            pass(1, stage, step, pairs / 2, GROUP);
        }
        pass(2, stage, 0, pairs, block);
    }
    pass(3, 0, 0, pairs, GROUP);
    Ok(())
}
