//! The order in which a map visits its elements: dimensions sorted and merged for the destination, cut into blocks.
#![forbid(unsafe_code)]

use crate::operand::{Source, offset_of};
use ffi_backend::layout::Joint;
use ffi_backend::program::MAX_INPUTS;
use ffi_backend::{Layout, MAX_RANK, Result};
use std::ops::Range;

/// Rows shorter than this are put together in one block.
const LONG_ROW: usize = 256;

/// Operand 0 is the destination, the sources follow.
pub struct Walk {
    joint: Joint<{ MAX_INPUTS + 1 }>,
    /// Length of the innermost dimension.
    row: usize,
    /// Per operand: its elements lie end to end in the walk's order.
    end_to_end: [bool; MAX_INPUTS + 1],
}

impl Walk {
    /// The order for these operands, whose dims are equal.
    pub fn new(destination: &Layout, sources: &[Source]) -> Result<Walk> {
        let mut layouts = [Layout::scalar(); MAX_INPUTS + 1];
        layouts[0] = *destination;
        for (to, source) in layouts[1..].iter_mut().zip(sources) {
            *to = *source.layout;
        }
        let layouts = &mut layouts[..=sources.len()];
        if !layouts.iter().all(Layout::is_contiguous) {
            sort(layouts)?;
        }
        let mut refs = [&layouts[0]; MAX_INPUTS + 1];
        for (to, layout) in refs.iter_mut().zip(layouts.iter()) {
            *to = layout;
        }
        let joint = Joint::new(&refs[..layouts.len()]);
        let last = joint.rank.max(1) - 1;
        let row = joint.dims[last] as usize;
        let mut end_to_end = [false; MAX_INPUTS + 1];
        for (i, end_to_end) in end_to_end.iter_mut().enumerate().take(layouts.len()) {
            let mut expected = 1;
            *end_to_end = (0..joint.rank).rev().all(|d| {
                let fits = joint.strides[i][d] == expected;
                expected *= joint.dims[d];
                fits
            });
        }
        Ok(Walk { joint, row, end_to_end })
    }

    /// How many elements.
    pub fn numel(&self) -> usize {
        self.joint.numel() as usize
    }

    /// How many of the `most` elements from number `at` on make one block: a long row is not left.
    #[inline]
    pub fn block(&self, at: usize, most: usize) -> usize {
        if self.joint.rank > 1 && self.row >= LONG_ROW { most.min(self.row - at % self.row) } else { most }
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

    /// Where a block of an operand starts if it lies end to end in memory.
    #[inline]
    pub fn run(&self, operand: usize, at: usize, count: usize) -> Option<i64> {
        if self.end_to_end[operand] {
            return Some(self.joint.offsets[operand] + at as i64);
        }
        let within = self.joint.rank == 0 || at % self.row + count <= self.row;
        (within && (self.inner_stride(operand) == 1 || count == 1)).then(|| self.locate(operand, at))
    }

    /// Calls `body` with start, stride and range within the block, for each piece of a block that has one stride.
    #[inline]
    pub fn rows(&self, operand: usize, at: usize, count: usize, mut body: impl FnMut(i64, i64, Range<usize>)) {
        if let Some(at) = self.run(operand, at, count) {
            return body(at, 1, 0..count);
        }
        let stride = self.inner_stride(operand);
        let mut done = 0;
        while done < count {
            let len = (self.row - (at + done) % self.row).min(count - done);
            body(self.locate(operand, at + done), stride, done..done + len);
            done += len;
        }
    }

    /// Copies a block of a source to `out`.
    pub fn gather(&self, operand: usize, at: usize, source: &Source, out: &mut [u8]) {
        let size = source.dtype.size();
        let count = out.len() / size;
        self.rows(operand, at, count, |at, stride, range| {
            source.gather(at, stride, &mut out[range.start * size..range.end * size]);
        });
    }
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
