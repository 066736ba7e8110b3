//! Copies whose source lies end to end along another dimension than the destination: squares turned in the first cache, so
//! that every cache line of either side is touched once.

use crate::operand::{Destination, Source, offset_of};
use crate::parallel::{self, CHUNK};
use crate::plain::{Plain, typed, typed_mut};
use crate::walk;
use ffi_backend::Result;

/// The side of a square: a cache line of four-byte elements.
const SIDE: usize = 16;
/// The side of a block of squares: so many rows of either side are walked along at once, few enough for their pages.
const BLOCK: usize = 64;

/// Copies, where the layouts are such and the dtypes equal; says whether it did. The destination is not the source.
pub fn copy(destination: &Destination, source: &Source) -> Result<bool> {
    let joint = walk::joint(destination.layout, std::slice::from_ref(source))?;
    let Some(last) = joint.rank.checked_sub(1) else { return Ok(false) };
    let (to, from) = (&joint.strides[0], &joint.strides[1]);
    let along = (0..last).find(|&axis| from[axis] == 1 && joint.dims[axis] >= SIDE as i64);
    let Some(along) = along.filter(|_| to[last] == 1 && joint.dims[last] >= SIDE as i64) else { return Ok(false) };
    // All dimensions but the two that are turned.
    let (mut dims, mut outer_to, mut outer_from) = (Vec::new(), Vec::new(), Vec::new());
    for axis in (0..last).filter(|axis| *axis != along) {
        dims.push(joint.dims[axis]);
        outer_to.push(to[axis]);
        outer_from.push(from[axis]);
    }
    let sides =
        Sides { rows: joint.dims[along] as usize, columns: joint.dims[last] as usize, to: to[along], from: from[last] };
    let (down, across) = (sides.rows.div_ceil(BLOCK), sides.columns.div_ceil(BLOCK));
    let blocks = dims.iter().product::<i64>() as usize * down * across;
    let per_task = (CHUNK / (BLOCK * BLOCK)).max(1);
    parallel::run(blocks.div_ceil(per_task), |task| {
        for block in task * per_task..blocks.min((task + 1) * per_task) {
            let outer = (block / (down * across)) as i64;
            // Downwards first, the way the source lies.
            let (row, column) = (block % down * BLOCK, block / down % across * BLOCK);
            let at_to = joint.offsets[0] + offset_of(outer, &dims, &outer_to);
            let at_from = joint.offsets[1] + offset_of(outer, &dims, &outer_from);
            match source.dtype.size() {
                1 => sides.turn::<u8>(destination, source, at_to, at_from, row, column),
                2 => sides.turn::<u16>(destination, source, at_to, at_from, row, column),
                4 => sides.turn::<u32>(destination, source, at_to, at_from, row, column),
                _ => sides.turn::<u64>(destination, source, at_to, at_from, row, column),
            }
        }
    });
    Ok(true)
}

/// A matrix whose columns lie end to end in the source, and its rows in the destination.
struct Sides {
    rows: usize,
    columns: usize,
    /// From row to row in the destination.
    to: i64,
    /// From column to column in the source.
    from: i64,
}

impl Sides {
    /// The block that begins at this row and column, square by square.
    fn turn<T: Plain>(&self, to: &Destination, from: &Source, at_to: i64, at_from: i64, row: usize, column: usize) {
        for left in (column..self.columns.min(column + BLOCK)).step_by(SIDE) {
            let width = SIDE.min(self.columns - left);
            for top in (row..self.rows.min(row + BLOCK)).step_by(SIDE) {
                let height = SIDE.min(self.rows - top);
                let mut square = [[T::default(); SIDE]; SIDE];
                for (i, line) in square.iter_mut().enumerate().take(width) {
                    let values = from.run(at_from + top as i64 + (left + i) as i64 * self.from, height);
                    line[..height].copy_from_slice(&typed::<T>(values)[..height]);
                }
                for i in 0..height {
                    let at = at_to + (top + i) as i64 * self.to + left as i64;
                    // SAFETY: each square of each block is handed out once, the source is other memory, and the destination
                    // has no two indices on one element.
                    let out = typed_mut::<T>(unsafe { to.run(at, width) });
                    if let Ok(out) = <&mut [T; SIDE]>::try_from(&mut *out) {
                        *out = std::array::from_fn(|j| square[j][i]);
                    } else {
                        out.iter_mut().zip(&square).for_each(|(out, line)| *out = line[i]);
                    }
                }
            }
        }
    }
}
