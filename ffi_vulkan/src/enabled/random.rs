//! Random numbers of the shared generator: one invocation for each counter.
#![forbid(unsafe_code)]

use super::kernel::Key;
use super::plan::{Dispatch, Operand, Words, groups_for_each};
use ffi_backend::{DType, RandomOp, Result};
use shaders::Id;

/// Elements of one dispatch at most, so that 32 bits count them; a multiple of those of a counter.
const MOST: u64 = 1 << 30;

/// Which module draws this dtype.
pub fn module(dtype: DType) -> Id {
    match dtype {
        DType::F64 => Id::random_f64,
        DType::F32 => Id::random_f32,
        DType::F16 => Id::random_f16,
        DType::Bf16 => Id::random_bf16,
        DType::I64 => Id::random_i64,
        DType::I32 => Id::random_i32,
        // A bool's bounds leave 0 and 1, as they lie in memory.
        DType::U8 | DType::Bool => Id::random_u8,
    }
}

/// Emits the dispatches of a draw: one, but for more elements than 32 bits count. The destination is contiguous.
pub fn plan(
    op: RandomOp,
    seed: u64,
    offset: u64,
    destination: &Operand,
    emit: &mut dyn FnMut(Dispatch) -> Result<()>,
) -> Result<()> {
    let dtype = destination.dtype;
    let (low, high) = match op {
        RandomOp::Integers { low, high } => (low, high),
        RandomOp::Uniform | RandomOp::Normal => (0, 0),
    };
    let per_counter = if dtype == DType::F64 || !dtype.is_float() { 2 } else { 4 };
    let key = Key { module: module(dtype), constants: [u32::from(op == RandomOp::Normal), 0, 0, 0, 0, 0] };
    let start = destination.block.address + destination.layout.offset() as u64 * dtype.size() as u64;
    let count = destination.layout.numel() as u64;
    for first in (0..count).step_by(MOST as usize) {
        let part = MOST.min(count - first);
        let counter = u128::from(offset) + u128::from(first / per_counter);
        let mut push = Words::<32>::new();
        push.u64(start + first * dtype.size() as u64).u64(seed).u64(low as u64).u64(high.wrapping_sub(low) as u64);
        push.u64(counter as u64).u32((counter >> 64) as u32).u32(part as u32);
        let groups = groups_for_each(part.div_ceil(per_counter) as i64);
        emit(Dispatch { key, push: &mut push, table: None, bindings: None, groups })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::memory::Block;
    use ffi_backend::Layout;

    #[test]
    fn a_long_draw_goes_on_where_its_first_part_ends_past_64_bits_of_counters() {
        let block = Block::pretended(4096);
        let layout = Layout::contiguous(&[(1 << 30) + 5]).unwrap().slice(0, 1, (1 << 30) + 3, 1).unwrap();
        let destination = Operand { block: &block, dtype: DType::F32, layout: &layout };
        let mut parts = Vec::new();
        let mut emit = |dispatch: Dispatch| {
            let words = dispatch.push.as_slice();
            let groups = u64::from(dispatch.groups[0]) * u64::from(dispatch.groups[1]);
            assert!(groups * 256 * 4 >= u64::from(words[11]) && dispatch.groups.iter().all(|n| *n <= 65535));
            assert_eq!(words[1] as usize, parts.len());
            parts.push((words[0], words[8..11].to_vec(), words[11]));
            Ok(())
        };
        plan(RandomOp::Normal, 1, u64::MAX - 1, &destination, &mut emit).unwrap();
        // 2^28 counters and 2^32 bytes further on.
        let address = 4100;
        let want = [(address, vec![u32::MAX - 1, u32::MAX, 0], 1 << 30), (address, vec![(1 << 28) - 2, 0, 1], 3)];
        assert_eq!(parts, want);
    }
}
