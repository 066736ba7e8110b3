//! A border around a tensor, and the windows that a kernel sees as it slides: what convolution and pooling are made of. The view
//! of all windows and the sum of what they hold are each other's gradient.

use crate::Tensor;
use crate::autograd::recording;
use crate::autograd::tracks;
use crate::autograd::vertex::{Keep, record, record_if_tracked};
use crate::elementwise::map_in_place;
use crate::view::short;
use ffi_backend::layout::MAX_RANK;
use ffi_backend::{Layout, MapOp, Result, Scalar, fail};

/// How a kernel slides over the last two dimensions: each pair is height, width.
#[derive(Clone, Copy, Debug)]
pub struct Sliding {
    /// Its size.
    pub kernel: [i64; 2],
    /// From one place to the next.
    pub stride: [i64; 2],
    /// From one element under it to the next.
    pub dilation: [i64; 2],
}

impl Sliding {
    /// How many places it has over these sizes. Everything about it is above 0.
    pub(crate) fn places(&self, what: &str, sizes: [i64; 2]) -> Result<[i64; 2]> {
        let mut places = [0; 2];
        for axis in 0..2 {
            let (kernel, stride, dilation) = (self.kernel[axis], self.stride[axis], self.dilation[axis]);
            if kernel <= 0 || stride <= 0 || dilation <= 0 {
                fail!(
                    InvalidArgument,
                    "{what}: kernel {kernel}, stride {stride} and dilation {dilation} must be above 0"
                );
            }
            let reach = (kernel - 1).checked_mul(dilation);
            let Some(room) = reach.and_then(|reach| sizes[axis].checked_sub(reach)).filter(|&room| room > 0) else {
                fail!(
                    ShapeMismatch,
                    "{what}: a kernel of {kernel} with dilation {dilation} is longer than the {} {} there are, padding included",
                    sizes[axis],
                    ["rows", "columns"][axis]
                );
            };
            places[axis] = (room - 1) / stride + 1;
        }
        Ok(places)
    }
}

/// With `value` around it: `padding` holds how many before and how many behind, a pair for each dimension from the last on.
pub fn pad(x: &Tensor, padding: &[i64], value: Scalar) -> Result<Tensor> {
    let rank = x.dims().len();
    if padding.len() > 2 * MAX_RANK || !padding.len().is_multiple_of(2) || padding.len() / 2 > rank {
        fail!(InvalidArgument, "pad: {} numbers for rank {rank}; they are pairs, one a dimension", padding.len());
    }
    let (mut dims, mut starts) = (x.dims().to_vec(), vec![0; rank]);
    for (at, pair) in padding.chunks_exact(2).enumerate() {
        let axis = rank - 1 - at;
        let (before, behind) = (pair[0], pair[1]);
        let size = dims[axis].checked_add(before).and_then(|size| size.checked_add(behind));
        let Some(size) = size.filter(|_| before >= 0 && behind >= 0) else {
            fail!(InvalidArgument, "pad: {before} before and {behind} behind dimension {axis} of {:?}", x.dims());
        };
        (dims[axis], starts[axis]) = (size, before);
    }
    let inner = x.dims().to_vec();
    let view = move |whole: &Tensor| {
        let mut part = whole.clone();
        for (axis, (&start, &len)) in starts.iter().zip(&inner).enumerate() {
            if part.dims()[axis] != len {
                part = part.narrow(axis as i64, start, len)?;
            }
        }
        Ok(part)
    };
    let whole = recording(false, || {
        let whole = Tensor::full(&dims, value, x.dtype, x.device)?;
        if x.numel() > 0 {
            view(&whole)?.assign(x)?;
        }
        Ok(whole)
    })?;
    Ok(record_if_tracked("pad", &[x], Keep::NOTHING, whole, move |step| step.one(|| view(step.grad))))
}

/// The windows of a tensor `[n, c, height, width]` as a view `[n, c, kernel height, kernel width, places down, places across]`.
pub fn windows(what: &str, x: &Tensor, sliding: Sliding) -> Result<Tensor> {
    let &[n, c, height, width] = short(x.dims())? else {
        fail!(ShapeMismatch, "{what}: shape {:?} is not [batch, channels, height, width]", x.dims());
    };
    let [down, across] = sliding.places(what, [height, width])?;
    let [of_n, of_c, of_y, of_x] = [0, 1, 2, 3].map(|axis| x.layout.strides()[axis]);
    let Sliding { kernel, stride, dilation } = sliding;
    // A step that is not taken must not overflow; one that is stays within the tensor.
    let step = |count: i64, by: i64, stride: i64| if count > 1 { by * stride } else { 0 };
    let strides = [
        of_n,
        of_c,
        step(kernel[0], dilation[0], of_y),
        step(kernel[1], dilation[1], of_x),
        step(down, stride[0], of_y),
        step(across, stride[1], of_x),
    ];
    let layout = Layout::from_parts(&[n, c, kernel[0], kernel[1], down, across], &strides, x.layout.offset())?;
    let view = x.with_layout(layout);
    if !tracks(&[x]) {
        return Ok(view);
    }
    let dims = x.dims().to_vec();
    Ok(record("windows", &[x], Keep::NOTHING, view, move |step| step.one(|| fold(step.grad, &dims, sliding))))
}

/// What stands under one element of the kernel, at every place: a view `[n, c, places down, places across]`. Not recorded.
pub(crate) fn under(x: &Tensor, sliding: Sliding, kernel: [i64; 2], places: [i64; 2]) -> Result<Tensor> {
    let mut seen = x.detach();
    for axis in 0..2 {
        let start = kernel[axis] * sliding.dilation[axis];
        let end = start + (places[axis] - 1) * sliding.stride[axis] + 1;
        seen = seen.slice(axis as i64 + 2, start, end, sliding.stride[axis])?;
    }
    Ok(seen)
}

/// Zeros of these sizes with what every window holds added where it stands: the gradient of [`windows`].
pub(crate) fn fold(parts: &Tensor, dims: &[i64], sliding: Sliding) -> Result<Tensor> {
    let out = recording(false, || {
        let out = Tensor::full(dims, Scalar::Int(0), parts.dtype, parts.device)?;
        let Sliding { kernel, stride, dilation } = sliding;
        let places = [parts.dims()[4], parts.dims()[5]];
        // One addition for each element of the kernel over all places, or for each place over the whole kernel: whichever are fewer.
        let (count, apart, len, step, dim) = if kernel[0] * kernel[1] <= places[0] * places[1] {
            (kernel, dilation, places, stride, 2)
        } else {
            (places, stride, kernel, dilation, 4)
        };
        for i in 0..count[0] {
            for j in 0..count[1] {
                let part = parts.select(dim, i)?.select(dim, j)?;
                let mut seen = out.clone();
                for (axis, at) in [i, j].into_iter().enumerate() {
                    let start = at * apart[axis];
                    let end = start + (len[axis] - 1) * step[axis] + 1;
                    seen = seen.slice(axis as i64 + 2, start, end, step[axis])?;
                }
                map_in_place(MapOp::add, &seen, &part)?;
            }
        }
        Ok(out)
    })?;
    Ok(record_if_tracked("fold", &[parts], Keep::NOTHING, out, move |step| {
        step.one(|| windows("windows", step.grad, sliding))
    }))
}
