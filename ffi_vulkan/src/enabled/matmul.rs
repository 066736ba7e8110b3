//! Matrix products over a batch, all operands strided.
#![forbid(unsafe_code)]

use super::kernel::Key;
use super::plan::{Dispatch, MOST_TURNS, Operand, Place, Plan, TABLE_WORDS, Words, computed_bits, groups};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Layout, Result, Scalar, fail};
use shaders::Id;

/// Rows and columns of the tile that a workgroup makes; as in matmul.comp.
const TILE: i64 = 64;
/// Products of one sum that one dispatch adds up: for each of them a loop of matmul.comp makes two turns.
const MOST_PRODUCTS: i64 = MOST_TURNS / 2;

/// Which module multiplies this dtype, or why none does.
pub fn module(alpha: f64, dtype: DType) -> std::result::Result<Id, &'static str> {
    Ok(match dtype {
        _ if !dtype.is_float() && alpha != 1.0 => return Err("no kernel for a factor on an integer product"),
        DType::F64 => Id::matmul_f64,
        DType::F32 => Id::matmul_f32,
        DType::F16 => Id::matmul_f16,
        DType::Bf16 => Id::matmul_bf16,
        DType::I64 => Id::matmul_i64,
        DType::I32 => Id::matmul_i32,
        DType::U8 => Id::matmul_u8,
        DType::Bool => return Err("no product of bools"),
    })
}

/// Plans c = alpha a b: one dispatch, and more that add to it where the sums are long. Halves round after each.
pub fn plan(plan: &mut Plan, alpha: f64, sources: &[Operand], c: &Operand) -> Result<()> {
    let [a, b] = sources else { fail!(Internal, "matmul of {} operands", sources.len()) };
    let module = match module(alpha, c.dtype) {
        Ok(module) => module,
        Err(why) => fail!(Unsupported, "matmul: {why}"),
    };
    let all = [c, a, b];
    let batch_rank = c.layout.rank() - 2;
    let mut places = [Place { address: 0, start: 0 }; 3];
    let mut batches = [Layout::scalar(); 3];
    for (i, operand) in all.iter().enumerate() {
        // An empty inner dimension leaves nothing to read, and nothing to place.
        if operand.layout.numel() > 0 {
            places[i] = Place::of(operand, "matmul")?;
        }
        let (dims, strides) = (operand.layout.dims(), operand.layout.strides());
        batches[i] = Layout::from_parts(&dims[..batch_rank], &strides[..batch_rank], 0)?;
    }
    let batch = Joint::<3>::new(&[&batches[0], &batches[1], &batches[2]]);
    let mut table = Words::<TABLE_WORDS>::new();
    for values in [&batch.dims, &batch.strides[0], &batch.strides[1], &batch.strides[2]] {
        values.iter().for_each(|value| {
            table.i64(*value);
        });
    }
    let [m, n] = [c.layout.dims()[batch_rank], c.layout.dims()[batch_rank + 1]];
    let k = a.layout.dims()[batch_rank + 1];
    let tiles = (m as u64).div_ceil(TILE as u64) as i64 * (n as u64).div_ceil(TILE as u64) as i64 * batch.numel();
    if tiles >= i64::from(i32::MAX) || k >= i64::from(i32::MAX) {
        fail!(Unsupported, "matmul: {m} by {k} by {n} over a batch of {} on a vulkan device", batch.numel());
    }

    let (a_step, b_step) = (a.layout.strides()[batch_rank + 1], b.layout.strides()[batch_rank]);
    for first in (0..k.max(1)).step_by(MOST_PRODUCTS as usize) {
        let mut push = Words::<32>::new();
        places.iter().for_each(|place| {
            push.u64(place.address);
        });
        let table_at = push.len();
        push.u64(0).i64(m).i64(n).i64((k - first).min(MOST_PRODUCTS)).i64(batch.numel()).i64(batch.rank as i64);
        push.i64(places[0].start).i64(places[1].start + first * a_step).i64(places[2].start + first * b_step);
        for axis in [batch_rank, batch_rank + 1] {
            all.iter().for_each(|operand| {
                push.i64(operand.layout.strides()[axis]);
            });
        }
        push.pair(computed_bits(Scalar::Float(alpha), c.dtype));
        let key = Key { module, constants: [u32::from(first > 0), 0, 0, 0, 0, 0] };
        let groups = groups(tiles, 1);
        plan.push_in_turn(Dispatch { key, push: &mut push, table: Some((&table, table_at)), bindings: None, groups });
    }
    Ok(())
}
