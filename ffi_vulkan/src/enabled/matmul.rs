//! Matrix products over a batch, all operands strided.
#![forbid(unsafe_code)]

use super::axis::Axis;
use super::kernel::Key;
use super::plan::{Binding, Dispatch, Operand, Place, Plan, TABLE_WORDS, Words, computed_bits, groups};
use super::tiles::{Problem, Traits, choose};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Layout, MAX_RANK, Result, Scalar, fail};
use shaders::Id;

/// Dimensions of a batch at most: a matrix has two of its own.
const MOST_BATCH: usize = MAX_RANK - 2;

/// Modules of a dtype: through shared memory, in lanes, with a vector.
fn modules(dtype: DType) -> Option<[Id; 3]> {
    Some(match dtype {
        DType::F64 => [Id::matmul_f64, Id::matmul_lanes_f64_bound, Id::matvec_f64],
        DType::F32 => [Id::matmul_f32, Id::matmul_lanes_f32_bound, Id::matvec_f32],
        DType::F16 => [Id::matmul_f16, Id::matmul_lanes_f16_bound, Id::matvec_f16],
        DType::Bf16 => [Id::matmul_bf16, Id::matmul_lanes_bf16_bound, Id::matvec_bf16],
        DType::I64 => [Id::matmul_i64, Id::matmul_lanes_i64_bound, Id::matvec_i64],
        DType::I32 => [Id::matmul_i32, Id::matmul_lanes_i32_bound, Id::matvec_i32],
        DType::U8 => [Id::matmul_u8, Id::matmul_lanes_u8_bound, Id::matvec_u8],
        DType::Bool => return None,
    })
}

/// Which module multiplies this dtype, or why none does.
pub fn module(alpha: f64, dtype: DType) -> std::result::Result<Id, &'static str> {
    match modules(dtype) {
        _ if !dtype.is_float() && alpha != 1.0 => Err("no kernel for a factor on an integer product"),
        Some([module, ..]) => Ok(module),
        None => Err("no product of bools"),
    }
}

/// Where c, a and b lie: in storage buffers where the kernels for this device want them and they fit, otherwise by address.
fn places(traits: &Traits, most: u64, operands: &[&Operand; 3]) -> Result<([Place; 3], Option<[Binding; 4]>)> {
    // An empty inner dimension leaves nothing to read, but kernels look somewhere.
    let readable = operands.map(|operand| if operand.layout.numel() > 0 { operand } else { operands[0] });
    if traits.lanes > 0
        && let [Some(c), Some(a), Some(b)] = readable.map(|operand| Place::of_bound(operand, most))
    {
        return Ok(([c.0, a.0, b.0], Some([c.1, a.1, b.1, c.1])));
    }
    let mut places = [Place { address: 0, start: 0 }; 3];
    for (place, operand) in places.iter_mut().zip(readable) {
        let Place { address, start } = Place::of(operand, "matmul")?;
        // Fours begin at multiples of four elements in memory, and blocks at more than that.
        let size = operand.dtype.size() as u64;
        let before = address / size % 4;
        *place = Place { address: address - before * size, start: start + before as i64 };
    }
    Ok((places, None))
}

/// What a product is besides its operands.
#[derive(Clone, Copy)]
pub struct Form {
    pub alpha: f64,
    /// How many dimensions are the rows, how many are summed over, how many are the columns.
    pub counts: [u8; 3],
    /// To what c holds.
    pub adds: bool,
}

/// A batch of matrices, multiplied.
pub const MATRICES: Form = Form { alpha: 1.0, counts: [1; 3], adds: false };

/// Plans c = alpha a b: one dispatch, and more that add to it where the sums are long. Halves round after each.
pub fn plan(plan: &mut Plan, form: Form, sources: &[Operand], c: &Operand) -> Result<()> {
    let Form { alpha, counts, adds } = form;
    let [a, b] = sources else { fail!(Internal, "matmul of {} operands", sources.len()) };
    let modules = match (module(alpha, c.dtype), modules(c.dtype)) {
        (Ok(_), Some(modules)) => modules,
        (why, _) => fail!(Unsupported, "matmul: {}", why.err().unwrap_or_default()),
    };
    let all = [c, a, b];
    let [rows, inner, columns] = counts.map(usize::from);
    let before = c.layout.rank() - rows - columns;
    let part = |operand: &Operand, from: usize, count: usize| {
        let (dims, strides) = (operand.layout.dims(), operand.layout.strides());
        Layout::from_parts(&dims[from..from + count], &strides[from..from + count], 0)
    };
    let axis = |first: &Operand, from: usize, second: &Operand, at: usize, count: usize| {
        Axis::new(&part(first, from, count)?, &part(second, at, count)?)
    };
    let mut batches = [Layout::scalar(); 3];
    for (batch, operand) in batches.iter_mut().zip(all) {
        *batch = part(operand, 0, before)?;
    }
    let traits = plan.products;
    let (places, mut bindings) = places(&traits, plan.most, &all)?;
    let mut problem = Problem {
        rows: axis(c, before, a, before, rows)?,
        columns: axis(c, before + rows, b, before + inner, columns)?,
        inner: axis(a, before + rows, b, before, inner)?,
        places,
        batch: Joint::<3>::new(&[&batches[0], &batches[1], &batches[2]]),
    };
    let [m, n] = [problem.rows.count, problem.columns.count];
    // Few columns are few rows of the product turned over; a row alone is a vector, which stands on the right.
    let few = n < m && n > 1 && n <= i64::from(traits.lanes);
    if m == 1 || few {
        problem = problem.turned();
        bindings = bindings.map(|[c, a, b, rest]| [c, b, a, rest]);
    }
    let [m, n, k] = [&problem.rows, &problem.columns, &problem.inner].map(|axis| axis.count);
    let (places, batch) = (problem.places, &problem.batch);
    let choice = choose(&traits, bindings.is_some(), &problem, c.dtype, modules);
    let counted = |count: i64| count < i64::from(i32::MAX);
    if ![choice.tiles, m, n, k].into_iter().all(counted) {
        fail!(Unsupported, "matmul: {m} by {k} by {n} over a batch of {} on a vulkan device", batch.numel());
    }

    let mut table = Words::<TABLE_WORDS>::new();
    for values in [&batch.dims, &batch.strides[0], &batch.strides[1], &batch.strides[2]] {
        values[..MOST_BATCH].iter().for_each(|value| {
            table.i64(*value);
        });
    }
    let axes = [&problem.rows, &problem.columns, &problem.inner];
    if axes.iter().any(|axis| axis.step.contains(&None)) {
        axes.iter().for_each(|axis| axis.describe(&mut table));
    }
    // Of c, a and b, by rows of their matrices and by columns; what is not one step is in the table.
    let [[c_row, a_row], [c_column, b_column], [a_inner, b_inner]] =
        axes.map(|axis| axis.step.map(|step| step.unwrap_or(0)));
    for first in (0..k.max(1)).step_by(choice.most as usize) {
        let mut push = Words::<32>::new();
        places.iter().for_each(|place| {
            push.u64(place.address);
        });
        let table_at = push.len();
        push.u64(0).i64(m).i64(n).i64(k.min(first + choice.most)).i64(batch.numel()).i64(batch.rank as i64);
        places.iter().for_each(|place| {
            push.i64(place.start);
        });
        for step in [c_row, a_row, b_inner, c_column, a_inner, b_column] {
            push.i64(step);
        }
        push.pair(computed_bits(Scalar::Float(alpha), c.dtype)).i64(first);
        let [one, two, three, four, five] = choice.constants;
        let key = Key { module: choice.module, constants: [u32::from(adds || first > 0), one, two, three, four, five] };
        let table = Some((&table, table_at));
        plan.push_in_turn(Dispatch { key, push: &mut push, table, bindings, groups: groups(choice.tiles, 1) });
    }
    Ok(())
}
