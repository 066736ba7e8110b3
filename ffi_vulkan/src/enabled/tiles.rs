//! Which kernel makes a matrix product, with which tiles: by device, shape, and how the operands lie.
#![forbid(unsafe_code)]

use super::axis::Axis;
use super::plan::{MOST_TURNS, Place};
use ffi_backend::DType;
use ffi_backend::layout::Joint;
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

/// Those of axes.glsl: operands that have several dimensions there.
const C_ROWS: u32 = 64;
const C_COLUMNS: u32 = 128;
const A_ROWS: u32 = 256;
const A_INNER: u32 = 512;
const B_INNER: u32 = 1024;
const B_COLUMNS: u32 = 2048;

/// c, a and b as kernels find them. An axis has its two operands in the order of c, a, b.
pub struct Problem {
    pub rows: Axis,
    pub columns: Axis,
    /// What is summed over.
    pub inner: Axis,
    pub places: [Place; 3],
    pub batch: Joint<3>,
}

impl Problem {
    /// The same product with rows and columns exchanged.
    pub fn turned(self) -> Problem {
        let Problem { rows, columns, inner, places: [c, a, b], mut batch } = self;
        batch.strides.swap(1, 2);
        Problem { rows: columns, columns: rows, inner: inner.turned(), places: [c, b, a], batch }
    }

    /// Whether an operand can be read in fours along an axis, where the other one only says which of them.
    fn fours(&self, operand: usize, (along, i): (&Axis, usize), (other, j): (&Axis, usize)) -> bool {
        let whole = |v: i64| v % 4 == 0;
        let batch = self.batch.strides[operand][..self.batch.rank].iter().all(|stride| whole(*stride));
        let any = along.count > 0 && self.inner.count > 0;
        any && along.in_fours(i) && other.steps(j).all(whole) && whole(self.places[operand].start) && batch
    }

    /// The bits of LOADS: which way a and b lie, what goes in fours, and where an operand has several dimensions.
    fn loads(&self) -> u32 {
        let Problem { rows, columns, inner, .. } = self;
        let vector = columns.count == 1;
        let a_along = inner.nearest(0) <= rows.nearest(1);
        let b_along = vector || inner.nearest(1) < columns.nearest(1);
        let (a_inner, b_inner, a_rows, b_columns) = ((inner, 0), (inner, 1), (rows, 1), (columns, 1));
        let a = if a_along { self.fours(1, a_inner, a_rows) } else { self.fours(1, a_rows, a_inner) };
        let b = if b_along { self.fours(2, b_inner, b_columns) } else { self.fours(2, b_columns, b_inner) };
        let (c_rows, c_columns) = ((rows, 0), (columns, 0));
        let c = if vector { self.fours(0, c_rows, c_columns) } else { self.fours(0, c_columns, c_rows) };
        let ways = [(a_along, A_ALONG_K), (a, A_FOURS), (b_along, B_ALONG_K), (b, B_FOURS), (c, C_FOURS)];
        ways.iter().filter(|(on, _)| *on).map(|(_, bit)| bit).sum::<u32>() | self.several()
    }

    /// The bits of axes.glsl.
    fn several(&self) -> u32 {
        let steps = [&self.rows, &self.columns, &self.inner].into_iter().flat_map(|axis| axis.step);
        let bits = [C_ROWS, A_ROWS, C_COLUMNS, B_COLUMNS, A_INNER, B_INNER];
        steps.zip(bits).filter(|(step, _)| step.is_none()).map(|(_, bit)| bit).sum()
    }

    fn tiles(&self, rows: u32, columns: u32) -> i64 {
        let over = |size: i64, tile: u32| (size as u64).div_ceil(u64::from(tile)) as i64;
        over(self.rows.count, rows).saturating_mul(over(self.columns.count, columns)).saturating_mul(self.batch.numel())
    }
}

/// A kernel, its constants after the first, and its workgroups.
pub struct Choice {
    pub module: Id,
    pub constants: [u32; 5],
    pub tiles: i64,
    /// Products of one sum that a dispatch adds up.
    pub most: i64,
}

/// The kernel for a product; vectors stand on the right. `bound`: its operands are storage buffers.
pub fn choose(traits: &Traits, bound: bool, problem: &Problem, dtype: DType, modules: [Id; 3]) -> Choice {
    let [shared, lanes, vector] = modules;
    let sizes = [problem.rows.count, problem.columns.count, problem.inner.count, problem.batch.numel()];
    let little = sizes.iter().fold(1, |all: i64, size| all.saturating_mul(*size)) < MANY_PRODUCTS;
    let several = problem.several();
    let loads = if little { problem.loads() & (A_ALONG_K | B_ALONG_K | several) } else { problem.loads() };
    match (problem.columns.count, bound) {
        (1, true) => with_vector(vector.bound().unwrap_or(vector), traits.lanes, problem, loads),
        (1, false) => with_vector(vector, 0, problem, loads),
        (_, true) => in_lanes(lanes, traits.lanes, problem, if little { several } else { loads }),
        (_, false) => in_tiles(shared, traits, problem, loads, dtype),
    }
}

/// By matvec.comp; on a CPU where there are lanes.
fn with_vector(module: Id, lanes: u32, problem: &Problem, loads: u32) -> Choice {
    let threads = if lanes > 0 { lanes } else { VECTOR_THREADS };
    // Across k neighbours have neighbouring outputs, and a CPU needs no more invocations than those.
    let most = match (lanes > 0, loads & A_ALONG_K != 0) {
        (true, false) => 1,
        (true, true) => threads,
        (false, _) if problem.rows.count <= 4 => threads,
        (false, _) => 32,
    };
    // Each has four turns of four at least.
    let slices = if problem.inner.count / 16 >= i64::from(most) { most } else { 1 };
    let tiles = problem.tiles(4 * threads / slices, 1);
    Choice { module, constants: [threads, slices, loads, 0, 0], tiles, most: MOST_PRODUCTS }
}

/// By matmul_lanes.comp.
fn in_lanes(module: Id, lanes: u32, problem: &Problem, mut loads: u32) -> Choice {
    let fits = |row: &&Lanes| problem.rows.count <= i64::from(row.rows * lanes);
    let row = LANES.iter().find(fits).unwrap_or(&LANES[LANES.len() - 1]);
    // Fours of rows need four of them.
    if loads & (A_FOURS | A_ALONG_K) == A_FOURS && row.rows % 4 != 0 {
        loads &= !A_FOURS;
    }
    if loads & (B_FOURS | B_ALONG_K) == B_FOURS {
        loads |= B_ACROSS;
    }
    // What reads element by element looks where k ends; so does what reads across it.
    let ragged = u32::from(loads & A_FOURS == 0 || loads & B_FOURS == 0 || problem.inner.count % 4 != 0);
    // For four steps of k one turn, and one for each row or column that goes one by one.
    let singly = |bit: u32, count: u32| if loads & bit == 0 { i64::from(count) } else { 0 };
    let turns = 1 + singly(A_FOURS, row.rows) + singly(B_FOURS, 4 * row.side);
    Choice {
        module,
        constants: [lanes, row.rows, row.side, loads, ragged],
        tiles: problem.tiles(row.rows * lanes, 4 * row.side * lanes),
        most: (MOST_TURNS / turns * 4).min(MOST_PRODUCTS),
    }
}

/// By matmul.comp.
fn in_tiles(module: Id, traits: &Traits, problem: &Problem, loads: u32, dtype: DType) -> Choice {
    // Halves and bytes are computed in 32 bits.
    let computed = (dtype.size() as u32).max(4);
    let room = |tile: &Tile, depth: u32| 2 * depth * (tile.side + 4) * computed <= traits.shared_bytes;
    let fits = |tile: &&Tile| problem.tiles(tile.side, tile.side) >= traits.enough && room(tile, 8);
    let tile = TILES.iter().find(fits).unwrap_or(&TILES[TILES.len() - 1]);
    let depth = if room(tile, 16) { 16 } else { 8 };
    Choice {
        module,
        constants: [(tile.side / tile.block).pow(2), tile.side, tile.side, tile.block, loads | depth << 16],
        tiles: problem.tiles(tile.side, tile.side),
        most: MOST_PRODUCTS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ffi_backend::Layout;

    fn problem([m, k, n]: [i64; 3], batch: i64) -> Problem {
        let batches = [m * n, m * k, k * n].map(|size| Layout::from_parts(&[batch], &[size], 0).unwrap());
        let axis = |count: i64, steps: [i64; 2]| {
            let [a, b] = steps.map(|step| Layout::from_parts(&[count], &[step], 0).unwrap());
            Axis::new(&a, &b).unwrap()
        };
        Problem {
            rows: axis(m, [n, k]),
            columns: axis(n, [1, 1]),
            inner: axis(k, [1, n]),
            places: [Place { address: 0, start: 0 }; 3],
            batch: Joint::new(&[&batches[0], &batches[1], &batches[2]]),
        }
    }

    #[test]
    fn every_choice_is_within_what_the_device_has() {
        let modules = [Id::matmul_f32, Id::matmul_lanes_f32_bound, Id::matvec_f32];
        let sizes = [1, 3, 8, 33, 64, 1000, 5000];
        for (shared_bytes, lanes) in [(16 << 10, 4), (32 << 10, 8), (32 << 10, 16), (48 << 10, 0)] {
            let traits = Traits { lanes, shared_bytes, enough: 16 };
            for (m, k, n, dtype) in sizes
                .iter()
                .flat_map(|m| sizes.iter().map(move |k| (m, k)))
                .flat_map(|(m, k)| sizes.iter().map(move |n| (*m, *k, *n)))
                .flat_map(|(m, k, n)| [DType::F64, DType::F32, DType::F16].map(|dtype| (m, k, n, dtype)))
            {
                let problem = problem([m, k, n], 2);
                for bound in [lanes > 0, false] {
                    let Choice { module, constants: [threads, one, two, three, four], tiles, most } =
                        choose(&traits, bound, &problem, dtype, modules);
                    let what = format!("{dtype} {m} by {k} by {n}, {module:?}, {traits:?}");
                    assert!((1..=256).contains(&threads) && tiles > 0 && most > 0 && most % 4 == 0, "{what}");
                    let computed = (dtype.size() as u32).max(4);
                    match module {
                        Id::matmul_f32 => {
                            let (depth, loaded) = (four >> 16, (four >> 16) * one / 4);
                            assert!(2 * depth * (one + 4) * computed <= shared_bytes, "{what}");
                            assert!(
                                loaded > 0 && loaded % threads == 0 && one == two,
                                "{what}: every invocation loads"
                            );
                            assert_eq!(threads, (one / three).pow(2), "{what}");
                        }
                        Id::matmul_lanes_f32_bound => {
                            assert!(one * threads * two * threads * 4 * computed <= shared_bytes, "{what}");
                            let singly =
                                u32::from(three & A_FOURS == 0) * one + u32::from(three & B_FOURS == 0) * 4 * two;
                            assert!(most / 4 * i64::from(1 + singly) <= MOST_TURNS, "{what}");
                        }
                        _ => assert!(
                            one.is_power_of_two() && one <= threads && threads * 4 * computed <= 16 << 10,
                            "{what}"
                        ),
                    }
                }
            }
        }
    }

    #[test]
    fn large_products_have_large_tiles_and_go_in_fours() {
        let modules = [Id::matmul_f32, Id::matmul_lanes_f32_bound, Id::matvec_f32];
        let gpu = Traits { lanes: 0, shared_bytes: 48 << 10, enough: 128 };
        let loads = A_ALONG_K | A_FOURS | B_FOURS | C_FOURS;
        let of =
            |traits: &Traits, size| choose(traits, traits.lanes > 0, &problem(size, 1), DType::F32, modules).constants;
        assert_eq!(of(&gpu, [4096; 3]), [256, 128, 128, 8, loads | 16 << 16]);
        assert_eq!(of(&gpu, [1024; 3]), [64, 64, 64, 8, loads | 16 << 16]);
        assert_eq!(of(&gpu, [256, 256, 255]), [64, 32, 32, 4, A_ALONG_K | A_FOURS | 16 << 16]);
        let cpu = Traits { lanes: 8, ..gpu };
        assert_eq!(of(&cpu, [1024; 3]), [8, 4, 1, loads | B_ACROSS, 0]);
        assert_eq!(of(&cpu, [8, 1024, 1024]), [8, 1, 4, loads | B_ACROSS, 0]);
        assert_eq!(of(&cpu, [16; 3]), [8, 4, 1, 0, 1]);
    }
}
