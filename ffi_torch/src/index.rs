//! Elements that an index or a mask names: taken, overwritten, added to, counted.

use crate::Tensor;
use crate::autograd::vertex::{Keep, record, record_if_tracked};
use crate::autograd::{recording, refuse_in_place, tracks};
use crate::elementwise::{check_held, map};
use ffi_backend::layout::broadcast_dims;
use ffi_backend::{BufferRef, DType, IndexOp, Inst, Layout, MapOp, Op, Program, Result, Scalar, ScanOp, fail};
use std::borrow::Cow;

/// The scalar where the first input is true, else the second input.
static MASKED_FILL: Program = Program {
    name: "masked_fill",
    inputs: 2,
    scalars: 1,
    code: Cow::Borrowed(&[
        Inst { op: MapOp::logical_not, args: [0, 0, 0], to: None },
        Inst { op: MapOp::select, args: [3, 1, 2], to: None },
    ]),
};

impl Tensor {
    /// Itself, or of rank 1 where it has rank 0: what indexing along a dimension takes a lone element for.
    pub(crate) fn at_least_1d(&self) -> Result<Tensor> {
        if self.dims().is_empty() { self.unsqueeze(0) } else { Ok(self.clone()) }
    }
    /// The first elements along every dimension but one, as many as `dims` says.
    fn cut_to(&self, dims: &[i64], but: Option<usize>) -> Result<Tensor> {
        let mut part = self.clone();
        for (axis, &dim) in dims.iter().enumerate().filter(|(axis, _)| Some(*axis) != but) {
            if part.dims()[axis] != dim {
                part = part.narrow(axis as i64, 0, dim)?;
            }
        }
        Ok(part)
    }
    /// Itself where it shares no memory with `other`, else a copy.
    fn apart_from(&self, other: &Tensor) -> Result<Tensor> {
        if BufferRef::ptr_eq(&self.buffer, &other.buffer) { self.copy() } else { Ok(self.clone()) }
    }
}

fn check_index(what: &str, index: &Tensor) -> Result<()> {
    if matches!(index.dtype, DType::I64 | DType::I32) {
        return Ok(());
    }
    fail!(DtypeMismatch, "{what}: the index is {}, not i64 or i32", index.dtype)
}

/// Whether an index reaches no further than `x` in the dimensions that it does not index: all but `axis`.
fn check_reach(what: &str, x: &Tensor, index: &Tensor, axis: Option<usize>) -> Result<()> {
    let (dims, wanted) = (x.dims(), index.dims());
    let fits = dims.len() == wanted.len() && (0..dims.len()).all(|i| Some(i) == axis || wanted[i] <= dims[i]);
    match (fits, axis) {
        (true, _) => Ok(()),
        (_, Some(axis)) => fail!(ShapeMismatch, "{what}: index {wanted:?} along dimension {axis} of {dims:?}"),
        (_, None) => fail!(ShapeMismatch, "{what}: index {wanted:?} for a source of {dims:?}"),
    }
}

/// The elements whose positions along `dim` the index names: `y[i][j] = x[index[i][j]][j]` for dimension 0. y has the index's
/// shape, which is no larger than x's in the other dimensions.
pub fn gather(x: &Tensor, dim: i64, index: &Tensor) -> Result<Tensor> {
    check_index("gather", index)?;
    let (rank, x, index) = (index.dims().len(), x.at_least_1d()?, index.at_least_1d()?);
    let axis = x.axis(dim)?;
    check_reach("gather", &x, &index, Some(axis))?;
    let out = gathered(&x.cut_to(index.dims(), Some(axis))?, axis, &index)?;
    if rank == 0 { out.squeeze(0) } else { Ok(out) }
}

pub(crate) fn gathered(x: &Tensor, axis: usize, index: &Tensor) -> Result<Tensor> {
    let op = Op::Index { op: IndexOp::Gather, axis: axis as u8 };
    let layout = Layout::contiguous(index.dims())?;
    let out = Tensor::of_op(x.device, &op, &[x.view_of(), index.view_of()], x.dtype, &layout)?;
    if !tracks(&[x]) {
        return Ok(out);
    }
    let (dims, index) = (x.dims().to_vec(), index.detach());
    let version = index.version();
    Ok(record("gather", &[x], Keep::NOTHING, out, move |step| {
        step.one(|| {
            if index.version() != version {
                fail!(InvalidArgument, "gather: the index that its gradient needs was changed in place since");
            }
            added_up(step.grad, &dims, axis, &index)
        })
    }))
}

/// Zeros of these sizes with the parts added where the index says: the gradient of [`gathered`].
fn added_up(parts: &Tensor, dims: &[i64], axis: usize, index: &Tensor) -> Result<Tensor> {
    let out = recording(false, || {
        let out = Tensor::full(dims, Scalar::Int(0), parts.dtype, parts.device)?;
        put(IndexOp::ScatterAdd, &out.cut_to(index.dims(), Some(axis))?, axis, index, parts)?;
        Ok(out)
    })?;
    let index = index.clone();
    Ok(record_if_tracked("scatter_add", &[parts], Keep::NOTHING, out, move |step| {
        step.one(|| gathered(&step.grad.cut_to(index.dims(), Some(axis))?, axis, &index))
    }))
}

/// An index of rank 1 (or one number) stretched over the shape of `like`, but for its own length along `axis`.
fn stretched(what: &str, index: &Tensor, like: &[i64], axis: usize) -> Result<Tensor> {
    check_index(what, index)?;
    if index.dims().len() > 1 {
        fail!(ShapeMismatch, "{what}: index {:?} is not of rank 1", index.dims());
    }
    let mut index = index.at_least_1d()?;
    let mut dims = like.to_vec();
    dims[axis] = index.numel();
    for _ in axis + 1..like.len() {
        index = index.unsqueeze(-1)?;
    }
    index.expand(&dims)
}

/// The slices whose positions along `dim` an index of rank 1 names.
pub fn index_select(x: &Tensor, dim: i64, index: &Tensor) -> Result<Tensor> {
    let (rank, x) = (x.dims().len(), x.at_least_1d()?);
    let axis = x.axis(dim)?;
    let out = gathered(&x, axis, &stretched("index_select", index, x.dims(), axis)?)?;
    if rank == 0 { out.squeeze(0) } else { Ok(out) }
}

/// As [`gather`], after x and the index are broadcast against each other in the other dimensions.
pub fn take_along_dim(x: &Tensor, dim: i64, index: &Tensor) -> Result<Tensor> {
    check_index("take_along_dim", index)?;
    let axis = x.axis(dim)?;
    if index.dims().len() != x.dims().len() {
        fail!(ShapeMismatch, "take_along_dim: index {:?} along dimension {axis} of {:?}", index.dims(), x.dims());
    }
    let without = |t: &Tensor| [&t.dims()[..axis], &[1], &t.dims()[axis + 1..]].concat();
    let (dims, rank) = broadcast_dims(&without(x), &without(index))?;
    let with = |len: i64| {
        let mut dims = dims[..rank].to_vec();
        dims[axis] = len;
        dims
    };
    gathered(&x.expand(&with(x.dims()[axis]))?, axis, &index.expand(&with(index.dims()[axis]))?)
}

/// In x's own memory: the elements whose positions along `dim` the index names are overwritten with those of `source`, or
/// these are added to them. The index is no larger than `source`, nor than x in the other dimensions.
pub fn scatter_in_place(op: IndexOp, x: &Tensor, dim: i64, index: &Tensor, source: &Tensor) -> Result<()> {
    let what = op.name();
    refuse_in_place(what, &[x, source])?;
    check_index(what, index)?;
    let (x, index, source) = (x.at_least_1d()?, index.at_least_1d()?, source.at_least_1d()?);
    let axis = x.axis(dim)?;
    check_reach(what, &x, &index, Some(axis))?;
    check_reach(what, &source, &index, None)?;
    put(op, &x.cut_to(index.dims(), Some(axis))?, axis, &index, &source.cut_to(index.dims(), None)?)
}

fn put(op: IndexOp, x: &Tensor, axis: usize, index: &Tensor, source: &Tensor) -> Result<()> {
    let what = op.name();
    if source.dtype.family() > x.dtype.family() {
        fail!(DtypeMismatch, "{what}: {} does not fit into {} in place", source.dtype, x.dtype);
    }
    let (index, source) = (index.apart_from(x)?, source.to_dtype(x.dtype)?.apart_from(x)?);
    x.run(&Op::Index { op, axis: axis as u8 }, &[index.view_of(), source.view_of()])
}

/// As [`scatter_in_place`] with an index of rank 1: slices of `source` are added to slices of x. Its dims are x's but along
/// `dim`, where it is as long as the index.
pub fn index_add_in_place(x: &Tensor, dim: i64, index: &Tensor, source: &Tensor) -> Result<()> {
    refuse_in_place("index_add", &[x, source])?;
    let (x, source) = (x.at_least_1d()?, source.at_least_1d()?);
    let axis = x.axis(dim)?;
    let index = stretched("index_add", index, x.dims(), axis)?;
    if source.dims() != index.dims() {
        fail!(ShapeMismatch, "index_add: source {:?}, wanted {:?}", source.dims(), index.dims());
    }
    put(IndexOp::ScatterAdd, &x, axis, &index, &source)
}

/// A mask as bools, stretched.
fn mask_for(mask: &Tensor, dims: &[i64]) -> Result<Tensor> {
    mask.to_dtype(DType::Bool)?.expand(dims)
}

/// `value` where the mask is true (not 0), else x. The mask broadcasts to x's shape; integers truncate and
/// saturate a fraction, and hold the integer.
pub fn masked_fill(x: &Tensor, mask: &Tensor, value: Scalar) -> Result<Tensor> {
    check_held("masked_fill", x.dtype, value)?;
    let mask = mask_for(mask, x.dims())?;
    let layout = Layout::contiguous(x.dims())?;
    let op = Op::Map { program: &MASKED_FILL, scalars: &[value] };
    let out = Tensor::of_op(x.device, &op, &[mask.view_of(), x.view_of()], x.dtype, &layout)?;
    Ok(record_if_tracked("masked_fill", &[x, &mask], Keep::operands(2), out, |step| {
        Ok(vec![Some(masked_fill(step.grad, &step.operand(1)?, Scalar::Int(0))?), None])
    }))
}

/// As [`masked_fill`], in x's own memory.
pub fn masked_fill_in_place(x: &Tensor, mask: &Tensor, value: Scalar) -> Result<()> {
    refuse_in_place("masked_fill", &[x])?;
    check_held("masked_fill", x.dtype, value)?;
    let mask = mask_for(&mask.apart_from(x)?, x.dims())?;
    x.run(&Op::Map { program: &MASKED_FILL, scalars: &[value] }, &[mask.view_of(), x.view_of()])
}

/// The row-major positions (i64) at which a mask is true, as they stand in a tensor of `dims`. Reads their count from the device.
fn true_positions(mask: &Tensor, dims: &[i64]) -> Result<Tensor> {
    let mask = mask_for(mask, dims)?.reshape(&[-1])?;
    // Made anew, of zeros and ones: lent memory may hold other bytes, and another thread may write while this counts.
    let mask = map(MapOp::logical_or, &[&mask, &mask])?;
    let count = mask.numel();
    let layout = Layout::contiguous(&[count])?;
    if count == 0 {
        return Tensor::empty(&[0], DType::I64, mask.device);
    }
    // Each true element's place among them counts from 1; all others go to one place too many.
    let scan = Op::Scan { op: ScanOp::Sum, axis: 0 };
    let places = Tensor::of_op(mask.device, &scan, &[mask.view_of()], DType::I64, &layout)?;
    let found = places.select(0, -1)?.item()?.to::<i64>();
    let places =
        crate::elementwise::select(&mask, &places, &Tensor::full(&[], Scalar::Int(0), DType::I64, mask.device)?)?;
    let all = Tensor::arange(Scalar::Int(0), Scalar::Int(count), Scalar::Int(1), DType::I64, mask.device)?;
    let out = Tensor::empty(&[found + 1], DType::I64, mask.device)?;
    put(IndexOp::Scatter, &out, 0, &places, &all)?;
    out.slice(0, 1, i64::MAX, 1)
}

/// The elements at which the mask is true, in row-major order, as rank 1. The mask and x broadcast against each other.
pub fn masked_select(x: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let (dims, rank) = broadcast_dims(x.dims(), mask.dims())?;
    let positions = true_positions(mask, &dims[..rank])?;
    gathered(&x.expand(&dims[..rank])?.reshape(&[-1])?, 0, &positions)
}

/// The indices (i64) of all elements that are not 0: one row for each in row-major order, one column per dimension.
pub fn nonzero(x: &Tensor) -> Result<Tensor> {
    let positions = true_positions(x, x.dims())?;
    let out = Tensor::empty(&[positions.numel(), x.dims().len() as i64], DType::I64, x.device)?;
    for (axis, &dim) in x.dims().iter().enumerate() {
        let mut along = Tensor::arange(Scalar::Int(0), Scalar::Int(dim), Scalar::Int(1), DType::I64, x.device)?;
        for _ in axis + 1..x.dims().len() {
            along = along.unsqueeze(-1)?;
        }
        let column = gathered(&along.expand(x.dims())?.reshape(&[-1])?, 0, &positions)?;
        out.select(1, axis as i64)?.assign(&column)?;
    }
    Ok(out)
}
