//! Shapes without copies: views share the memory they look at.

use crate::Tensor;
use ffi_backend::layout::MAX_RANK;
use ffi_backend::{Layout, Result, fail};

/// A list of sizes or dimensions from outside: refused by its length before anybody copies or prints it.
pub(crate) fn short(list: &[i64]) -> Result<&[i64]> {
    if list.len() > MAX_RANK {
        fail!(InvalidArgument, "rank {} is above {MAX_RANK}", list.len());
    }
    Ok(list)
}

impl Tensor {
    fn with_layout(&self, layout: Layout) -> Tensor {
        Tensor { layout, ..self.clone() }
    }

    /// The same elements in the same order under other sizes; one of them may be -1 for "what is left". A view where the
    /// strides allow it, else a copy.
    pub fn reshape(&self, dims: &[i64]) -> Result<Tensor> {
        let mut wanted = short(dims)?.to_vec();
        let open: Vec<usize> = (0..dims.len()).filter(|&i| dims[i] == -1).collect();
        if let [at] = open[..] {
            wanted[at] = 1;
            let known = Layout::contiguous(&wanted)?.numel();
            if known == 0 || self.numel() % known != 0 {
                fail!(
                    ShapeMismatch,
                    "shape {:?} of {} elements does not reshape to {dims:?}",
                    self.dims(),
                    self.numel()
                );
            }
            wanted[at] = self.numel() / known;
        } else if open.len() > 1 {
            fail!(InvalidArgument, "reshape to {dims:?} leaves more than one size open");
        }
        match self.layout.reshape(&wanted)? {
            Some(layout) => Ok(self.with_layout(layout)),
            None => self.copy()?.reshape(&wanted),
        }
    }

    /// Two dimensions swapped.
    pub fn transpose(&self, first: i64, second: i64) -> Result<Tensor> {
        let mut order: Vec<usize> = (0..self.layout.rank()).collect();
        order.swap(self.axis(first)?, self.axis(second)?);
        Ok(self.with_layout(self.layout.permute(&order)?))
    }

    /// Dimensions in another order, each named once.
    pub fn permute(&self, order: &[i64]) -> Result<Tensor> {
        let order = short(order)?.iter().map(|&dim| self.axis(dim)).collect::<Result<Vec<usize>>>()?;
        Ok(self.with_layout(self.layout.permute(&order)?))
    }

    /// Elements `start, start + step, …` before `stop` of one dimension, with Python's rules: negative positions count from
    /// the end, positions outside are cut. For a negative step, a `stop` below `-size` means "to the first element".
    pub fn slice(&self, dim: i64, start: i64, stop: i64, step: i64) -> Result<Tensor> {
        let axis = self.axis(dim)?;
        let size = self.dims()[axis];
        if step == 0 {
            fail!(InvalidArgument, "slice: the step is 0");
        }
        let (low, high) = if step > 0 { (0, size) } else { (-1, size - 1) };
        let place = |i: i64| (if i < 0 { i.saturating_add(size) } else { i }).clamp(low, high);
        let (start, stop) = (place(start), place(stop));
        let span = if step > 0 { stop - start } else { start - stop };
        // In u64, since the smallest i64 has no absolute value.
        let count = if span > 0 { ((span - 1) as u64 / step.unsigned_abs()) as i64 + 1 } else { 0 };
        Ok(self.with_layout(self.layout.slice(axis, start.max(0), count, step)?))
    }

    /// One index of one dimension, which goes.
    pub fn select(&self, dim: i64, index: i64) -> Result<Tensor> {
        let axis = self.axis(dim)?;
        let size = self.dims()[axis];
        if !(-size..size).contains(&index) {
            fail!(InvalidArgument, "select: index {index} is outside dimension {dim} of {:?}", self.dims());
        }
        let index = if index < 0 { index + size } else { index };
        Ok(self.with_layout(self.layout.slice(axis, index, 1, 1)?.drop_axis(axis)))
    }

    /// Without one dimension of size 1.
    pub fn squeeze(&self, dim: i64) -> Result<Tensor> {
        let axis = self.axis(dim)?;
        if self.dims()[axis] != 1 {
            fail!(ShapeMismatch, "squeeze: dimension {dim} of {:?} is not of size 1", self.dims());
        }
        Ok(self.with_layout(self.layout.drop_axis(axis)))
    }

    /// With a dimension of size 1 at this place; -1 is after the last.
    pub fn unsqueeze(&self, dim: i64) -> Result<Tensor> {
        let rank = self.layout.rank() as i64;
        if !(-rank - 1..=rank).contains(&dim) {
            fail!(InvalidArgument, "unsqueeze: place {dim} is outside rank {rank}");
        }
        let axis = if dim < 0 { dim + rank + 1 } else { dim };
        Ok(self.with_layout(self.layout.insert_axis(axis as usize)?))
    }

    /// Stretched to these sizes by the broadcasting rules; -1 keeps a size. No memory is written.
    pub fn expand(&self, dims: &[i64]) -> Result<Tensor> {
        let mut wanted = [0; MAX_RANK];
        let Some(wanted) = wanted.get_mut(..dims.len()) else {
            fail!(InvalidArgument, "rank {} is above {MAX_RANK}", dims.len());
        };
        for (i, &dim) in dims.iter().enumerate() {
            let own = (i + self.layout.rank()).checked_sub(dims.len()).map(|at| self.dims()[at]);
            wanted[i] = if dim == -1 { own.unwrap_or(-1) } else { dim };
        }
        Ok(self.with_layout(self.layout.broadcast_to(wanted)?))
    }
}
