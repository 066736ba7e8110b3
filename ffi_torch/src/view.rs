//! Shapes without copies: views share the memory they look at.

use crate::Tensor;
use crate::autograd::maps::sum_to;
use crate::autograd::vertex::{Keep, record, record_if_tracked, record_part};
use crate::autograd::{recording, tracks};
use ffi_backend::layout::MAX_RANK;
use ffi_backend::{Layout, Result, Scalar, fail};

/// A list of sizes or dimensions from outside: refused by its length before anybody copies or prints it.
pub(crate) fn short(list: &[i64]) -> Result<&[i64]> {
    if list.len() > MAX_RANK {
        fail!(InvalidArgument, "rank {} is above {MAX_RANK}", list.len());
    }
    Ok(list)
}

/// Zeros of these sizes, but for the part that `view` looks at, which is `part`: the gradient of a view that leaves elements out.
fn embed(
    part: &Tensor,
    dims: &[i64],
    view: impl Fn(&Tensor) -> Result<Tensor> + Send + Sync + 'static,
) -> Result<Tensor> {
    let whole = recording(false, || {
        let whole = Tensor::full(dims, Scalar::Int(0), part.dtype, part.device)?;
        view(&whole)?.assign(part)?;
        Ok(whole)
    })?;
    Ok(record_if_tracked("embed", &[part], Keep::NOTHING, whole, move |step| step.one(|| view(step.grad))))
}

impl Tensor {
    /// The memory under another layout, without a record.
    pub(crate) fn with_layout(&self, layout: Layout) -> Tensor {
        Tensor { layout, buffer: self.buffer.clone(), vertex: Default::default(), ..*self }
    }

    /// A view; `back` gives the gradient of this tensor, whose sizes it gets, from that of the view.
    fn viewed(
        &self,
        name: &'static str,
        layout: Layout,
        back: impl Fn(&Tensor, &[i64]) -> Result<Tensor> + Send + Sync + 'static,
    ) -> Tensor {
        let view = self.with_layout(layout);
        if !tracks(&[self]) {
            return view;
        }
        let dims = self.dims().to_vec();
        record(name, &[self], Keep::NOTHING, view, move |step| step.one(|| back(step.grad, &dims)))
    }

    /// A view of some of the elements, the same for every tensor of these sizes.
    fn part(
        &self,
        name: &'static str,
        layout: Layout,
        view: impl Fn(&Tensor) -> Result<Tensor> + Clone + Send + Sync + 'static,
    ) -> Tensor {
        let out = self.with_layout(layout);
        if !tracks(&[self]) {
            return out;
        }
        let (dims, own) = (self.dims().to_vec(), view.clone());
        record_part(name, self, out, view, move |step| step.one(|| embed(step.grad, &dims, own.clone())))
    }

    /// Dimensions in this order.
    fn permuted(&self, order: &[usize]) -> Result<Tensor> {
        let layout = self.layout.permute(order)?;
        let mut inverse = vec![0; order.len()];
        for (to, &from) in order.iter().enumerate() {
            inverse[from] = to;
        }
        Ok(self.viewed("permute", layout, move |grad, _| grad.permuted(&inverse)))
    }

    /// The same elements in the same order under other sizes; one of them may be -1 for "what is left". A view where the
    /// strides allow it, else a copy.
    pub fn reshape(&self, dims: &[i64]) -> Result<Tensor> {
        let wanted = self.wanted_dims(dims)?;
        match self.layout.reshape(&wanted)? {
            Some(layout) => Ok(self.viewed("reshape", layout, |grad, dims| grad.reshape(dims))),
            None => self.copy()?.reshape(&wanted),
        }
    }

    /// As [`reshape`](Self::reshape), but refused where only a copy can do it.
    pub fn view(&self, dims: &[i64]) -> Result<Tensor> {
        match self.layout.reshape(&self.wanted_dims(dims)?)? {
            Some(layout) => Ok(self.viewed("view", layout, |grad, dims| grad.reshape(dims))),
            None => fail!(
                InvalidArgument,
                "view: shape {:?} with strides {:?} becomes {dims:?} only by a copy; reshape makes one",
                self.dims(),
                self.layout.strides()
            ),
        }
    }

    /// The sizes that a list with at most one -1 means.
    fn wanted_dims(&self, dims: &[i64]) -> Result<Vec<i64>> {
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
        Ok(wanted)
    }

    /// Dimensions `start` to `end`, both included, as one. A view where the strides allow it, else a copy; rank 0 becomes rank 1.
    pub fn flatten(&self, start: i64, end: i64) -> Result<Tensor> {
        if self.dims().is_empty() && (-1..1).contains(&start) && (-1..1).contains(&end) {
            return self.unsqueeze(0);
        }
        let (from, to) = (self.axis(start)?, self.axis(end)?);
        if from > to {
            fail!(InvalidArgument, "flatten: dimension {start} lies after {end} in {:?}", self.dims());
        }
        let dims = self.dims();
        // No overflow: a shape with a 0 among its sizes still has the product of the others below 2^59.
        let flat = dims[from..=to].iter().product::<i64>();
        self.reshape(&[&dims[..from], &[flat], &dims[to + 1..]].concat())
    }

    /// One dimension taken out and put back at another place, the others keeping their order.
    pub fn movedim(&self, source: i64, destination: i64) -> Result<Tensor> {
        let (from, to) = (self.axis(source)?, self.axis(destination)?);
        let mut order: Vec<usize> = (0..self.layout.rank()).collect();
        let moved = order.remove(from);
        order.insert(to, moved);
        self.permuted(&order)
    }

    /// `length` elements from `start` on of one dimension; a negative start counts from the end. All must lie inside.
    pub fn narrow(&self, dim: i64, start: i64, length: i64) -> Result<Tensor> {
        let axis = self.axis(dim)?;
        let size = self.dims()[axis];
        let from = if start < 0 { start.saturating_add(size) } else { start };
        if from < 0 || length < 0 || from > size || length > size - from {
            fail!(InvalidArgument, "narrow: {length} elements from {start} leave dimension {dim} of {:?}", self.dims());
        }
        self.taken(axis, from, length, 1)
    }

    /// These dimensions, each named once, walked from their ends.
    pub fn flip(&self, dims: &[i64]) -> Result<Tensor> {
        let (mut layout, mut seen) = (self.layout, 0u32);
        for &dim in short(dims)? {
            let axis = self.axis(dim)?;
            if seen >> axis & 1 != 0 {
                fail!(InvalidArgument, "flip: dimension {dim} is named twice in {dims:?}");
            }
            seen |= 1 << axis;
            let size = layout.dims()[axis];
            layout = layout.slice(axis, (size - 1).max(0), size, -1)?;
        }
        let dims = dims.to_vec();
        Ok(self.viewed("flip", layout, move |grad, _| grad.flip(&dims)))
    }

    /// The elements whose position along `second` is that along `first` plus `offset`, as a last dimension in place of those two.
    pub fn diagonal(&self, offset: i64, first: i64, second: i64) -> Result<Tensor> {
        let (row, column) = (self.axis(first)?, self.axis(second)?);
        if row == column {
            fail!(InvalidArgument, "diagonal: dimensions {first} and {second} of {:?} are the same", self.dims());
        }
        let (rows, columns) = (self.dims()[row], self.dims()[column]);
        let (down, right) = ((-offset.max(-rows)).clamp(0, rows), offset.clamp(0, columns));
        let len = (rows - down).min(columns - right);
        let layout = self.layout.slice(row, down.min(rows - len), len, 1)?;
        let layout = layout.slice(column, right.min(columns - len), len, 1)?;
        let rest: Vec<usize> = (0..layout.rank()).filter(|&axis| axis != row && axis != column).collect();
        let mut dims: Vec<i64> = rest.iter().map(|&axis| layout.dims()[axis]).collect();
        let mut strides: Vec<i64> = rest.iter().map(|&axis| layout.strides()[axis]).collect();
        dims.push(len);
        // A step that is not taken must not overflow.
        strides.push(if len > 1 { layout.strides()[row] + layout.strides()[column] } else { 1 });
        let layout = Layout::from_parts(&dims, &strides, layout.offset())?;
        Ok(self.part("diagonal", layout, move |whole| whole.diagonal(offset, first, second)))
    }

    /// Two dimensions swapped.
    pub fn transpose(&self, first: i64, second: i64) -> Result<Tensor> {
        let mut order: Vec<usize> = (0..self.layout.rank()).collect();
        order.swap(self.axis(first)?, self.axis(second)?);
        self.permuted(&order)
    }

    /// Dimensions in another order, each named once.
    pub fn permute(&self, order: &[i64]) -> Result<Tensor> {
        let order = short(order)?.iter().map(|&dim| self.axis(dim)).collect::<Result<Vec<usize>>>()?;
        self.permuted(&order)
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
        self.taken(axis, start.max(0), count, step)
    }

    /// Elements `start, start + step, …` of one dimension, `count` of them.
    fn taken(&self, axis: usize, start: i64, count: i64, step: i64) -> Result<Tensor> {
        let layout = self.layout.slice(axis, start, count, step)?;
        Ok(self.part("slice", layout, move |whole| whole.taken(axis, start, count, step)))
    }

    /// One index of one dimension, which goes.
    pub fn select(&self, dim: i64, index: i64) -> Result<Tensor> {
        let axis = self.axis(dim)?;
        let size = self.dims()[axis];
        if !(-size..size).contains(&index) {
            fail!(InvalidArgument, "select: index {index} is outside dimension {dim} of {:?}", self.dims());
        }
        let index = if index < 0 { index + size } else { index };
        let layout = self.layout.slice(axis, index, 1, 1)?.drop_axis(axis);
        Ok(self.part("select", layout, move |whole| whole.select(axis as i64, index)))
    }

    /// Without one dimension of size 1.
    pub fn squeeze(&self, dim: i64) -> Result<Tensor> {
        let axis = self.axis(dim)?;
        if self.dims()[axis] != 1 {
            fail!(ShapeMismatch, "squeeze: dimension {dim} of {:?} is not of size 1", self.dims());
        }
        Ok(self.viewed("squeeze", self.layout.drop_axis(axis), |grad, dims| grad.reshape(dims)))
    }

    /// With a dimension of size 1 at this place; -1 is after the last.
    pub fn unsqueeze(&self, dim: i64) -> Result<Tensor> {
        let rank = self.layout.rank() as i64;
        if !(-rank - 1..=rank).contains(&dim) {
            fail!(InvalidArgument, "unsqueeze: place {dim} is outside rank {rank}");
        }
        let axis = if dim < 0 { dim + rank + 1 } else { dim };
        let layout = self.layout.insert_axis(axis as usize)?;
        Ok(self.viewed("unsqueeze", layout, |grad, dims| grad.reshape(dims)))
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
        if self.dims() == wanted {
            return Ok(self.clone());
        }
        Ok(self.viewed("expand", self.layout.broadcast_to(wanted)?, sum_to))
    }
}
