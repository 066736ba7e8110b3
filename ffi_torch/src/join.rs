//! Several tensors made one, and one made several; repetitions.

use crate::Tensor;
use crate::autograd::vertex::{Keep, record};
use crate::autograd::{recording, tracks};
use ffi_backend::layout::MAX_RANK;
use ffi_backend::{BufferRef, Result, fail};
use std::ops::Deref;

/// One after another along `dim`. All have the same sizes but along it; dtypes promote.
pub fn cat<T: Deref<Target = Tensor>>(tensors: &[T], dim: i64) -> Result<Tensor> {
    join("cat", tensors, dim, |tensor| Ok(tensor.clone()))
}

/// One after another along a new dimension at this place, -1 being after the last. All have the same sizes; dtypes promote.
pub fn stack<T: Deref<Target = Tensor>>(tensors: &[T], dim: i64) -> Result<Tensor> {
    join("stack", tensors, dim, |tensor| tensor.unsqueeze(dim))
}

fn join<T: Deref<Target = Tensor>>(
    what: &str,
    tensors: &[T],
    dim: i64,
    part: impl Fn(&Tensor) -> Result<Tensor>,
) -> Result<Tensor> {
    let Some(first) = tensors.first() else { fail!(InvalidArgument, "{what}: no tensors") };
    let first = part(first)?;
    if first.dims().is_empty() {
        fail!(ShapeMismatch, "{what}: a tensor of rank 0 has no dimension to join along");
    }
    let axis = first.axis(dim)?;
    let (mut dtype, mut total) = (first.dtype, 0i64);
    for (at, tensor) in tensors.iter().enumerate() {
        let (given, tensor) = (tensor.deref().dims(), part(tensor)?);
        let (a, b) = (first.dims(), tensor.dims());
        if a.len() != b.len() || (0..a.len()).any(|i| a[i] != b[i] && (i != axis || what == "stack")) {
            fail!(
                ShapeMismatch,
                "{what}: tensor {at} of shape {given:?} does not fit the first, {:?}",
                tensors[0].deref().dims()
            );
        }
        if tensor.device.info().id != first.device.info().id {
            let (here, there) = (&first.device.info().name, &tensor.device.info().name);
            fail!(DeviceMismatch, "{what}: tensor {at} is on {there}, the first on {here}");
        }
        dtype = dtype.promote(tensor.dtype);
        total = total.saturating_add(b[axis]);
    }
    let mut dims = first.dims().to_vec();
    dims[axis] = total;
    // Twice, for a list may be long: each is made anew rather than kept.
    let out = recording(false, || {
        let out = Tensor::empty(&dims, dtype, first.device)?;
        let mut at = 0;
        for tensor in tensors {
            let tensor = part(tensor)?;
            let len = tensor.dims()[axis];
            if tensor.numel() > 0 {
                out.narrow(axis as i64, at, len)?.assign(&tensor)?;
            }
            at += len;
        }
        Ok(out)
    })?;
    if !dtype.is_float() || !tensors.iter().any(|tensor| tracks(&[tensor])) {
        return Ok(out);
    }
    let parts = tensors.iter().map(|tensor| part(tensor)?.to_dtype(dtype)).collect::<Result<Vec<Tensor>>>()?;
    let lens: Vec<i64> = parts.iter().map(|part| part.dims()[axis]).collect();
    Ok(record("cat", &parts.iter().collect::<Vec<_>>(), Keep::NOTHING, out, move |step| {
        let mut at = 0;
        let piece = |(operand, &len): (usize, &i64)| {
            let start = at;
            at += len;
            if step.wants(operand) { step.grad.narrow(axis as i64, start, len).map(Some) } else { Ok(None) }
        };
        lens.iter().enumerate().map(piece).collect()
    }))
}

/// How a dimension is cut: its pieces' length (the last may be shorter) and their count.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    axis: usize,
    len: i64,
    size: i64,
    /// How many pieces there are; an empty dimension is one empty piece.
    pub count: i64,
}

/// Pieces of `size` along `dim`.
pub fn split(x: &Tensor, size: i64, dim: i64) -> Result<Cut> {
    let axis = x.axis(dim)?;
    let len = x.dims()[axis];
    if size < 0 || (size == 0 && len > 0) {
        fail!(InvalidArgument, "split: pieces of {size} of dimension {dim} of {:?}", x.dims());
    }
    let size = size.max(1);
    Ok(Cut { axis, len, size, count: ((len - 1).max(0) / size) + 1 })
}

/// At most so many pieces of one size along `dim`.
pub fn chunk(x: &Tensor, chunks: i64, dim: i64) -> Result<Cut> {
    if chunks <= 0 {
        fail!(InvalidArgument, "chunk: {chunks} pieces");
    }
    let len = x.dims()[x.axis(dim)?];
    // The ceiling, without leaving i64.
    split(x, len / chunks + i64::from(len % chunks != 0), dim)
}

impl Cut {
    /// Piece `number`, which shares x's memory.
    pub fn piece(&self, x: &Tensor, number: i64) -> Result<Tensor> {
        let start = number * self.size;
        x.narrow(self.axis as i64, start, self.size.min(self.len - start))
    }
}

/// Itself so many times over along each dimension; a list longer than the rank counts for new dimensions in front.
pub fn repeat(x: &Tensor, repeats: &[i64]) -> Result<Tensor> {
    if repeats.len() > MAX_RANK {
        fail!(InvalidArgument, "rank {} is above {MAX_RANK}", repeats.len());
    }
    if repeats.len() < x.dims().len() || repeats.iter().any(|&n| n < 0) {
        fail!(InvalidArgument, "repeat: {repeats:?} times shape {:?}", x.dims());
    }
    let mut out = x.clone();
    while out.dims().len() < repeats.len() {
        out = out.unsqueeze(0)?;
    }
    let mut dims = out.dims().to_vec();
    // Refused before anything is copied.
    for (dim, &times) in dims.iter_mut().zip(repeats) {
        let Some(product) = dim.checked_mul(times) else {
            fail!(InvalidArgument, "repeat: {repeats:?} times shape {:?} is more than memory", x.dims());
        };
        *dim = product;
    }
    if dims.contains(&0) {
        return Tensor::empty(&dims, x.dtype, x.device);
    }
    ffi_backend::Layout::contiguous(&dims)?;
    // From the innermost on, so that the largest copy is the last one.
    let mut done = out.dims().to_vec();
    for axis in (0..repeats.len()).rev().filter(|&axis| repeats[axis] > 1) {
        let (before, after) = (done[..axis].iter().product::<i64>(), done[axis..].iter().product::<i64>());
        done[axis] *= repeats[axis];
        let wide = out.reshape(&[before, 1, after])?.expand(&[before, repeats[axis], after])?;
        out = wide.copy()?.reshape(&done)?;
    }
    if BufferRef::ptr_eq(&out.buffer, &x.buffer) { out.copy() } else { Ok(out) }
}

/// As [`repeat`], a list shorter than the rank counting for the last dimensions.
pub fn tile(x: &Tensor, repeats: &[i64]) -> Result<Tensor> {
    let missing = x.dims().len().saturating_sub(repeats.len());
    if repeats.len() > MAX_RANK || missing == 0 {
        return repeat(x, repeats);
    }
    repeat(x, &[&[1; MAX_RANK][..missing], repeats].concat())
}

/// Moved along one dimension by `shift` places, what leaves at one end coming back at the other.
pub fn roll(x: &Tensor, shift: i64, dim: i64) -> Result<Tensor> {
    let axis = x.axis(dim)?;
    let len = x.dims()[axis];
    if x.numel() == 0 {
        return x.copy();
    }
    let shift = shift.rem_euclid(len);
    cat(&[&x.narrow(dim, len - shift, shift)?, &x.narrow(dim, 0, len - shift)?], dim)
}
