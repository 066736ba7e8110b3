//! Matrix products over a batch, all operands strided: which kernel, with which tiles, and its dispatches.
#![forbid(unsafe_code)]

use super::kernel::Key;
use super::plan::{Binding, Dispatch, MOST_TURNS, Operand, Place, Plan, TABLE_WORDS, Words, computed_bits, groups};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Layout, Result, Scalar, fail};
use shaders::Id;

/// Products of one sum that one dispatch adds up; a multiple of four. Where a driver unrolls nothing, matmul.comp makes a turn for each.
const MOST_PRODUCTS: i64 = MOST_TURNS;
/// Fewer products in all are not worth a pipeline for the way their operands lie: all of them have one that reads element by element.
const MANY_PRODUCTS: i64 = 1 << 17;
/// Invocations that make products with a vector on a GPU.
const VECTOR_THREADS: u32 = 256;

/// What of a device decides how products are made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traits {
    /// Lanes of a subgroup on a device that is a CPU and can hand numbers from one to all; 0 on others.
    pub lanes: u32,
    /// Memory that a workgroup shares.
    pub shared_bytes: u32,
    /// Workgroups that keep a device busy.
    pub enough: i64,
}

/// A square tile of c through shared memory: its side, and that of the block in an invocation's registers.
struct Tile {
    side: u32,
    block: u32,
}
/// By falling size; the first that leaves enough of them is taken.
const TILES: [Tile; 3] = [Tile { side: 128, block: 8 }, Tile { side: 64, block: 8 }, Tile { side: 32, block: 4 }];

/// A tile of c in the registers of a subgroup: rows in lanes, and columns in fours of lanes.
struct Lanes {
    rows: u32,
    side: u32,
}
/// The first that holds all rows of c is taken, or the last.
const LANES: [Lanes; 2] = [Lanes { rows: 1, side: 4 }, Lanes { rows: 4, side: 1 }];

/// The bits of LOADS in matmul.glsl.
const A_ALONG_K: u32 = 1;
const A_FOURS: u32 = 2;
const B_ALONG_K: u32 = 4;
const B_FOURS: u32 = 8;
const C_FOURS: u32 = 16;
const B_ACROSS: u32 = 32;

/// Modules of a dtype: through shared memory, in lanes, with a vector.
fn modules(dtype: DType) -> Option<[Id; 3]> {
    Some(match dtype {
        DType::F64 => [Id::matmul_f64, Id::matmul_lanes_f64, Id::matvec_f64],
        DType::F32 => [Id::matmul_f32, Id::matmul_lanes_f32, Id::matvec_f32],
        DType::F16 => [Id::matmul_f16, Id::matmul_lanes_f16, Id::matvec_f16],
        DType::Bf16 => [Id::matmul_bf16, Id::matmul_lanes_bf16, Id::matvec_bf16],
        DType::I64 => [Id::matmul_i64, Id::matmul_lanes_i64, Id::matvec_i64],
        DType::I32 => [Id::matmul_i32, Id::matmul_lanes_i32, Id::matvec_i32],
        DType::U8 => [Id::matmul_u8, Id::matmul_lanes_u8, Id::matvec_u8],
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

/// c, a and b as kernels find them.
struct Problem {
    m: i64,
    n: i64,
    k: i64,
    places: [Place; 3],
    row_steps: [i64; 3],
    column_steps: [i64; 3],
    batch: Joint<3>,
}

impl Problem {
    /// The same product with rows and columns exchanged.
    fn turned(self) -> Problem {
        let turn = |[c, a, b]: [i64; 3]| [c, b, a];
        let mut batch = self.batch;
        batch.strides.swap(1, 2);
        let [c, a, b] = self.places;
        Problem {
            m: self.n,
            n: self.m,
            k: self.k,
            places: [c, b, a],
            row_steps: turn(self.column_steps),
            column_steps: turn(self.row_steps),
            batch,
        }
    }

    /// Whether an operand can be read in fours along a dimension of so many elements and step 1, the other dimension's step being given.
    fn fours(&self, i: usize, count: i64, step: i64, other: i64) -> bool {
        let whole = |v: i64| v % 4 == 0;
        let batch = self.batch.strides[i][..self.batch.rank].iter().all(|stride| whole(*stride));
        step == 1 && count > 0 && whole(count) && whole(other) && whole(self.places[i].start) && batch
    }

    /// The bits of LOADS: which way a and b lie, and what goes in fours.
    fn loads(&self) -> u32 {
        let [rows, columns] = [self.row_steps, self.column_steps];
        let a_along = columns[1].abs() <= rows[1].abs() && self.k > 1 || self.m == 1;
        let b_along = rows[2].abs() < columns[2].abs() && self.k > 1;
        let a = if a_along {
            self.fours(1, self.k, columns[1], rows[1])
        } else {
            self.fours(1, self.m, rows[1], columns[1]) && self.k > 0
        };
        let b = if b_along || self.n == 1 {
            self.fours(2, self.k, rows[2], if self.n == 1 { 0 } else { columns[2] })
        } else {
            self.fours(2, self.n, columns[2], rows[2]) && self.k > 0
        };
        let c =
            if self.n == 1 { self.fours(0, self.m, rows[0], 0) } else { self.fours(0, self.n, columns[0], rows[0]) };
        let bit = |on: bool, bit: u32| if on { bit } else { 0 };
        bit(a_along, A_ALONG_K) | bit(a, A_FOURS) | bit(b_along, B_ALONG_K) | bit(b, B_FOURS) | bit(c, C_FOURS)
    }

    fn tiles(&self, rows: u32, columns: u32) -> i64 {
        let over = |size: i64, tile: u32| (size as u64).div_ceil(u64::from(tile)) as i64;
        over(self.m, rows).saturating_mul(over(self.n, columns)).saturating_mul(self.batch.numel())
    }
}

/// A kernel, its constants after the first, and its workgroups.
struct Choice {
    module: Id,
    constants: [u32; 5],
    tiles: i64,
    /// Products of one sum that a dispatch adds up.
    most: i64,
}

/// The kernel for a product; vectors stand on the right.
fn choose(traits: &Traits, bound: bool, problem: &Problem, dtype: DType, modules: [Id; 3]) -> Choice {
    let [shared, lanes, vector] = modules;
    let sizes = [problem.m, problem.n, problem.k, problem.batch.numel()];
    let little = sizes.iter().fold(1, |all: i64, size| all.saturating_mul(*size)) < MANY_PRODUCTS;
    let loads = problem.loads() & if little { A_ALONG_K | B_ALONG_K } else { u32::MAX };
    if problem.n == 1 {
        let along = loads & A_ALONG_K != 0;
        let busy = traits.lanes > 0 && bound;
        let threads = if busy { traits.lanes } else { VECTOR_THREADS };
        // Turns of four along k for one invocation alone; shared by more invocations while each has some.
        let turns = (problem.k as u64).div_ceil(4) as u32;
        let most = match (busy, along) {
            (true, false) => 1,
            (true, true) => threads,
            (false, _) if problem.m <= 4 => threads,
            (false, _) => 32,
        };
        let slices = if turns / 4 >= most { most } else { 1 };
        let tiles = problem.tiles(4 * threads / slices, 1);
        let module = if bound { vector.bound().unwrap_or(vector) } else { vector };
        return Choice { module, constants: [threads, slices, loads, 0, 0], tiles, most: MOST_PRODUCTS };
    }
    if traits.lanes > 0 && bound {
        let fits = |row: &&Lanes| problem.m <= i64::from(row.rows * traits.lanes);
        let row = LANES.iter().find(fits).unwrap_or(&LANES[LANES.len() - 1]);
        // Fours of rows need four of them.
        let across = loads & (A_FOURS | A_ALONG_K) == A_FOURS;
        let mut loads = if across && row.rows % 4 != 0 { loads & !A_FOURS } else { loads };
        if loads & (B_FOURS | B_ALONG_K) == B_FOURS {
            loads |= B_ACROSS;
        }
        if little {
            loads = 0;
        }
        // For four steps of k one turn, and one for each row or column that goes one by one.
        let singly = |bit: u32, count: u32| if loads & bit == 0 { i64::from(count) } else { 0 };
        let turns = 1 + singly(A_FOURS, row.rows) + singly(B_FOURS, 4 * row.side);
        let most = (MOST_TURNS / turns * 4).min(MOST_PRODUCTS);
        let tiles = problem.tiles(row.rows * traits.lanes, 4 * row.side * traits.lanes);
        let ragged = u32::from(little || problem.k % 4 != 0);
        let constants = [traits.lanes, row.rows, row.side, loads, ragged];
        return Choice { module: lanes, constants, tiles, most };
    }
    let computed = (dtype.size() as u32).max(4);
    let room = |tile: &Tile, depth: u32| 2 * depth * (tile.side + 4) * computed <= traits.shared_bytes.min(32 << 10);
    let fits = |tile: &&Tile| problem.tiles(tile.side, tile.side) >= traits.enough && room(tile, 8);
    let tile = TILES.iter().find(fits).unwrap_or(&TILES[TILES.len() - 1]);
    let depth = if room(tile, 16) { 16 } else { 8 };
    let threads = (tile.side / tile.block).pow(2);
    let tiles = problem.tiles(tile.side, tile.side);
    let constants = [threads, tile.side, tile.side, tile.block, loads | depth << 8];
    Choice { module: shared, constants, tiles, most: MOST_PRODUCTS }
}

/// Where c, a and b lie: in storage buffers where the kernels for this device want them and they fit, otherwise by address.
fn places(traits: &Traits, most: u64, operands: &[&Operand; 3]) -> Result<([Place; 3], Option<[Binding; 4]>)> {
    // An empty inner dimension leaves nothing to read, but kernels look somewhere.
    let readable = operands.map(|operand| if operand.layout.numel() > 0 { operand } else { operands[0] });
    let [Some(c), Some(a), Some(b)] = readable.map(|operand| Place::of_bound(operand, most)) else {
        return by_address(&readable);
    };
    if traits.lanes == 0 {
        return by_address(&readable);
    }
    Ok(([c.0, a.0, b.0], Some([c.1, a.1, b.1, c.1])))
}

fn by_address(operands: &[&Operand; 3]) -> Result<([Place; 3], Option<[Binding; 4]>)> {
    let mut places = [Place { address: 0, start: 0 }; 3];
    for (place, operand) in places.iter_mut().zip(operands) {
        let Place { address, start } = Place::of(operand, "matmul")?;
        // Fours begin at multiples of four elements in memory, and blocks at more than that.
        let size = operand.dtype.size() as u64;
        let before = address / size % 4;
        *place = Place { address: address - before * size, start: start + before as i64 };
    }
    Ok((places, None))
}

/// Plans c = alpha a b: one dispatch, and more that add to it where the sums are long. Halves round after each.
pub fn plan(plan: &mut Plan, alpha: f64, sources: &[Operand], c: &Operand) -> Result<()> {
    let [a, b] = sources else { fail!(Internal, "matmul of {} operands", sources.len()) };
    let modules = match (module(alpha, c.dtype), modules(c.dtype)) {
        (Ok(_), Some(modules)) => modules,
        (why, _) => fail!(Unsupported, "matmul: {}", why.err().unwrap_or_default()),
    };
    let all = [c, a, b];
    let batch_rank = c.layout.rank() - 2;
    let mut batches = [Layout::scalar(); 3];
    for (batch, operand) in batches.iter_mut().zip(all) {
        let (dims, strides) = (operand.layout.dims(), operand.layout.strides());
        *batch = Layout::from_parts(&dims[..batch_rank], &strides[..batch_rank], 0)?;
    }
    let traits = plan.products;
    let (places, bindings) = places(&traits, plan.most, &all)?;
    let mut problem = Problem {
        m: c.layout.dims()[batch_rank],
        n: c.layout.dims()[batch_rank + 1],
        k: a.layout.dims()[batch_rank + 1],
        places,
        row_steps: all.map(|operand| operand.layout.strides()[batch_rank]),
        column_steps: all.map(|operand| operand.layout.strides()[batch_rank + 1]),
        batch: Joint::<3>::new(&[&batches[0], &batches[1], &batches[2]]),
    };
    // Few columns are few rows of the product turned over; a row alone is a vector, which stands on the right.
    let few = problem.n < problem.m && problem.n > 1 && problem.n <= i64::from(traits.lanes);
    let turned = problem.m == 1 || few;
    let mut bindings = bindings;
    if turned {
        problem = problem.turned();
        bindings = bindings.map(|[c, a, b, rest]| [c, b, a, rest]);
    }
    let Problem { m, n, k, places, .. } = problem;
    let batch = &problem.batch;
    let choice = choose(&traits, bindings.is_some(), &problem, c.dtype, modules);
    if choice.tiles >= i64::from(i32::MAX) || k >= i64::from(i32::MAX) {
        fail!(Unsupported, "matmul: {m} by {k} by {n} over a batch of {} on a vulkan device", batch.numel());
    }

    let mut table = Words::<TABLE_WORDS>::new();
    for values in [&batch.dims, &batch.strides[0], &batch.strides[1], &batch.strides[2]] {
        values.iter().for_each(|value| {
            table.i64(*value);
        });
    }
    let (a_step, b_step) = (problem.column_steps[1], problem.row_steps[2]);
    for first in (0..k.max(1)).step_by(choice.most as usize) {
        let mut push = Words::<32>::new();
        places.iter().for_each(|place| {
            push.u64(place.address);
        });
        let table_at = push.len();
        push.u64(0).i64(m).i64(n).i64((k - first).min(choice.most)).i64(batch.numel()).i64(batch.rank as i64);
        push.i64(places[0].start).i64(places[1].start + first * a_step).i64(places[2].start + first * b_step);
        for steps in [problem.row_steps, problem.column_steps] {
            steps.iter().for_each(|step| {
                push.i64(*step);
            });
        }
        push.pair(computed_bits(Scalar::Float(alpha), c.dtype));
        let [one, two, three, four, five] = choice.constants;
        let key = Key { module: choice.module, constants: [u32::from(first > 0), one, two, three, four, five] };
        let table = Some((&table, table_at));
        plan.push_in_turn(Dispatch { key, push: &mut push, table, bindings, groups: groups(choice.tiles, 1) });
    }
    Ok(())
}
