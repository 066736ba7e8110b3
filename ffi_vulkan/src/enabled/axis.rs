//! The rows, the columns and the inner dimension of a product: one step an operand, or up to three dimensions that count as one, as the
//! windows of a convolution are. The twin of axes.glsl.
#![forbid(unsafe_code)]

use super::plan::{TABLE_WORDS, Words};
use ffi_backend::layout::Joint;
use ffi_backend::{Layout, Result, fail};

/// Dimensions that a kernel takes an index apart into.
const MOST: usize = 3;

/// One of them, as the two operands have it.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub count: i64,
    /// The step of an operand whose dimensions here lie as one.
    pub step: [Option<i64>; 2],
    several: Joint<2>,
}

impl Axis {
    /// Of the dimensions that count as one, in either operand.
    pub fn new(first: &Layout, second: &Layout) -> Result<Axis> {
        let several = Joint::<2>::new(&[first, second]);
        if several.rank > MOST {
            fail!(Internal, "a product over {} dimensions in one", several.rank);
        }
        let step = [first, second].map(|layout| {
            let own = Joint::<1>::new(&[layout]);
            (own.rank < 2).then_some(own.strides[0][0])
        });
        Ok(Axis { count: first.numel(), step, several })
    }

    /// With the operands exchanged.
    pub fn turned(mut self) -> Axis {
        self.step.swap(0, 1);
        self.several.strides.swap(0, 1);
        self
    }

    fn strides(&self, operand: usize) -> &[i64] {
        &self.several.strides[operand][..self.several.rank]
    }

    /// All steps of an operand.
    pub fn steps(&self, operand: usize) -> impl Iterator<Item = i64> {
        let (one, several) = match self.step[operand] {
            Some(step) => (Some(step), &[][..]),
            None => (None, self.strides(operand)),
        };
        one.into_iter().chain(several.iter().copied())
    }

    /// How far apart neighbours lie; endlessly where there are none.
    pub fn nearest(&self, operand: usize) -> u64 {
        match self.steps(operand).last() {
            Some(step) if self.count > 1 => step.unsigned_abs(),
            _ => u64::MAX,
        }
    }

    /// Whether four neighbours lie side by side wherever one of them counts to four, and each such four a multiple of four from the next.
    pub fn in_fours(&self, operand: usize) -> bool {
        if self.step[operand].is_some() {
            return self.step[operand] == Some(1) && self.count % 4 == 0;
        }
        match self.strides(operand) {
            [outer @ .., 1] => {
                self.several.dims[self.several.rank - 1] % 4 == 0 && outer.iter().all(|stride| stride % 4 == 0)
            }
            _ => false,
        }
    }

    /// The words of `Axis` in axes.glsl.
    pub fn describe(&self, table: &mut Words<TABLE_WORDS>) {
        // A dimension that there is not holds the index 0 alone; any size that is none of one does for it.
        let mut dims = [2; MOST - 1];
        let rank = self.several.rank;
        for (at, dim) in dims.iter_mut().enumerate().take(rank) {
            *dim = self.several.dims[rank - 1 - at];
        }
        let parts = dims.map(divisor);
        dims.iter().for_each(|dim| {
            table.i64(*dim);
        });
        parts.iter().for_each(|(factor, _)| {
            table.u32(*factor);
        });
        parts.iter().for_each(|(_, shift)| {
            table.u32(*shift);
        });
        for operand in 0..2 {
            (rank..MOST).for_each(|_| {
                table.u32(0);
            });
            self.strides(operand).iter().for_each(|stride| {
                table.i64(*stride);
            });
        }
    }
}

/// A factor and a shift with which i * factor >> 32 >> shift is i / dim for every i below 2^31. After Granlund and Montgomery, "Division by
/// invariant integers using multiplication" (1994): the factor is 2^(31 + l) / dim, rounded up, where 2^l is no less than dim. From 2 on.
fn divisor(dim: i64) -> (u32, u32) {
    let dim = dim.clamp(2, i64::from(i32::MAX)) as u64;
    let l = u64::BITS - (dim - 1).leading_zeros();
    ((1u64 << (31 + l)).div_ceil(dim) as u32, l - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_divides_every_index() {
        let near = |at: i64| (at - 2..=at + 2).filter(|i| (0..1 << 31).contains(i));
        let dims = (2..300).chain([1023, 1024, 1025, 65_535, 65_537, 1 << 24, (1 << 30) - 1, 1 << 30, (1 << 31) - 1]);
        for dim in dims {
            let (factor, shift) = divisor(dim);
            let whole = (1i64 << 31) / dim;
            for turn in [0, 1, 2, 3, 7, 1000, whole / 2, whole - 1, whole] {
                for i in near(turn.saturating_mul(dim)) {
                    let got = (i as u64 * u64::from(factor)) >> 32 >> shift;
                    assert_eq!(got, (i / dim) as u64, "{i} / {dim}");
                }
            }
        }
    }

    #[test]
    fn windows_are_one_step_where_they_lie_as_one() {
        // Of an image of 6 by 8: a kernel of 3 by 3, and its places; then a kernel of 1 by 8, whose places are whole rows.
        let image = |dims: &[i64], strides: &[i64]| Layout::from_parts(dims, strides, 0).unwrap();
        let weight = Layout::contiguous(&[3, 3]).unwrap();
        let kernel = Axis::new(&weight, &image(&[3, 3], &[8, 1])).unwrap();
        assert_eq!(kernel.step, [Some(1), None]);
        assert_eq!((kernel.nearest(0), kernel.nearest(1)), (1, 1));
        assert!(!kernel.in_fours(0) && !kernel.in_fours(1));
        let whole = Axis::new(&Layout::contiguous(&[6, 8]).unwrap(), &image(&[6, 8], &[8, 1])).unwrap();
        assert_eq!(whole.step, [Some(1), Some(1)]);
        assert!(whole.in_fours(0));
        let rows = Axis::new(&image(&[5, 8], &[16, 1]), &image(&[5, 8], &[18, 1])).unwrap();
        assert!(rows.in_fours(0) && !rows.in_fours(1));
        assert_eq!(rows.turned().strides(0), [18, 1]);
        let none = Axis::new(&image(&[1], &[7]), &image(&[1], &[7])).unwrap();
        assert_eq!((none.count, none.step, none.nearest(0)), (1, [Some(0); 2], u64::MAX));
    }
}
