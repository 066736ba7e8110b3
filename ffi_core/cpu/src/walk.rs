//! The order in which a map visits its elements: dimensions sorted and merged for the destination, cut into blocks.
#![forbid(unsafe_code)]

use crate::nest::Nest;
use crate::operand::{Source, offset_of};
use ffi_backend::layout::Joint;
use ffi_backend::program::MAX_INPUTS;
use ffi_backend::{Layout, MAX_RANK, Result};

/// Rows shorter than this are put together in one block.
const LONG_ROW: usize = 256;
/// A tile of a transposed operand: as many rows as elements of four bytes fill a cache line.
const TILE_ROWS: usize = 16;
const TILE_COLUMNS: usize = 64;
/// Elements of a tile, which is one block.
pub const TILE: usize = TILE_ROWS * TILE_COLUMNS;

/// Operand 0 is the destination, the sources follow.
pub enum Walk {
    /// Every operand lies end to end: where each starts, and how many elements there are.
    Flat([i64; MAX_INPUTS + 1], [i64; 1]),
    /// All else.
    Nested(Box<Nested>),
}

/// A walk over nested dimensions.
pub struct Nested {
    joint: Joint<{ MAX_INPUTS + 1 }>,
    /// Length of the innermost dimension.
    row: usize,
    /// Per operand: its elements lie end to end in the walk's order.
    end_to_end: [bool; MAX_INPUTS + 1],
    /// The two innermost dimensions are those of a tile.
    tiled: bool,
}

impl Walk {
    /// The order for these operands, whose dims are equal. Mostly one walk; tiles leave edges, which are walks of their own.
    #[inline]
    pub fn for_each(destination: &Layout, sources: &[Source], mut body: impl FnMut(&Walk)) -> Result<()> {
        if destination.is_contiguous() && sources.iter().all(|source| source.layout.is_contiguous()) {
            let mut offsets = [0; MAX_INPUTS + 1];
            offsets[0] = destination.offset();
            for (to, source) in offsets[1..].iter_mut().zip(sources) {
                *to = source.layout.offset();
            }
            body(&Walk::Flat(offsets, [destination.numel()]));
            return Ok(());
        }
        let joint = joint(destination, sources)?;
        let operands = sources.len() + 1;
        let Some(axis) = transposed(&joint, operands) else {
            body(&Nested::walk(joint, operands, false));
            return Ok(());
        };
        // The whole tiles, then the columns and the rows that are left of them.
        let last = joint.rank - 1;
        let whole = |dim: i64, tile: usize| dim - dim % tile as i64;
        let (rows, columns) = (whole(joint.dims[axis], TILE_ROWS), whole(joint.dims[last], TILE_COLUMNS));
        let right = joint.part(last, columns, joint.dims[last] - columns);
        let left = joint.part(last, 0, columns);
        let below = left.part(axis, rows, joint.dims[axis] - rows);
        body(&Nested::walk(tiles(left.part(axis, 0, rows), axis), operands, true));
        for edge in [right, below] {
            if edge.numel() > 0 {
                body(&Nested::walk(edge, operands, false));
            }
        }
        Ok(())
    }

    /// How many elements.
    pub fn numel(&self) -> usize {
        match self {
            Walk::Flat(_, [count]) => *count as usize,
            Walk::Nested(nested) => nested.joint.numel() as usize,
        }
    }

    /// Whether blocks are to be of `TILE` elements.
    pub fn is_tiled(&self) -> bool {
        matches!(self, Walk::Nested(nested) if nested.tiled)
    }

    /// How many of the `most` elements from number `at` on make one block: a long row is not left.
    #[inline]
    pub fn block(&self, at: usize, most: usize) -> usize {
        match self {
            Walk::Nested(n) if n.joint.rank > 1 && n.row >= LONG_ROW => most.min(n.row - at % n.row),
            _ => most,
        }
    }

    /// Where a block of an operand starts if it lies end to end in memory.
    #[inline]
    pub fn run(&self, operand: usize, at: usize, count: usize) -> Option<i64> {
        match self {
            Walk::Flat(offsets, _) => Some(offsets[operand] + at as i64),
            Walk::Nested(nested) => nested.run(operand, at, count),
        }
    }

    /// Copies a block of a source to `out`.
    pub fn gather(&self, operand: usize, at: usize, source: &Source, out: &mut [u8]) {
        let size = source.dtype.size();
        let count = out.len() / size;
        if let Walk::Nested(nested) = self
            && nested.tiled
            && count == TILE
            && nested.joint.strides[operand][nested.joint.rank - 2] == 1
        {
            let (from, stride) = (nested.locate(operand, at), nested.inner_stride(operand));
            return source.gather_tile(from, stride, TILE_ROWS, TILE_COLUMNS, out);
        }
        match self.run(operand, at, count) {
            Some(at) => source.gather(at, 1, out),
            None => self.nest(operand).gather(at, source, out),
        }
    }

    /// Where the elements of an operand lie.
    pub fn nest(&self, operand: usize) -> Nest<'_> {
        match self {
            Walk::Flat(offsets, count) => Nest { offset: offsets[operand], dims: count, strides: &[1] },
            Walk::Nested(nested) => {
                let (joint, rank) = (&nested.joint, nested.joint.rank);
                let strides = &joint.strides[operand][..rank];
                Nest { offset: joint.offsets[operand], dims: &joint.dims[..rank], strides }
            }
        }
    }
}

impl Nested {
    fn walk(joint: Joint<{ MAX_INPUTS + 1 }>, operands: usize, tiled: bool) -> Walk {
        let row = joint.dims[joint.rank.max(1) - 1] as usize;
        let mut end_to_end = [false; MAX_INPUTS + 1];
        for (i, end_to_end) in end_to_end.iter_mut().enumerate().take(operands) {
            let mut expected = 1;
            *end_to_end = (0..joint.rank).rev().all(|d| {
                let fits = joint.strides[i][d] == expected;
                expected *= joint.dims[d];
                fits
            });
        }
        Walk::Nested(Box::new(Nested { joint, row, end_to_end, tiled }))
    }

    fn inner_stride(&self, operand: usize) -> i64 {
        self.joint.strides[operand][self.joint.rank.max(1) - 1]
    }

    /// Where element number `at` of an operand lies, in elements of its buffer.
    fn locate(&self, operand: usize, at: usize) -> i64 {
        let rank = self.joint.rank;
        self.joint.offsets[operand]
            + offset_of(at as i64, &self.joint.dims[..rank], &self.joint.strides[operand][..rank])
    }

    #[inline]
    fn run(&self, operand: usize, at: usize, count: usize) -> Option<i64> {
        if self.end_to_end[operand] {
            return Some(self.joint.offsets[operand] + at as i64);
        }
        let within = self.joint.rank == 0 || at % self.row + count <= self.row;
        (within && (self.inner_stride(operand) == 1 || count == 1)).then(|| self.locate(operand, at))
    }
}

/// Dimensions sorted for the destination and merged.
pub fn joint(destination: &Layout, sources: &[Source]) -> Result<Joint<{ MAX_INPUTS + 1 }>> {
    let mut layouts = [Layout::scalar(); MAX_INPUTS + 1];
    layouts[0] = *destination;
    for (to, source) in layouts[1..].iter_mut().zip(sources) {
        *to = *source.layout;
    }
    let layouts = &mut layouts[..=sources.len()];
    sort(layouts)?;
    let mut refs = [&layouts[0]; MAX_INPUTS + 1];
    for (to, layout) in refs.iter_mut().zip(layouts.iter()) {
        *to = layout;
    }
    Ok(Joint::new(&refs[..layouts.len()]))
}

/// Dimensions by falling stride of the destination, walked forwards there: what lies end to end is then innermost.
fn sort(layouts: &mut [Layout]) -> Result<()> {
    let rank = layouts[0].rank();
    for axis in 0..rank {
        if layouts[0].strides()[axis] < 0 {
            for layout in layouts.iter_mut() {
                let dim = layout.dims()[axis];
                *layout = layout.slice(axis, dim - 1, dim, -1)?;
            }
        }
    }
    let mut order: [usize; MAX_RANK] = std::array::from_fn(|i| i);
    let strides = layouts[0];
    order[..rank].sort_by_key(|&axis| std::cmp::Reverse(strides.strides()[axis]));
    for layout in layouts.iter_mut() {
        *layout = layout.permute(&order[..rank])?;
    }
    Ok(())
}

/// The dimension along which some source lies end to end while the innermost one makes it jump.
fn transposed(joint: &Joint<{ MAX_INPUTS + 1 }>, operands: usize) -> Option<usize> {
    let last = joint.rank.checked_sub(1)?;
    if joint.rank + 2 > MAX_RANK || joint.dims[last] < TILE_COLUMNS as i64 {
        return None;
    }
    joint.strides[1..operands]
        .iter()
        .filter(|strides| strides[last].abs() > 1)
        .find_map(|strides| (0..last).find(|&axis| strides[axis] == 1 && joint.dims[axis] >= TILE_ROWS as i64))
}

/// A dimension and the innermost one cut into tiles, whose rows and columns become the two innermost dimensions.
fn tiles<const N: usize>(joint: Joint<N>, axis: usize) -> Joint<N> {
    let last = joint.rank - 1;
    let mut tiled = joint;
    tiled.rank += 2;
    let (rows, columns) = (TILE_ROWS as i64, TILE_COLUMNS as i64);
    tiled.dims[axis] /= rows;
    tiled.dims[last] /= columns;
    (tiled.dims[last + 1], tiled.dims[last + 2]) = (rows, columns);
    for (to, from) in tiled.strides.iter_mut().zip(&joint.strides) {
        to[axis] *= rows;
        to[last] *= columns;
        (to[last + 1], to[last + 2]) = (from[axis], from[last]);
    }
    tiled
}
