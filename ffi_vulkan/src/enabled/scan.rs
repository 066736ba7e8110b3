//! Running totals along one dimension: an invocation for each line, or for each segment of lines that are few or long.
#![forbid(unsafe_code)]

use super::kernel::Key;
use super::memory::Block;
use super::plan::{Dispatch, MOST_TURNS, Operand, Place, Plan, TABLE_WORDS, Words, groups_for_each};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Layout, Result, ScanOp, fail};
use shaders::Id;

/// Elements of a segment, where these do not make too many of them.
const SEGMENT: i64 = 1024;
/// So many lines keep a device busy without cutting them.
const ENOUGH_LINES: i64 = 1024;

/// Which module totals this dtype.
pub fn module(source: DType) -> Id {
    match source {
        DType::F64 => Id::scan_f64,
        DType::F32 => Id::scan_f32,
        DType::F16 => Id::scan_f16,
        DType::Bf16 => Id::scan_bf16,
        DType::I64 => Id::scan_i64,
        DType::I32 => Id::scan_i32,
        DType::U8 | DType::Bool => Id::scan_u8,
    }
}

/// How lines are cut: how many there are, the length of each, and of a segment. By shape alone, so that every run rounds alike.
fn cut(axis: u8, layout: &Layout) -> (i64, i64, i64) {
    let len = layout.dims()[axis as usize];
    let lines = layout.numel() / len.max(1);
    if len <= MOST_TURNS && (lines >= ENOUGH_LINES || len < 4 * SEGMENT) {
        return (lines, len, len);
    }
    // An invocation also walks over the segments of a line.
    (lines, len, SEGMENT.max((len as u64).div_ceil(MOST_TURNS as u64) as i64))
}

fn segments(len: i64, segment: i64) -> i64 {
    (len as u64).div_ceil(segment.max(1) as u64) as i64
}

/// Bytes of totals that [`plan`] wants a block for, 0 where lines are whole.
pub fn scratch_bytes(axis: u8, destination: &Operand) -> u64 {
    let (lines, len, segment) = cut(axis, destination.layout);
    if segment == len { 0 } else { (lines * segments(len, segment)) as u64 * 8 }
}

/// Plans a scan. `scratch` is as [`scratch_bytes`] wants it.
pub fn plan(
    plan: &mut Plan,
    op: ScanOp,
    axis: u8,
    sources: &[Operand],
    destination: &Operand,
    scratch: Option<&Block>,
) -> Result<()> {
    let [source] = sources else { fail!(Internal, "{}: {} operands", op.name(), sources.len()) };
    let all = [destination, source];
    let (lines, len, segment) = cut(axis, destination.layout);
    if segment > MOST_TURNS {
        fail!(Unsupported, "{}: lines of {len}, more than 2^30 elements on a vulkan device", op.name());
    }
    let (mut places, mut layouts) = ([Place { address: 0, start: 0 }; 2], [Layout::scalar(); 2]);
    for (i, operand) in all.iter().enumerate() {
        places[i] = Place::of(operand, op.name())?;
        let (mut dims, mut strides) = (operand.layout.dims().to_vec(), operand.layout.strides().to_vec());
        dims.remove(axis as usize);
        strides.remove(axis as usize);
        layouts[i] = Layout::from_parts(&dims, &strides, 0)?;
    }
    let joint = Joint::<2>::new(&[&layouts[0], &layouts[1]]);
    let mut table = Words::<TABLE_WORDS>::new();
    for values in std::iter::once(&joint.dims).chain(&joint.strides) {
        values.iter().for_each(|value| {
            table.i64(*value);
        });
    }
    let segments = segments(len, segment);
    for phase in if scratch.is_some() { 1..=3 } else { 0..=0 } {
        let mut push = Words::<32>::new();
        push.u64(places[0].address).u64(places[1].address);
        let table_at = push.len();
        push.u64(0).u64(scratch.map_or(0, |block| block.address)).i64(lines).i64(joint.rank as i64);
        push.i64(places[0].start).i64(places[1].start);
        all.iter().for_each(|operand| {
            push.i64(operand.layout.strides()[axis as usize]);
        });
        push.i64(len).i64(segment).i64(segments);
        let key = Key { module: module(source.dtype), constants: [u32::from(op == ScanOp::Prod), phase, 0, 0, 0, 0] };
        let groups = groups_for_each(if phase == 2 { lines } else { lines * segments });
        plan.push_in_turn(Dispatch { key, push: &mut push, table: Some((&table, table_at)), bindings: None, groups });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_walk_is_longer_than_the_turns_of_a_dispatch() {
        for dims in [[1, 1 << 30], [1 << 20, 1000], [2000, 1 << 15], [2000, (1 << 15) + 1], [3, 5000], [1, 33_000_000]]
        {
            let (lines, len, segment) = cut(1, &Layout::contiguous(&dims).unwrap());
            assert_eq!([lines, len], dims);
            let segments = segments(len, segment);
            assert!(segment <= MOST_TURNS && segments <= MOST_TURNS && segments * segment >= len, "{dims:?}");
            assert!(lines * segments < 1 << 31, "{dims:?}");
        }
    }
}
